package dingtalk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"

	"duixian/secret"
)

// Sign signs an instant as both robot signatures do: base64 of HMAC-SHA256 over "milliseconds, line feed, key" with the
// same key. The key is the app's secret for inbound HTTP messages (receive-message) and the robot's SEC… for custom robots
// (customize-robot-security-settings). The body is not signed: whoever has seen a pair can reuse it while the instant is near.
func Sign(at time.Time, key secret.Text) (timestamp, sign string) {
	timestamp = strconv.FormatInt(at.UnixMilli(), 10)
	return timestamp, base64.StdEncoding.EncodeToString(signature(timestamp, key))
}

func signature(timestamp string, key secret.Text) []byte {
	mac := hmac.New(sha256.New, []byte(key.Reveal()))
	mac.Write([]byte(timestamp + "\n" + key.Reveal()))
	return mac.Sum(nil)
}

// signed reports in constant time whether sign belongs to timestamp. It compares what was written: decoding base64 passes over line ends, so that one
// signature would have many forms.
func signed(timestamp, sign string, key secret.Text) bool {
	return hmac.Equal([]byte(sign), []byte(base64.StdEncoding.EncodeToString(signature(timestamp, key))))
}
