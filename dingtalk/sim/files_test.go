package sim_test

import (
	"bytes"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"duixian/dingtalk/sim"
)

func TestAFileOfAPersonIsDownloadedByItsRobotAlone(t *testing.T) {
	t.Parallel()
	d := open(t, func(o *sim.Options) {
		o.Config = sim.Defaults()
		o.Config.Apps = append(o.Config.Apps, sim.App{Name: "另一个"})
	})
	b := newBot(d, nil)
	send := func() inbound {
		said, err := d.Say(t.Context(), sim.Say{As: "u001", Conversation: d.chat("u001"), File: &sim.Upload{Name: "名单.xlsx", Data: []byte("rows")}})
		if err != nil {
			t.Fatal(err)
		}
		m, _ := b.message()
		acked(d, said) // or it would be pushed again when the clock moves
		return m
	}
	m := send()
	if m.MsgType != "file" || m.Content.FileName != "名单.xlsx" || m.Content.DownloadCode == "" {
		t.Fatalf("%+v", m)
	}
	ask := func(code string) map[string]any {
		return map[string]any{"downloadCode": code, "robotCode": d.app.RobotCode}
	}
	link := d.want(200, "POST", "/v1.0/robot/messageFiles/download", ask(m.Content.DownloadCode))["downloadUrl"].(string)
	if status, text := d.raw("GET", link, "", nil); status != 200 || text != "rows" {
		t.Errorf("%d %q", status, text)
	}
	if status, _ := d.raw("GET", strings.Replace(link, "Signature=", "Signature=0", 1), "", nil); status != 403 {
		t.Error("a wrong signature downloads")
	}
	d.move(61 * time.Minute)
	if status, _ := d.raw("GET", link, "", nil); status != 403 {
		t.Error("the signed address does not expire")
	}
	d.move(2 * time.Hour)
	d.login()
	if a := d.want(400, "POST", "/v1.0/robot/messageFiles/download", ask(m.Content.DownloadCode)); a["code"] != "invalidParameter.robotCode.downloadCode" {
		t.Errorf("an old code: %v", a)
	}

	m = send()
	other := d.App(1)
	token := d.want(200, "POST", "/v1.0/oauth2/accessToken", map[string]any{"appKey": other.ClientID, "appSecret": other.ClientSecret.Reveal()})["accessToken"].(string)
	d.want(400, "POST", "/v1.0/robot/messageFiles/download", map[string]any{"downloadCode": m.Content.DownloadCode, "robotCode": other.RobotCode}, "x-acs-dingtalk-access-token", token)
	d.want(400, "POST", "/v1.0/robot/messageFiles/download", ask(m.Content.DownloadCode), "x-acs-dingtalk-access-token", token) // not the token's robot

	d.On("download-expired")
	link = d.want(200, "POST", "/v1.0/robot/messageFiles/download", ask(m.Content.DownloadCode))["downloadUrl"].(string)
	if status, _ := d.raw("GET", link, "", nil); status != 403 {
		t.Error("the fault gives a living address")
	}
	if err := d.Set("download-expired", sim.Setting{}); err != nil {
		t.Fatal(err)
	}
	d.On("file-30mb")
	link = d.want(200, "POST", "/v1.0/robot/messageFiles/download", ask(m.Content.DownloadCode))["downloadUrl"].(string)
	if _, text := d.raw("GET", link, "", nil); len(text) != 30<<20 {
		t.Errorf("%d bytes", len(text))
	}
}

// upload sends a file to /media/upload.
func (d *desk) upload(code int, kind, name, data string) string {
	d.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("media", name)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := part.Write([]byte(data)); err != nil {
		d.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		d.t.Fatal(err)
	}
	status, text := d.raw("POST", "/media/upload?access_token="+d.token+"&type="+kind, w.FormDataContentType(), &body)
	if status != 200 || !strings.Contains(text, `"errcode":`+numeral(code)) {
		d.t.Fatalf("upload %s %s: %d %s, want errcode %d", kind, name, status, text, code)
	}
	_, id, _ := strings.Cut(text, `"media_id":"`)
	id, _, _ = strings.Cut(id, `"`)
	return id
}

func TestUploadsAreCheckedAndSent(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.upload(40004, "", "a.xlsx", "x")
	d.upload(40005, "file", "a.csv", "x") // not in the vendor's list
	d.upload(40006, "voice", "a.amr", strings.Repeat("x", 2<<20+1))
	id := d.upload(0, "file", "清单.xlsx", "rows")
	push := func(fileType, media string) map[string]any {
		return map[string]any{"robotCode": d.app.RobotCode, "userIds": []string{"u001"}, "msgKey": "sampleFile", "msgParam": param(map[string]any{"mediaId": media, "fileName": "清单.xlsx", "fileType": fileType})}
	}
	d.want(400, "POST", "/v1.0/robot/oToMessages/batchSend", push("csv", id))
	d.want(400, "POST", "/v1.0/robot/oToMessages/batchSend", push("xlsx", "@nobody"))
	d.want(200, "POST", "/v1.0/robot/oToMessages/batchSend", push("xlsx", id))
	m, err := d.Wait(soon(t), func(m sim.Message) bool { return m.Kind == "file" })
	if err != nil {
		t.Fatal(err)
	}
	if status, text := d.raw("GET", m.File.URL, "", nil); status != 200 || text != "rows" || m.File.Name != "清单.xlsx" {
		t.Errorf("received: %d %q %+v", status, text, m.File)
	}
}
