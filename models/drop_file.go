package models

import "duixian/policy"

// DropFile is what was seen of one file in the folder into which other offices put files. It is kept while the file lies there.
type DropFile struct {
	Path      string `gorm:"primaryKey"` // below the folder, with slashes
	Size      int64
	ChangedAt policy.Instant // as the file system says
	SeenAt    policy.Instant // when this size and this time of change were seen first
	Since     policy.Instant // when the file was seen first
	State     DropState
	SHA256    string `gorm:"column:sha256"` // of what was settled
}

// DropState is how far a file has come. What is settled is on its way out of the folder: after a crash it is moved and nothing else is done.
type DropState string

// The states of a file.
const (
	DropWaiting DropState = "waiting"
	DropDone    DropState = "done"    // imported, now or before
	DropRefused DropState = "refused" // for whoever handed it in
	DropSubmit  DropState = "submit"  // a roster: a clerk has to hand it in, because two people decide it
)

// DropFiles lists what was seen in the folder.
func (q Query) DropFiles() ([]DropFile, error) { return find[DropFile](q.db.Order("path")) }

// SeeDropFile keeps what was seen of a file.
func (tx *Tx) SeeDropFile(f DropFile) error {
	n, err := affected(tx.db.Exec("UPDATE drop_files SET size = ?, changed_at = ?, seen_at = ?, since = ?, state = ?, sha256 = ? WHERE path = ?",
		f.Size, f.ChangedAt, f.SeenAt, f.Since, f.State, f.SHA256, f.Path))
	if err != nil || n > 0 {
		return err
	}
	return readable(tx.db.Create(&f).Error)
}

// ForgetDropFile forgets a file that lies in the folder no more.
func (tx *Tx) ForgetDropFile(path string) error {
	return readable(tx.db.Exec("DELETE FROM drop_files WHERE path = ?", path).Error)
}
