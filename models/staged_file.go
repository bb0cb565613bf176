package models

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"duixian/policy"
	"duixian/secret"
)

// StagedFile is a spreadsheet between its dry run and its import. Its content is encrypted: it may hold identity
// numbers, and every replica must be able to take over its import.
type StagedFile struct {
	SHA256    string
	Kind      string
	FileName  string
	KnownOn   policy.Date
	Body      []byte
	ExpiresAt policy.Instant
}

type stagedPart struct {
	SHA256    string `gorm:"column:sha256"`
	Part      int
	Kind      string
	FileName  string
	KnownOn   policy.Date
	Body      []byte
	ExpiresAt policy.Instant
}

func (stagedPart) TableName() string { return "staged_files" }

const stagedPartSize = 1 << 20 // well below the packet size of any server

// FileSHA is the name under which a file's content is known.
func FileSHA(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// StageFile keeps a file for its import and sets SHA256. A file that is staged already is kept as it is, until the later of
// the two days; its kind and day become those of the newest dry run.
func (tx *Tx) StageFile(f *StagedFile) error {
	f.SHA256 = FileSHA(f.Body)
	n, err := affected(tx.db.Exec("UPDATE staged_files SET kind = ?, file_name = ?, known_on = ?, expires_at = ? WHERE sha256 = ?", f.Kind, f.FileName, f.KnownOn, f.ExpiresAt, f.SHA256))
	if err != nil || n > 0 {
		return err
	}
	part := 0
	for piece := range slices.Chunk(f.Body, stagedPartSize) {
		hidden, err := tx.cipher.Encrypt("staged_files.body", secret.Text(piece))
		if err != nil {
			return err
		}
		row := stagedPart{f.SHA256, part, f.Kind, f.FileName, f.KnownOn, hidden, f.ExpiresAt}
		if err := readable(tx.db.Create(&row).Error); err != nil {
			return err
		}
		part++
	}
	return nil
}

// StagedFile reads a staged file back, or ErrNotFound when it was never staged, was imported or has expired.
func (q Query) StagedFile(sha string) (StagedFile, error) {
	parts, err := find[stagedPart](q.db.Where("sha256 = ?", sha).Order("part"))
	if err != nil {
		return StagedFile{}, err
	}
	if len(parts) == 0 {
		return StagedFile{}, ErrNotFound
	}
	f := StagedFile{SHA256: sha, Kind: parts[0].Kind, FileName: parts[0].FileName, KnownOn: parts[0].KnownOn, ExpiresAt: parts[0].ExpiresAt}
	for _, p := range parts {
		piece, err := q.cipher.Decrypt("staged_files.body", p.Body)
		if err != nil {
			return f, err
		}
		f.Body = append(f.Body, piece.Reveal()...)
	}
	if FileSHA(f.Body) != sha {
		return f, E(Unavailable, "暂存的文件 %s 不完整，请重新上传", f.FileName)
	}
	return f, nil
}

// DropStaged forgets a staged file.
func (tx *Tx) DropStaged(sha string) error {
	return readable(tx.db.Exec("DELETE FROM staged_files WHERE sha256 = ?", sha).Error)
}

// DropExpired forgets the staged files whose time is over and says how many parts that were.
func (tx *Tx) DropExpired(now policy.Instant) (int64, error) {
	return affected(tx.db.Exec("DELETE FROM staged_files WHERE expires_at <= ?", now))
}

// StagedByPrefix is the staged file whose hash begins so and whose time is not over, or ErrNotFound; also when two begin so.
func (q Query) StagedByPrefix(prefix string, now policy.Instant) (StagedFile, error) {
	if len(prefix) < 8 || strings.Trim(prefix, "0123456789abcdef") != "" {
		return StagedFile{}, ErrNotFound
	}
	var shas []string
	err := q.db.Raw("SELECT DISTINCT sha256 FROM staged_files WHERE sha256 LIKE ? AND expires_at > ?", prefix+"%", now).Scan(&shas).Error
	if err != nil {
		return StagedFile{}, readable(err)
	}
	if len(shas) != 1 {
		return StagedFile{}, ErrNotFound
	}
	return q.StagedFile(shas[0])
}
