package sim_test

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"
	"time"

	"duixian/dingtalk/sim"
)

// BenchmarkBatchSend is one push to twenty people over HTTP, with the page's feed and the log kept.
func BenchmarkBatchSend(b *testing.B) {
	config := sim.Defaults()
	config.Limits = sim.Limits{APICalls: -1, QPS: -1}
	ids := ""
	for i := range 20 {
		id := fmt.Sprintf("b%02d", i)
		config.People = append(config.People, sim.Person{StaffID: id, Name: id})
		ids += fmt.Sprintf(`%q,`, id)
	}
	s, err := sim.New(sim.Options{Config: config, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	url, err := s.Listen(b.Context(), "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	a := s.App(0)
	post := func(path, token, body string) string {
		r, err := http.NewRequestWithContext(b.Context(), "POST", url+path, bytes.NewReader([]byte(body)))
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("x-acs-dingtalk-access-token", token)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		defer resp.Body.Close()
		var out bytes.Buffer
		if _, err := out.ReadFrom(resp.Body); err != nil || resp.StatusCode != 200 {
			b.Fatal(err, resp.StatusCode, out.String())
		}
		return out.String()
	}
	text := post("/v1.0/oauth2/accessToken", "", fmt.Sprintf(`{"appKey":%q,"appSecret":%q}`, a.ClientID, a.ClientSecret.Reveal()))
	var token string
	if _, err := fmt.Sscanf(text, `{"accessToken":%q`, &token); err != nil {
		b.Fatal(err, text)
	}
	body := fmt.Sprintf(`{"robotCode":%q,"userIds":[%s],"msgKey":"sampleText","msgParam":"{\"content\":\"提醒\"}"}`, a.RobotCode, ids[:len(ids)-1])
	for b.Loop() {
		post("/v1.0/robot/oToMessages/batchSend", token, body)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}
