package models

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"duixian/secret"
)

// A link's token is derived from the line it belongs to with the keyset's key, so that it need not be stored to be said again: 24 bytes
// (192 bits) that nobody without the keyset can tell from chance, and a tag of 8 more by which a made-up token is recognised without
// asking the database.
const (
	linkBody = 24
	linkTag  = 8
)

func (c *Cipher) linkToken(dispatch string, orgID int64) (secret.Text, error) {
	mac, err := c.MAC("notice_links.token", secret.Text(fmt.Sprintf("%s\x00%d", dispatch, orgID)))
	if err != nil {
		return "", err
	}
	body, err := hex.DecodeString(mac)
	if err != nil {
		return "", err
	}
	tag, err := c.linkTag(body[:linkBody])
	if err != nil {
		return "", err
	}
	return secret.Text(base64.RawURLEncoding.EncodeToString(append(body[:linkBody:linkBody], tag...))), nil
}

func (c *Cipher) linkTag(body []byte) ([]byte, error) {
	mac, err := c.MAC("notice_links.tag", secret.Text(body))
	if err != nil {
		return nil, err
	}
	tag, err := hex.DecodeString(mac)
	if err != nil {
		return nil, err
	}
	return tag[:linkTag], nil
}

// LinkToken reports whether a text is a token that this house has made at some time.
func (c *Cipher) LinkToken(token secret.Text) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token.Reveal())
	if err != nil || len(b) != linkBody+linkTag {
		return false
	}
	tag, err := c.linkTag(b[:linkBody])
	return err == nil && hmac.Equal(tag, b[linkBody:])
}

// linkHash is what is stored of a token.
func linkHash(token secret.Text) string {
	sum := sha256.Sum256([]byte(token.Reveal()))
	return hex.EncodeToString(sum[:])
}
