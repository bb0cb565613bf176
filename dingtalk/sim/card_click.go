package sim

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// cardPatience is how long a click waits for the app's answer (event-callback-card).
const cardPatience = 2 * time.Second

var errLate = errors.New("2 秒内没有答复，客户端显示操作失败")

// Click presses a button of an interactive card as somebody who sees it, and waits for the app's answer, at most two seconds by the clock of the
// wire; an answer that comes later changes nothing. params beside those of the button may be nil.
func (s *Sim) Click(ctx context.Context, as, outTrackID, actionID string, params map[string]string) error {
	done := make(chan error, 4) // at most two clicks, each with an answer and an end of patience
	s.mu.Lock()
	err := s.click(as, outTrackID, actionID, params, done)
	if err == nil && s.struck("card-twice", s.cards[outTrackID].App) {
		err = s.click(as, outTrackID, actionID, params, done)
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.ctx.Done():
		return errClosed
	}
}

func (s *Sim) click(as, outTrackID, actionID string, params map[string]string, done chan<- error) error {
	card, person := s.cards[outTrackID], s.people[as]
	if person == nil {
		return s.noSuch("person", as)
	}
	if card == nil {
		return fmt.Errorf("there is no card %q", outTrackID)
	}
	at := slices.IndexFunc(card.messages, func(m *Message) bool { return s.convs[m.Conversation].has(as) })
	if at < 0 {
		return fmt.Errorf("%s 看不到这张卡片", person.Name)
	}
	a, conv := s.appOf(card.App), s.convs[card.messages[at].Conversation]
	all := map[string]string{}
	for _, b := range card.Buttons {
		if b.ActionID == actionID {
			maps.Copy(all, b.Params)
		}
	}
	maps.Copy(all, params)
	data := jsonText(map[string]any{
		"type": "actionCallback", "outTrackId": outTrackID, "corpId": s.config.CorpID, "userId": as, "userIdType": 1,
		"spaceType": "IM", "spaceId": conv.ID, "extension": "{}",
		"content": jsonText(map[string]any{"cardPrivateData": map[string]any{"actionIds": []string{actionID}, "params": all}}),
	})
	if card.callback == "STREAM" && len(a.conns) == 0 {
		return errors.New("机器人没有连接")
	}
	late := false
	s.in(cardPatience, func() {
		late = true
		done <- errLate
	})
	answered := func(code int, text string) {
		if late {
			return
		}
		if code != 200 {
			done <- fmt.Errorf("机器人答复 %d", code)
			return
		}
		done <- s.cardAnswer(card, as, text)
	}
	if card.callback != "STREAM" {
		s.cardCallOut(a, card, data, answered)
		return nil
	}
	s.push(&push{app: a, kind: "CALLBACK", topic: topicCard, data: data, answered: answered})
	return nil
}

// cardCallOut posts a click to the registered URL, signed as the vendor says: HMAC-SHA256 of the timestamp under the apiSecret.
func (s *Sim) cardCallOut(a *app, card *Card, data string, answered func(int, string)) {
	route := s.cardURLs[card.callback]
	stamp := numberText(ms(s.now()))
	mac := hmac.New(sha256.New, []byte(route.secret))
	mac.Write([]byte(stamp))
	headers := map[string]string{"x-ddpaas-signature-timestamp": stamp, "x-ddpaas-signature": base64.StdEncoding.EncodeToString(mac.Sum(nil))}
	s.group.Go(func() {
		ctx, cancel := context.WithTimeout(s.ctx, cardPatience)
		defer cancel()
		status, body, err := s.postTo(ctx, route.url, data, headers)
		s.mu.Lock()
		defer s.mu.Unlock()
		entry := Call{Kind: "callback", App: a.ClientID, Path: "POST " + route.url, Status: status, Request: mask([]byte(data)), Response: mask(body)}
		if err != nil {
			entry.Notes, status = []string{err.Error()}, 500
		}
		s.log(entry)
		answered(status, jsonText(map[string]any{"response": json.RawMessage(orElse(string(body), "{}"))}))
	})
}

// cardAnswer applies what the app answered to a click: cardData for all, userPrivateData for who clicked.
func (s *Sim) cardAnswer(card *Card, who, text string) error {
	var in struct {
		Response struct {
			CardData        *cardData `json:"cardData"`
			UserPrivateData *cardData `json:"userPrivateData"`
			Options         struct {
				Public  bool `json:"updateCardDataByKey"`
				Private bool `json:"updatePrivateDataByKey"`
			} `json:"cardUpdateOptions"`
		} `json:"response"`
	}
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return fmt.Errorf("答复不是卡片更新：%w", err)
	}
	var public map[string]string
	private := map[string]map[string]string{}
	if d := in.Response.CardData; d != nil {
		public = d.CardParamMap
	}
	if d := in.Response.UserPrivateData; d != nil {
		private[who] = d.CardParamMap
	}
	s.updateCard(card, public, private, in.Response.Options.Public, in.Response.Options.Private)
	return nil
}
