package dingtalk_test

import (
	"strings"
	"testing"
	"time"

	"duixian/dingtalk"
)

func TestOptions(t *testing.T) {
	good := dingtalk.Options{ClientID: "id", ClientSecret: "s", Now: time.Now}
	for name, change := range map[string]func(*dingtalk.Options){
		"no id":        func(o *dingtalk.Options) { o.ClientID = "" },
		"no secret":    func(o *dingtalk.Options) { o.ClientSecret = "" },
		"no clock":     func(o *dingtalk.Options) { o.Now = nil },
		"not a URL":    func(o *dingtalk.Options) { o.API = "://" },
		"no scheme":    func(o *dingtalk.Options) { o.OAPI = "oapi.dingtalk.com" },
		"other scheme": func(o *dingtalk.Options) { o.API = "ftp://api.dingtalk.com" },
	} {
		o := good
		change(&o)
		if _, err := dingtalk.New(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	c, err := dingtalk.New(good)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(c.String(), "id") {
		t.Error(c)
	}
	if _, err := c.NewStream(dingtalk.StreamOptions{}); err == nil {
		t.Error("a stream without a handler")
	}
	if _, err := dingtalk.NewGroupRobot("https://oapi.dingtalk.com/robot/send", ""); err == nil {
		t.Error("a robot without a token")
	}
	for _, p := range dingtalk.Permissions() {
		if p.Scope == "" || !speaksChinese(p.For) {
			t.Errorf("%+v", p)
		}
	}
}

// The quota of a kind decides what is counted: a kind that costs nothing by mistake would run the month dry unseen.
func TestQuotas(t *testing.T) {
	free := map[dingtalk.Kind]bool{dingtalk.KindToken: true, dingtalk.KindContact: true, dingtalk.KindFileContent: true, dingtalk.KindStreamOpen: true}
	for _, k := range dingtalk.Kinds() {
		if (k.Quota() == dingtalk.Free) != free[k] {
			t.Errorf("%s: %q", k, k.Quota())
		}
	}
	for _, k := range []dingtalk.Kind{dingtalk.KindInboundMessage, dingtalk.KindInboundEvent, dingtalk.KindSessionReply, dingtalk.KindGroupWebhook} {
		if k.Quota() != dingtalk.WebhookAndStream {
			t.Errorf("%s: %q", k, k.Quota())
		}
	}
}
