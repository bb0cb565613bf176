package models

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"

	"duixian/secret"
)

// Cipher guards personal data: AES-256-GCM per field, with the field's name as associated data so that a value cannot
// be moved to another column, and HMAC-SHA-256 for the key by which equal values find each other.
type Cipher struct {
	aead tink.AEAD
	prf  *prf.Set
}

// Encrypt hides a value; field is "table.column".
func (c *Cipher) Encrypt(field string, v secret.Text) ([]byte, error) {
	return c.aead.Encrypt([]byte(v.Reveal()), []byte(field))
}

// Decrypt undoes Encrypt. It fails when the value was changed or belongs to another field.
func (c *Cipher) Decrypt(field string, b []byte) (secret.Text, error) {
	v, err := c.aead.Decrypt(b, []byte(field))
	if err != nil {
		return "", fmt.Errorf("解密 %s 失败：数据被改动或密钥不符: %w", field, err)
	}
	return secret.Text(v), nil
}

// MAC is the join key of a value: hex, 64 characters, the same for equal values of one field.
func (c *Cipher) MAC(field string, v secret.Text) (string, error) {
	b, err := c.prf.ComputePrimaryPRF([]byte(field+"\x00"+v.Reveal()), 32)
	return hex.EncodeToString(b), err
}

type keysetFile struct {
	AEAD json.RawMessage `json:"aead"`
	PRF  json.RawMessage `json:"prf"`
}

const keysetMeta = "keyset"

// loadCipher reads the keyset file, or makes it (mode 0600) when the database is new. A database that has been
// written with a keyset is never opened without it or with another one.
func (s *Store) loadCipher(ctx context.Context, path string) error {
	known, err := s.Read(ctx).Meta(keysetMeta)
	if err != nil {
		return err
	}
	if path == "" {
		return E(Invalid, "没有配置密钥文件（keyset_file）")
	}
	body, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if known != "" {
			return E(Unavailable, "密钥文件 %s 不存在，而数据库里的个人信息是用它加密的：请从备份恢复该文件后再启动", path)
		}
		if body, err = newKeyset(); err == nil {
			err = writeNew(path, body)
		}
	}
	if err != nil {
		return fmt.Errorf("密钥文件: %w", err)
	}
	c, print, err := openKeyset(path, body, known)
	if err == nil && known == "" {
		err = s.InTx(ctx, func(tx *Tx) error { return tx.SetMeta(keysetMeta, print) })
	}
	if err == nil {
		s.cipher = c
	}
	return err
}

// openKeyset makes the cipher of a keyset and its fingerprint. It refuses one that is not the one that a database knows; known is empty
// when it knows none yet.
func openKeyset(path string, body []byte, known string) (*Cipher, string, error) {
	c, err := parseKeyset(body)
	if err != nil {
		return nil, "", E(Invalid, "密钥文件 %s 无法读取（%v）：请从备份恢复", path, err)
	}
	mac, err := c.MAC("meta.keyset", "fingerprint")
	if err != nil {
		return nil, "", err
	}
	if known != "" && known != mac[:16] {
		return nil, "", E(Unavailable, "密钥文件 %s 不是这个数据库的密钥：请换回原来的文件", path)
	}
	return c, mac[:16], nil
}

// Keyset is the fingerprint of the keyset with which the personal data of the database are encrypted, empty when there are none yet.
func (q Query) Keyset() (string, error) { return q.Meta(keysetMeta) }

// CheckKeyset says why a keyset file cannot be used with a database that knows the fingerprint; it changes nothing.
func CheckKeyset(path, fingerprint string) error {
	body, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	_, _, err = openKeyset(path, body, fingerprint)
	return err
}

func writeNew(path string, body []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	return errors.Join(err, f.Sync(), f.Close())
}

func newKeyset() ([]byte, error) {
	a, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	p, err := keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate())
	if err != nil {
		return nil, err
	}
	var ab, pb bytes.Buffer
	if err := errors.Join(insecurecleartextkeyset.Write(a, keyset.NewJSONWriter(&ab)), insecurecleartextkeyset.Write(p, keyset.NewJSONWriter(&pb))); err != nil {
		return nil, err
	}
	return json.Marshal(keysetFile{ab.Bytes(), pb.Bytes()})
}

func parseKeyset(body []byte) (*Cipher, error) {
	var f keysetFile
	if err := json.Unmarshal(body, &f); err != nil {
		return nil, err
	}
	a, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(f.AEAD)))
	if err != nil {
		return nil, err
	}
	p, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(f.PRF)))
	if err != nil {
		return nil, err
	}
	var c Cipher
	if c.aead, err = aead.New(a); err != nil {
		return nil, err
	}
	c.prf, err = prf.NewPRFSet(p)
	return &c, err
}
