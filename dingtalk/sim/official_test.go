package sim_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/chatbot"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/client"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/event"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"

	"duixian/dingtalk/sim"
)

// TestTheOfficialGoClientConverses: the vendor's SDK, only its host redirected, connects, gets messages and events, acknowledges, answers, and is there
// again after it was told to disconnect.
func TestTheOfficialGoClientConverses(t *testing.T) {
	t.Parallel()
	d := open(t)
	events := make(chan string, 10)
	bot := client.NewStreamClient(client.WithOpenApiHost(d.url), client.WithAppCredential(client.NewAppCredentialConfig(d.app.ClientID, d.app.ClientSecret.Reveal())))
	bot.RegisterChatBotCallbackRouter(func(ctx context.Context, m *chatbot.BotCallbackDataModel) ([]byte, error) {
		return nil, chatbot.NewChatbotReplier().SimpleReplyText(ctx, m.SessionWebhook, []byte(m.SenderStaffId+" 说："+m.Text.Content))
	})
	bot.RegisterAllEventRouter(func(_ context.Context, df *payload.DataFrame) (*payload.DataFrameResponse, error) {
		events <- event.NewEventHeaderFromDataFrame(df).EventType
		return payload.NewSuccessDataFrameResponse(), nil
	})
	if err := bot.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(bot.Close)
	if err := d.WaitConnected(soon(t), "", 1); err != nil {
		t.Fatal(err)
	}
	d.say("u001", d.chat("u001"), "状态")
	d.shown("u001 说：状态")
	group, err := d.Group("项目群")
	if err != nil {
		t.Fatal(err)
	}
	d.say("u002", group, "不是对你说")
	asked := d.say("u002", group, "@小助手 进度")
	d.shown("u002 说： 进度")
	acked(d, asked)

	d.want(200, "POST", "/v1.0/robot/oToMessages/batchSend", map[string]any{"robotCode": d.app.RobotCode, "userIds": []string{"u001"}, "msgKey": "sampleText", "msgParam": `{"content":"请看"}`})
	if err := d.Read("u001", d.chat("u001")); err != nil {
		t.Fatal(err)
	}
	select {
	case kind := <-events:
		if kind != "robot_msg_read" {
			t.Errorf("event %s", kind)
		}
	case <-soon(t).Done():
		t.Error("no read event arrived")
	}

	for round := range 2 {
		if n, err := d.Cut("disconnect", ""); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		d.move(10 * time.Second)
		if err := d.WaitConnected(soon(t), "", 1); err != nil {
			t.Fatal("it did not come back:", err)
		}
		text := strings.Repeat("还在吗", round+1)
		d.say("u001", d.chat("u001"), text)
		d.shown("u001 说：" + text)
	}
}

// acked waits until the robot has acknowledged a message.
func acked(d *desk, m sim.Message) {
	d.t.Helper()
	if _, err := d.Wait(soon(d.t), func(now sim.Message) bool {
		return now.ID == m.ID && len(now.Delivered) == 1 && now.Delivered[0].State == "acked"
	}); err != nil {
		d.t.Fatal("not acknowledged:", err)
	}
}

// TestTheTenLineStartInGo runs the README's program.
func TestTheTenLineStartInGo(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "echo")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./testdata/start/go").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	converse(t, exec.CommandContext(t.Context(), program))
}

// TestTheOfficialNodeClientConverses runs the README's program on the vendor's npm package; its two hosts are constants, which an axios interceptor
// redirects.
func TestTheOfficialNodeClientConverses(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%s is missing: apt-get install -y nodejs npm", program)
		}
	}
	dir := t.TempDir()
	source, err := os.ReadFile("testdata/start/node/echo.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "echo.mjs"), source, 0o600); err != nil {
		t.Fatal(err)
	}
	install := exec.CommandContext(t.Context(), "npm", "install", "--no-audit", "--no-fund", "--prefer-offline", "dingtalk-stream@2.1.5", "axios")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("the vendor's package could not be installed; try by hand: npm install dingtalk-stream@2.1.5\n%v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), "node", "echo.mjs")
	cmd.Dir = dir
	converse(t, cmd)
}

// converse talks to an echo bot that is a program of its own: a person asks, the bot answers; it is sent away and comes back.
func converse(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	d := open(t)
	var out lockedBuffer
	cmd.Env = append(os.Environ(), "SIM="+d.url, "CLIENT_ID="+d.app.ClientID, "CLIENT_SECRET="+d.app.ClientSecret.Reveal())
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed, as it should be
		if t.Failed() {
			t.Logf("the bot said:\n%s", out.String())
		}
	})
	if err := d.WaitConnected(soon(t), "", 1); err != nil {
		t.Fatal("it did not connect:", err)
	}
	asked := d.say("u001", d.chat("u001"), "早上好")
	d.shown("你说：早上好")
	acked(d, asked)
	if _, err := d.Cut("disconnect", ""); err != nil {
		t.Fatal(err)
	}
	d.move(10 * time.Second)
	if err := d.WaitConnected(soon(t), "", 1); err != nil {
		t.Fatal("it did not come back:", err)
	}
	asked = d.say("u002", d.chat("u002"), "又见面了")
	d.shown("你说：又见面了")
	acked(d, asked)
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
