package secret_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"duixian/secret"
)

func TestNothingPrintsTheContent(t *testing.T) {
	type holder struct{ Key secret.Text }
	h := holder{"hunter2"}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "key", h.Key, "holder", h)
	js, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	for name, out := range map[string]string{
		"%v": fmt.Sprintf("%v", h), "%+v": fmt.Sprintf("%+v", h), "%#v": fmt.Sprintf("%#v", h), "%s": fmt.Sprintf("key %s", h.Key),
		"%q": fmt.Sprintf("%q", h.Key), "json": string(js), "slog": log.String(), "error": fmt.Errorf("bad key %w: %v", fmt.Errorf("x"), h.Key).Error(),
	} {
		if strings.Contains(out, "hunter2") {
			t.Errorf("%s shows the secret: %s", name, out)
		}
		if !strings.Contains(out, "[redacted]") {
			t.Errorf("%s does not mark the secret: %s", name, out)
		}
	}
	if h.Key.Reveal() != "hunter2" {
		t.Error("Reveal lost the content")
	}
}
