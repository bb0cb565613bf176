package models

import "duixian/policy"

// AppDenial is a kind of call that was refused last because the app lacks a permission.
type AppDenial struct {
	Kind   string `gorm:"primaryKey"`
	Scopes string // the permissions that the answer named, with spaces between them
	At     policy.Instant
}

// PutAppDenial keeps the newest refusal of a kind of call.
func (tx *Tx) PutAppDenial(d AppDenial) error {
	if err := tx.db.Exec("DELETE FROM app_denials WHERE kind = ?", d.Kind).Error; err != nil {
		return readable(err)
	}
	d.Scopes = clip(d.Scopes)
	return insert(tx.db, []AppDenial{d})
}

// AppDenials are the refusals since an instant.
func (q Query) AppDenials(since policy.Instant) ([]AppDenial, error) {
	return find[AppDenial](q.db.Where("at >= ?", since).Order("kind"))
}
