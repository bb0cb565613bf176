package models

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"duixian/secret"
)

// AnchorKey signs anchors (Ed25519, RFC 8032). Its file is PKCS#8 in PEM, as openssl reads it; people outside hold the public half.
type AnchorKey struct{ private ed25519.PrivateKey }

// LoadAnchorKey reads the key from the configured secret, or from a file, which is made (mode 0600) when it is not there. A key that is lost costs
// nothing but the continuity of the signatures: the new one shows in each anchor from then on.
func LoadAnchorKey(path string, configured secret.Text) (*AnchorKey, error) {
	if configured != "" {
		k, err := parseAnchorKey([]byte(configured.Reveal()))
		if err != nil {
			return nil, E(Invalid, "审计锚的签名密钥无法读取（%v）：应为 PEM 格式的 Ed25519 私钥（openssl genpkey -algorithm ed25519）", err)
		}
		return k, nil
	}
	body, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if body, err = newAnchorKey(); err == nil {
			err = writeNew(path, body)
		}
		if errors.Is(err, fs.ErrExist) { // another process was quicker
			body, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("审计锚的签名密钥: %w", err)
	}
	k, err := parseAnchorKey(body)
	if err != nil {
		return nil, E(Invalid, "审计锚的签名密钥 %s 无法读取（%v）：请从备份恢复；确已丢失时删除它，启动时重新生成，并把新的公钥（duixian doctor）交给保管审计锚的人", path, err)
	}
	return k, nil
}

// Public is the public key as people hold it: 32 bytes in base64.
func (k *AnchorKey) Public() string {
	return base64.StdEncoding.EncodeToString(k.private.Public().(ed25519.PublicKey)) //nolint:forcetypeassert // it is one
}

func (k *AnchorKey) sign(hash string) string {
	return base64.StdEncoding.EncodeToString(ed25519.Sign(k.private, []byte(hash)))
}

// Signed tells whether the anchor's signature is by the key that it names.
func (a Anchor) Signed() bool {
	public, err1 := base64.StdEncoding.DecodeString(a.PublicKey)
	signature, err2 := base64.StdEncoding.DecodeString(a.Signature)
	return err1 == nil && err2 == nil && len(public) == ed25519.PublicKeySize && ed25519.Verify(public, []byte(a.Hash), signature)
}

func newAnchorKey() ([]byte, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), err
}

func parseAnchorKey(body []byte) (*AnchorKey, error) {
	block, _ := pem.Decode(body)
	if block == nil {
		return nil, errors.New("没有 PEM 内容")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	private, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("不是 Ed25519 私钥")
	}
	return &AnchorKey{private}, nil
}
