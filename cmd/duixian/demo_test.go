package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDemoFurnishesAHouse plays what `make run` does up to the moment at which the service would wait, and once more on the same folder.
func TestDemoFurnishesAHouse(t *testing.T) {
	dir := t.TempDir()
	config := fmt.Sprintf(demoConfig, dir+"/data", demoEffective, dir+"/notices.log", demoClientID, demoSecret.Reveal(), demoAgentID, "127.0.0.1:0", dir+"/clock") + "http:\n  listen: 127.0.0.1:0\n"
	if err := os.WriteFile(filepath.Join(dir, "duixian.yaml"), []byte(config), 0o600); err != nil { // any free port
		t.Fatal(err)
	}
	for _, again := range []bool{false, true} {
		ctx, stop := context.WithCancel(t.Context())
		var out, problems bytes.Buffer
		p := &program{in: strings.NewReader(""), out: writer(func(b []byte) {
			out.Write(b)
			if bytes.Contains(b, []byte("按 Ctrl-C 停止")) {
				stop()
			}
		}), err: &problems, user: "tester", wall: time.Now, now: time.Now}
		if err := p.demo(ctx, demoOptions{dir: dir, from: "2024-01-02", phones: "127.0.0.1:0"}); err != nil {
			t.Fatalf("again %v: %v\n%s%s", again, err, &problems, &out)
		}
		if !strings.Contains(out.String(), "服务已启动") {
			t.Errorf("again %v: the service was not announced:\n%s", again, &out)
		}
		if !again && (!strings.Contains(out.String(), "insurance-check") || strings.Count(out.String(), "：已完成") != 3) {
			t.Errorf("the night was not played:\n%s", &out)
		}
	}
}

type writer func(b []byte)

func (w writer) Write(b []byte) (int, error) { w(b); return len(b), nil }
