package models

import "duixian/policy"

// Delivery is one try to send a notice, written when its outcome is known or given up on. Every message that a person
// may have seen twice is explained by a row whose outcome is unknown.
type Delivery struct {
	NoticeID int64 `gorm:"primaryKey;autoIncrement:false"`
	TryNo    int   `gorm:"primaryKey;autoIncrement:false"`
	At       policy.Instant
	Outcome  string // accepted, delivered, failed, unknown, dead
	Code     string
	Detail   string
}

// Deliveries are the tries of a notice, first to last.
func (q Query) Deliveries(noticeID int64) ([]Delivery, error) {
	return find[Delivery](q.db.Where("notice_id = ?", noticeID).Order("try_no"))
}
