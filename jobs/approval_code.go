package jobs

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"

	"duixian/secret"
)

// codeLength is how many digits an approval code has: enough for five tries a day.
const codeLength = 6

// freeCode makes an approval code that no waiting request has, for the code alone names a request. With fifty waiting, one draw in twenty thousand is taken.
func (e *Env) freeCode(ctx context.Context) (string, error) {
	q, code := e.Store.Read(ctx), ""
	for range 100 { // then the last one is refused as taken
		code = e.newCode()
		if taken, err := found(q.PendingByCode(secret.Text(code))); err != nil || !taken {
			return code, err
		}
	}
	return code, nil
}

// newCode draws an approval code.
func (e *Env) newCode() string {
	if e.Codes != nil {
		return e.Codes()
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // crypto/rand does not fail on supported systems
	}
	return fmt.Sprintf("%06d", n)
}
