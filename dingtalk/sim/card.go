package sim

import (
	"maps"
	"strings"
)

// Card is an interactive card, wherever it was delivered. Params is what everybody sees, Private what single people see instead.
type Card struct {
	OutTrackID string                       `json:"out_track_id"`
	Template   string                       `json:"template"`
	Title      string                       `json:"title"` // of a template that is configured
	Text       string                       `json:"text"`
	Buttons    []CardButton                 `json:"buttons"`
	Params     map[string]string            `json:"params"`
	Private    map[string]map[string]string `json:"private"` // by staffId
	App        string                       `json:"app"`

	callback string // STREAM or a callbackRouteKey
	messages []*Message
	guids    map[string]bool
}

func (c *Card) copy() Card {
	n := *c
	n.Params = maps.Clone(c.Params)
	n.Private = map[string]map[string]string{}
	for who, params := range c.Private {
		n.Private[who] = maps.Clone(params)
	}
	return n
}

type cardRoute struct{ url, secret string }

type cardData struct {
	CardParamMap map[string]string `json:"cardParamMap"`
}

type cardBody struct {
	OutTrackID       string              `json:"outTrackId"`
	CardTemplateID   string              `json:"cardTemplateId"`
	CallbackType     string              `json:"callbackType"`
	CallbackRouteKey string              `json:"callbackRouteKey"`
	CardData         cardData            `json:"cardData"`
	PrivateData      map[string]cardData `json:"privateData"`
	OpenSpaceID      string              `json:"openSpaceId"`
	UserIDType       int                 `json:"userIdType"`
	Options          struct {
		Public  bool `json:"updateCardDataByKey"`
		Private bool `json:"updatePrivateDataByKey"`
	} `json:"cardUpdateOptions"`
	GroupDeliver *struct{ RobotCode string }            `json:"imGroupOpenDeliverModel"`
	RobotDeliver *struct{ RobotCode, SpaceType string } `json:"imRobotOpenDeliverModel"`
	GroupSpace   *struct{}                              `json:"imGroupOpenSpaceModel"`
	RobotSpace   *struct{}                              `json:"imRobotOpenSpaceModel"`

	CallbackURL string `json:"callbackUrl"`
	APISecret   string `json:"apiSecret"`

	GUID       string `json:"guid"`
	Key        string `json:"key"`
	Content    string `json:"content"`
	IsFull     bool   `json:"isFull"`
	IsFinalize bool   `json:"isFinalize"`
}

func (s *Sim) cardCreate(c *call) answer {
	var in cardBody
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	if refused := s.makeCard(c, &in); refused != nil {
		return *refused
	}
	return ok(map[string]any{"success": true, "result": in.OutTrackID})
}

func (s *Sim) makeCard(c *call, in *cardBody) *answer {
	var a answer
	switch {
	case in.OutTrackID == "":
		a = refuse(400, "param.outTrackIdEmpty", "outTrackId 不能为空")
	case in.CardTemplateID == "":
		a = refuse(400, "param.templateIdEmpty", "cardTemplateId 不能为空")
	case s.cards[in.OutTrackID] != nil:
		a = refuse(400, "param.cardAlreadyExist", "卡片已存在："+in.OutTrackID)
	case in.CallbackType == "HTTP" && s.cardURLs[in.CallbackRouteKey].url == "":
		a = refuse(400, "param.callbackRouteKeyNotExist", "callbackRouteKey 没有注册")
	default:
		if refused := checkParams(in.CardData.CardParamMap); refused != nil {
			return refused
		}
		card := &Card{OutTrackID: in.OutTrackID, Template: in.CardTemplateID, Params: map[string]string{}, Private: map[string]map[string]string{}, App: c.app.ClientID, guids: map[string]bool{}}
		for _, t := range s.config.Cards {
			if t.ID == in.CardTemplateID {
				card.Title, card.Text, card.Buttons = t.Title, t.Text, t.Buttons
			}
		}
		if card.callback = "STREAM"; in.CallbackType == "HTTP" {
			card.callback = in.CallbackRouteKey
		}
		maps.Copy(card.Params, in.CardData.CardParamMap)
		for who, data := range in.PrivateData {
			card.Private[s.staffOf(who, in.UserIDType)] = data.CardParamMap
		}
		s.cards[in.OutTrackID] = card
		return nil
	}
	return &a
}

// checkParams keeps the documented sizes: key 100 bytes, value 1 KB.
func checkParams(params map[string]string) *answer {
	for key, v := range params {
		if len(key) > 100 || len(v) > 1024 {
			a := refuse(400, "param.cardDataTooLong", "卡片变量超长："+key)
			return &a
		}
	}
	return nil
}

func (s *Sim) cardDeliver(c *call) answer {
	var in cardBody
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	results, refused := s.deliverCard(c, &in)
	if refused != nil {
		return *refused
	}
	return ok(map[string]any{"success": true, "result": results})
}

func (s *Sim) cardCreateAndDeliver(c *call) answer {
	var in cardBody
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	if s.cards[in.OutTrackID] == nil || !s.struck("card-again", c.app.ClientID) {
		if refused := s.makeCard(c, &in); refused != nil {
			return *refused
		}
	}
	results, refused := s.deliverCard(c, &in)
	if refused != nil {
		return *refused
	}
	return ok(map[string]any{"success": true, "result": map[string]any{"outTrackId": in.OutTrackID, "deliverResults": results}})
}

// deliverCard puts a card into the spaces of openSpaceId: dtv1.card//IM_GROUP.<id>;dtv1.card//IM_ROBOT.<userId>.
func (s *Sim) deliverCard(c *call, in *cardBody) ([]map[string]any, *answer) {
	card := s.cards[in.OutTrackID]
	if card == nil || card.App != c.app.ClientID {
		a := refuse(400, "param.cardNotExist", "卡片不存在："+in.OutTrackID)
		return nil, &a
	}
	results := []map[string]any{}
	for space := range strings.SplitSeq(in.OpenSpaceID, ";") {
		kind, id, _ := strings.Cut(space[strings.LastIndexByte(space, '/')+1:], ".")
		kind = strings.ToUpper(kind)
		result := map[string]any{"spaceType": kind, "spaceId": id, "success": false}
		results = append(results, result)
		conv, why := s.cardSpace(c.app, in, kind, id)
		if conv != nil && s.struck("card-undelivered", c.app.ClientID) {
			conv, why = nil, "故障：没有投出"
		}
		if conv == nil {
			result["errorMsg"] = why
			continue
		}
		key := s.ids.key64("process")
		m := s.post(conv, Message{From: Sender{"robot", c.app.ClientID, c.app.Name}, Content: Content{Kind: "card", Title: orElse(card.Title, card.Params["title"]), Card: card}, Via: "card", Key: key})
		p := &pushed{app: c.app, messages: []*Message{m}, at: s.now()}
		if conv.isGroup() {
			p.group = conv.ID
		}
		s.remember(key, p)
		card.messages = append(card.messages, m)
		result["success"], result["carrierId"] = true, key
	}
	return results, nil
}

func (s *Sim) cardSpace(a *app, in *cardBody, kind, id string) (*conversation, string) {
	switch kind {
	case "IM_GROUP":
		if in.GroupDeliver == nil || in.GroupDeliver.RobotCode != a.RobotCode {
			return nil, "imGroupOpenDeliverModel.robotCode 缺少或不是本应用的机器人"
		}
		if c, refused := s.robotGroup(a, id); refused == nil {
			return c, ""
		}
		return nil, "群不存在，或机器人不在群里"
	case "IM_ROBOT":
		if in.RobotDeliver == nil || in.RobotDeliver.SpaceType != "IM_ROBOT" || in.RobotDeliver.RobotCode != "" && in.RobotDeliver.RobotCode != a.RobotCode {
			return nil, "imRobotOpenDeliverModel 缺少 spaceType IM_ROBOT，或 robotCode 不是本应用的"
		}
		p := s.people[s.staffOf(id, in.UserIDType)]
		if p == nil || p.Left || p.Outsider {
			return nil, "用户不存在"
		}
		return s.direct(kindRobot, p.StaffID, a.ClientID), ""
	}
	return nil, "不支持的场域 " + kind
}

// staffOf reads an id that is a unionId when kind is 2.
func (s *Sim) staffOf(id string, kind int) string {
	if kind != 2 {
		return id
	}
	for _, p := range s.people {
		if p.UnionID == id {
			return p.StaffID
		}
	}
	return ""
}

// cardUpdate is PUT /v1.0/card/instances: it overwrites unless it is told to go by key.
func (s *Sim) cardUpdate(c *call) answer {
	var in cardBody
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	card := s.cards[in.OutTrackID]
	if card == nil || card.App != c.app.ClientID {
		return refuse(400, "param.cardNotExist", "卡片不存在："+in.OutTrackID)
	}
	if refused := checkParams(in.CardData.CardParamMap); refused != nil {
		return *refused
	}
	private := map[string]map[string]string{}
	for who, data := range in.PrivateData {
		private[s.staffOf(who, in.UserIDType)] = data.CardParamMap
	}
	s.updateCard(card, in.CardData.CardParamMap, private, in.Options.Public, in.Options.Private)
	return ok(map[string]any{"success": true, "result": true})
}

func (s *Sim) updateCard(card *Card, public map[string]string, private map[string]map[string]string, byKey, privateByKey bool) {
	if public != nil {
		if !byKey {
			card.Params = map[string]string{}
		}
		maps.Copy(card.Params, public)
	}
	for who, params := range private {
		if !privateByKey || card.Private[who] == nil {
			card.Private[who] = map[string]string{}
		}
		maps.Copy(card.Private[who], params)
	}
	for _, m := range card.messages {
		s.changedMessage(m)
	}
}

// cardStreaming is PUT /v1.0/card/streaming; guid makes a repeat harmless.
func (s *Sim) cardStreaming(c *call) answer {
	var in cardBody
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	card := s.cards[in.OutTrackID]
	switch {
	case card == nil || card.App != c.app.ClientID:
		return refuse(400, "param.cardNotExist", "卡片不存在："+in.OutTrackID)
	case in.Key == "" || in.GUID == "":
		return refuse(400, "param.error", "key 和 guid 不能为空")
	case len(in.Content) > 3<<10:
		return refuse(400, "param.contentTooLong", "流式内容超长")
	}
	if card.guids[in.GUID] {
		c.note("guid 重复：没有再写")
		return ok(map[string]any{"success": true, "result": true})
	}
	card.guids[in.GUID] = true
	if in.IsFull {
		card.Params[in.Key] = in.Content
	} else {
		card.Params[in.Key] += in.Content
	}
	s.updateCard(card, nil, nil, true, true)
	return ok(map[string]any{"success": true, "result": true})
}

// cardRegister is POST /v1.0/card/callbacks/register.
func (s *Sim) cardRegister(c *call) answer {
	var in struct {
		cardBody
		ForceUpdate bool `json:"forceUpdate"`
	}
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	switch {
	case in.CallbackRouteKey == "" || !strings.HasPrefix(in.CallbackURL, "http"):
		return refuse(400, "param.error", "callbackRouteKey 和 callbackUrl 不能为空")
	case s.cardURLs[in.CallbackRouteKey].url != "" && !in.ForceUpdate:
		return refuse(400, "param.callbackRouteKeyExist", "callbackRouteKey 已注册，要换地址请用 forceUpdate")
	}
	s.cardURLs[in.CallbackRouteKey] = cardRoute{in.CallbackURL, in.APISecret}
	return ok(map[string]any{"success": true, "result": map[string]any{"callbackUrl": in.CallbackURL, "apiSecret": in.APISecret}})
}
