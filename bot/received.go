package bot

import (
	"context"
	"fmt"

	"duixian/models"
)

var received = &Command{
	Name:    "收到",
	Aliases: []string{"好的", "1", "OK", "知道了", "好", "已阅"},
	Summary: "告诉我们您看到了",
	Roles:   everybody,
	Private: true,
	Own:     true,
	Yields:  true,
	Run:     runReceived,
}

// runReceived records that the notices handed over so far have been read.
func runReceived(_ context.Context, r *Request) (Reply, error) {
	var n int64
	err := r.write(func(tx *models.Tx) (err error) {
		n, err = tx.MarkRead(r.Asker.ID, r.Now)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	if n == 0 {
		return Reply{Text: "好的。", Next: []string{"帮助"}}, nil
	}
	return Reply{Text: fmt.Sprintf("好的，已记下您看过%d条通知。", n)}, nil
}
