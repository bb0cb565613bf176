package notifications_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duixian/models"
	"duixian/notifications"
	"duixian/notifications/channeltest"
)

// screen is a terminal that takes only so many bytes.
type screen struct {
	strings.Builder
	room int
}

func (s *screen) Write(b []byte) (int, error) {
	n, _ := s.Builder.Write(b[:min(len(b), s.room)])
	if s.room -= n; n < len(b) {
		return n, errors.New("token=s3cret: broken pipe")
	}
	return n, nil
}

func TestConsole(t *testing.T) {
	channeltest.Run(t, func(*testing.T) channeltest.Subject {
		var shared screen
		shared.room = 1 << 20
		half := &screen{room: 40}
		return channeltest.Subject{
			Channel: notifications.NewConsole(&shared), Seen: shared.String, Secrets: []string{"s3cret"},
			Faults: []channeltest.Fault{
				{
					Name: "the terminal is gone", Channel: notifications.NewConsole(&screen{}), Want: channeltest.Retry,
					Repair: func() notifications.Channel { return notifications.NewConsole(&shared) },
				},
				{Name: "the terminal goes in the middle", Channel: notifications.NewConsole(half), Want: channeltest.Unknown},
			},
		}
	})
}

func TestFile(t *testing.T) {
	channeltest.Run(t, func(t *testing.T) channeltest.Subject {
		dir := t.TempDir()
		path := filepath.Join(dir, "notices.md")
		working := notifications.NewFile(path)
		return channeltest.Subject{
			Channel: working, Keyed: true, Secrets: []string{dir},
			Seen: func() string {
				b, err := os.ReadFile(path)
				if err != nil && !errors.Is(err, os.ErrNotExist) {
					t.Fatal(err)
				}
				return string(b)
			},
			Faults: []channeltest.Fault{
				{
					Name: "the folder is not there", Channel: notifications.NewFile(filepath.Join(dir, "none", "notices.md")), Want: channeltest.Retry,
					Repair: func() notifications.Channel { return working },
				},
				{
					Name: "the disk is full", Channel: notifications.NewFile("/dev/full"), Want: channeltest.Unknown, // a device cannot be cut back
					Repair: func() notifications.Channel { return working },
				},
			},
		}
	})
}

// A crash in the middle of a block leaves a torn one; the message is written again, whole, on a line of its own.
func TestFileAfterACrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notices.md")
	c := notifications.NewFile(path)
	d := notifications.Dispatch{Key: "dx-1-1", At: at("2026-02-12 08:30"), To: notifications.Address{Code: "lianxi1"}, Title: "题", Body: "文"}
	if _, err := c.Send(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	const block = "=== dx-1-1 2026-02-12 08:30 lianxi1\n题\n\n文\n=== end dx-1-1\n"
	if got := read(t, path); got != block {
		t.Fatalf("%q", got)
	}
	if err := os.WriteFile(path, []byte(block[:30]), 0o600); err != nil {
		t.Fatal(err)
	}
	d.Again = true
	if _, err := c.Send(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if got := read(t, path); got != block[:30]+"\n"+block {
		t.Errorf("%q", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; what firms are told is nobody else's business", info.Mode(), err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRoutesFollowTheCatalogue(t *testing.T) {
	routes, err := notifications.Routes(notifications.ChannelOptions{Console: io.Discard, File: "x"})
	if err != nil || len(routes) != 2 || routes[0].Name != "file" || !routes[0].Keyed || routes[1].Name != "console" || routes[1].Keyed {
		t.Errorf("%+v, %v", routes, err)
	}
	if routes, err := notifications.Routes(notifications.ChannelOptions{Console: io.Discard}); err != nil || len(routes) != 1 || routes[0].Name != "console" {
		t.Errorf("%+v, %v", routes, err)
	}
	if _, err := notifications.Routes(notifications.ChannelOptions{}); models.CodeOf(err) != models.Invalid {
		t.Errorf("no channel at all: %v", err)
	}
}
