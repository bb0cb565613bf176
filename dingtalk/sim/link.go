package sim

import (
	"net/url"
	"strings"
)

// dtmd is the text that a dtmd://dingtalkclient/sendMessage?content= link sends. The host must be lower case: the clients ignore others without
// a word.
func dtmd(link string) (text string, ok bool) {
	query, ok := strings.CutPrefix(link, "dtmd://dingtalkclient/sendMessage?")
	if !ok {
		return "", false
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", false
	}
	return values.Get("content"), values.Get("content") != ""
}
