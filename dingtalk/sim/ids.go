package sim

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
)

// ids makes every identifier from the seed, counting per kind: the same conversation with the same seed has the same ids, whatever
// else happens beside it. Nothing here is a secret: anybody with the seed knows them all.
type ids struct {
	seed  uint64
	count map[string]int
	dice  *rand.Rand
}

func newIDs(seed uint64) *ids {
	return &ids{seed: seed, count: map[string]int{}, dice: rand.New(rand.NewPCG(seed, 0x5eed))}
}

func (i *ids) sum(kind, what string) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%s/%s", i.seed, kind, what))
	return sum[:]
}

// next is the next identifier of a kind, n characters of lower-case hex.
func (i *ids) next(kind string, n int) string {
	i.count[kind]++
	return hex.EncodeToString(i.sum(kind, fmt.Sprint(i.count[kind])))[:n]
}

// key64 is the next one in base64 with + / and =, as processQueryKey and msgId have them: who forgets to escape them notices here.
func (i *ids) key64(kind string) string {
	i.count[kind]++
	return base64.StdEncoding.EncodeToString(i.sum(kind, fmt.Sprint(i.count[kind]))[:20])
}

// number is the next number of a kind, counting from base.
func (i *ids) number(kind string, base int64) int64 {
	i.count[kind]++
	return base + int64(i.count[kind])
}

// stable is the identifier of a named thing: always the same.
func (i *ids) stable(kind, name string, n int) string {
	return hex.EncodeToString(i.sum(kind, name))[:n]
}

func (i *ids) key(prefix string, n int) string { return prefix + i.stable(prefix, fmt.Sprint(n), 12) }

func (i *ids) secret(kind string, n int) string {
	return base64.RawURLEncoding.EncodeToString(i.sum("secret/"+kind, fmt.Sprint(n)))
}
