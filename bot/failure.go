package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"duixian/models"
)

// failed turns an error into words. One with a code was written for people; any other, and a bare "not found", is ours:
// people get a number, the log gets the rest.
func (b *Bot) failed(ctx context.Context, m Message, err error) Reply {
	if told, ok := refusal(err); ok {
		return told
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%d", m.ID, m.MemberCode, m.At))
	number := hex.EncodeToString(sum[:4])
	b.Log.ErrorContext(ctx, "chat message failed", "number", number, "message", m.ID, "member", m.MemberCode, "err", err)
	return Reply{Text: "出错了，编号 " + number + "。请把编号告诉市人社局经办人，我们会查明原因。", Outcome: Failed}
}

// refusal is an error that was written for people, as an answer.
func refusal(err error) (Reply, bool) {
	told, ok := errors.AsType[*models.Error](err)
	if !ok || told == models.ErrNotFound || told == models.ErrDuplicate {
		return Reply{}, false
	}
	return Reply{Text: sentence(told.Message), Outcome: Failed}, true
}

// sentence ends an error, which is written to be continued, as one that is said alone.
func sentence(text string) string {
	if strings.HasSuffix(text, "。") || strings.HasSuffix(text, "？") || strings.HasSuffix(text, "！") {
		return text
	}
	return text + "。"
}
