package sim_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"duixian/dingtalk/sim"
)

func cardBody(d *desk, id, space string) map[string]any {
	return map[string]any{
		"cardTemplateId": "t-1.schema", "outTrackId": id, "callbackType": "STREAM", "openSpaceId": space, "cardData": map[string]any{"cardParamMap": map[string]string{"title": "审批", "state": "待审"}},
		"imRobotOpenSpaceModel": map[string]any{"supportForward": true}, "imRobotOpenDeliverModel": map[string]any{"spaceType": "IM_ROBOT", "robotCode": d.app.RobotCode},
		"imGroupOpenSpaceModel": map[string]any{"supportForward": true}, "imGroupOpenDeliverModel": map[string]any{"robotCode": d.app.RobotCode},
	}
}

func withCards(o *sim.Options) {
	o.Config = sim.Defaults()
	o.Config.Cards = []sim.CardTemplate{{ID: "t-1.schema", Title: "${title}", Text: "状态：${state}", Buttons: []sim.CardButton{{Text: "同意", ActionID: "approve", Params: map[string]string{"action": "approve"}}}}}
}

func TestCardsAreUniqueDeliveredAndUpdated(t *testing.T) {
	t.Parallel()
	d := open(t, withCards)
	group, err := d.Group("项目群")
	if err != nil {
		t.Fatal(err)
	}
	a := d.want(200, "POST", "/v1.0/card/instances/createAndDeliver", cardBody(d, "run-77", "dtv1.card//IM_ROBOT.u001;dtv1.card//im_group."+group+";dtv1.card//IM_ROBOT.gone9"))
	var got []string
	for _, r := range a["result"].(map[string]any)["deliverResults"].([]any) {
		got = append(got, fmt.Sprint(r.(map[string]any)["spaceType"], r.(map[string]any)["success"]))
	}
	if strings.Join(got, " ") != "IM_ROBOTtrue IM_GROUPtrue IM_ROBOTfalse" {
		t.Errorf("%v", got)
	}
	if again := d.want(400, "POST", "/v1.0/card/instances/createAndDeliver", cardBody(d, "run-77", "dtv1.card//IM_ROBOT.u001")); again["code"] != "param.cardAlreadyExist" {
		t.Errorf("%v", again)
	}
	d.On("card-again")
	d.want(200, "POST", "/v1.0/card/instances/createAndDeliver", cardBody(d, "run-77", "dtv1.card//IM_ROBOT.u001"))
	if n := len(d.Messages(d.chat("u001"))); n != 2 {
		t.Errorf("%d cards, want the second too", n)
	}
	if a := d.want(400, "PUT", "/v1.0/card/instances", map[string]any{"outTrackId": "nothing"}); a["code"] != "param.cardNotExist" {
		t.Errorf("%v", a)
	}
	update := map[string]any{"outTrackId": "run-77", "cardData": map[string]any{"cardParamMap": map[string]string{"state": "已同意"}}, "cardUpdateOptions": map[string]any{"updateCardDataByKey": true}}
	d.want(200, "PUT", "/v1.0/card/instances", update)
	card := func() *sim.Card { return d.Messages(d.chat("u001"))[0].Card }
	if fmt.Sprint(card().Params) != "map[state:已同意 title:审批]" {
		t.Errorf("by key: %v", card().Params)
	}
	delete(update, "cardUpdateOptions")
	d.want(200, "PUT", "/v1.0/card/instances", update)
	if fmt.Sprint(card().Params) != "map[state:已同意]" {
		t.Errorf("overwritten: %v", card().Params)
	}
	stream := map[string]any{"outTrackId": "run-77", "guid": "g-1", "key": "state", "content": "！"}
	d.want(200, "PUT", "/v1.0/card/streaming", stream)
	d.want(200, "PUT", "/v1.0/card/streaming", stream)
	if card().Params["state"] != "已同意！" {
		t.Errorf("streamed twice: %v", card().Params)
	}
	d.On("card-undelivered")
	a = d.want(200, "POST", "/v1.0/card/instances/createAndDeliver", cardBody(d, "run-78", "dtv1.card//IM_ROBOT.u001"))
	if a["result"].(map[string]any)["deliverResults"].([]any)[0].(map[string]any)["success"] != false {
		t.Errorf("%v", a)
	}
}

func TestAClickIsAnsweredInTheAck(t *testing.T) {
	t.Parallel()
	d := open(t, withCards)
	b := newBot(d, nil)
	b.answer = func(f wireFrame) string {
		if f.Headers["topic"] != "/v1.0/card/instances/callback" {
			return ""
		}
		return `{"response":{"cardData":{"cardParamMap":{"state":"已同意"}},"userPrivateData":{"cardParamMap":{"mine":"1"}},"cardUpdateOptions":{"updateCardDataByKey":true}}}`
	}
	d.want(200, "POST", "/v1.0/card/instances/createAndDeliver", cardBody(d, "run-1", "dtv1.card//IM_ROBOT.u001"))
	if err := d.Click(soon(t), "u002", "run-1", "approve", nil); err == nil {
		t.Error("somebody else clicked in 李科's chat")
	}
	if err := d.Click(soon(t), "u001", "run-1", "approve", nil); err != nil {
		t.Fatal(err)
	}
	f := b.next()
	var data struct{ Type, OutTrackID, UserID, Content string }
	decode(t, f.Data, &data)
	if data.Type != "actionCallback" || data.OutTrackID != "run-1" || data.UserID != "u001" || data.Content != `{"cardPrivateData":{"actionIds":["approve"],"params":{"action":"approve"}}}` {
		t.Errorf("%+v", data)
	}
	card := d.Messages(d.chat("u001"))[0].Card
	if fmt.Sprint(card.Params, card.Private) != "map[state:已同意 title:审批] map[u001:map[mine:1]]" {
		t.Errorf("%v %v", card.Params, card.Private)
	}
	b.mute.Store("/v1.0/card/instances/callback", true)
	failed := make(chan error, 1)
	go func() { failed <- d.Click(t.Context(), "u001", "run-1", "approve", nil) }()
	unanswered := b.next()
	d.move(2 * time.Second)
	if err := <-failed; err == nil || !strings.Contains(err.Error(), "2 秒") {
		t.Errorf("no answer: %v", err)
	}
	b.answer = func(wireFrame) string { return `{"response":{"cardData":{"cardParamMap":{"state":"太迟了"}}}}` }
	b.ack(unanswered)
	if _, err := d.WaitCall(soon(t), func(c sim.Call) bool { return c.Kind == "ack" && strings.Contains(c.Request, "太迟了") }); err != nil {
		t.Fatal(err)
	}
	if card := d.Messages(d.chat("u001"))[0].Card; card.Params["state"] != "已同意" {
		t.Errorf("a late answer changed the card: %v", card.Params)
	}
	b.mute.Clear()
	d.On("card-twice")
	if err := d.Click(soon(t), "u001", "run-1", "approve", nil); err != nil {
		t.Fatal(err)
	}
	b.next()
	b.next()
}

func TestAClickOverHTTPIsSigned(t *testing.T) {
	t.Parallel()
	d := open(t, withCards)
	bodies := make(chan string, 1)
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		bodies <- r.Header.Get("x-ddpaas-signature-timestamp") + " " + r.Header.Get("x-ddpaas-signature") + " " + string(data)
		_, _ = io.WriteString(w, `{"cardData":{"cardParamMap":{"state":"已同意"}}}`) // read by the simulator
	}))
	t.Cleanup(hook.Close)
	body := cardBody(d, "run-1", "dtv1.card//IM_ROBOT.u001")
	body["callbackType"], body["callbackRouteKey"] = "HTTP", "route"
	d.want(400, "POST", "/v1.0/card/instances/createAndDeliver", body)
	d.want(200, "POST", "/v1.0/card/callbacks/register", map[string]any{"callbackRouteKey": "route", "callbackUrl": hook.URL, "apiSecret": "card-secret"})
	d.want(200, "POST", "/v1.0/card/instances/createAndDeliver", body)
	if err := d.Click(soon(t), "u001", "run-1", "approve", nil); err != nil {
		t.Fatal(err)
	}
	if got := <-bodies; !strings.Contains(got, `"actionCallback"`) || len(strings.Fields(got)[1]) != 44 {
		t.Error(got)
	}
	if card := d.Messages(d.chat("u001"))[0].Card; card.Params["state"] != "已同意" {
		t.Errorf("%v", card.Params)
	}
}
