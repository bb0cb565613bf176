package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"duixian/dingtalk/sim"
)

// TestSimSaysHowToConnect starts the local DingTalk as a newcomer does and uses what it prints: the page opens and the credentials fetch a token.
func TestSimSaysHowToConnect(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		code := run(ctx, []string{"sim", "--listen", "127.0.0.1:0"}, &program{in: strings.NewReader(""), out: in, err: in, now: time.Now, wall: time.Now})
		_ = in.Close() // a pipe's end has no errors
		ended <- code
	}()
	var said strings.Builder
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "Ctrl-C") {
			break
		}
	}
	find := func(pattern string) string {
		m := regexp.MustCompile(pattern).FindStringSubmatch(said.String())
		if m == nil {
			t.Fatalf("it does not say %s:\n%s", pattern, said.String())
		}
		return m[1]
	}
	url := find(`(http://127\.0\.0\.1:\d+)`)
	get := func(path string) string {
		resp, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if page := get("/"); !strings.Contains(page, "本地钉钉") {
		t.Errorf("the page: %s", page)
	}
	if token := get("/gettoken?appkey=" + find(`Client ID +(\S+)`) + "&appsecret=" + find(`Client Secret +(\S+)`)); !strings.Contains(token, `"errcode":0`) {
		t.Errorf("the token: %s", token)
	}
	stop()
	go func() { _, _ = io.Copy(io.Discard, out) }() // nothing more is said
	if code := <-ended; code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

// TestTheExampleOrganisationIsTheDefaultOne: what --example prints can be read back and is what starts without a file.
func TestTheExampleOrganisationIsTheDefaultOne(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if code := run(t.Context(), []string{"sim", "--example"}, &program{out: &out, err: &out, now: time.Now, wall: time.Now}); code != exitOK {
		t.Fatal(out.String())
	}
	got, err := sim.ReadConfig(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(sim.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	if text, err := json.Marshal(got); err != nil || string(text) != string(want) {
		t.Errorf("%v\n%s\nwant\n%s", err, text, want)
	}
}
