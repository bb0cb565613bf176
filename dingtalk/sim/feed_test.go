package sim_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
)

// TestTheFeedGoesOnWhereAReaderStopped: a page that was away gets what it missed, one of an earlier process is told to load everything anew.
func TestTheFeedGoesOnWhereAReaderStopped(t *testing.T) {
	t.Parallel()
	d := open(t)
	chat := d.chat("u001")
	seq := d.want(200, "GET", "/sim/state", nil)["seq"].(string)
	read := func(after, until string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(soon(t), "GET", d.url+"/sim/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Last-Event-ID", after)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var text strings.Builder
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			text.WriteString(lines.Text() + "\n")
			if strings.Contains(lines.Text(), until) {
				break
			}
		}
		return text.String()
	}
	d.say("u001", chat, "第一句")
	d.say("u001", chat, "第二句")
	if got := read(seq, "第二句"); !strings.Contains(got, "第一句") || strings.Contains(got, "event: reset") {
		t.Error(got)
	}
	for _, strange := range []string{"", "42", "another-7", seq + "999"} {
		if got := read(strange, "event: reset"); !strings.Contains(got, "event: reset") {
			t.Errorf("%q: %s", strange, got)
		}
	}
	for range 6000 { // more than is kept
		d.On("zombie")
	}
	if got := read(seq, "event:"); !strings.Contains(got, "event: reset") {
		t.Error("a reader that was away too long:", got)
	}
}
