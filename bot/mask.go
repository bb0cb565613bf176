package bot

import (
	"regexp"

	"duixian/policy"
)

var idLike = regexp.MustCompile(`[1-9]\d{16}[0-9Xx]`)

// maskNumbers takes the middle out of whatever looks like an identity number: people write what they should not, and no
// answer repeats it.
func maskNumbers(s string) string {
	return idLike.ReplaceAllStringFunc(s, func(found string) string {
		id, err := policy.ParseResidentID(found)
		if err != nil {
			return found
		}
		return id.String()
	})
}
