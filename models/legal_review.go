package models

import "duixian/policy"

// LegalReview is the number of a legality review document (合法性审查、公平竞争审查) that two people entered for an item.
type LegalReview struct {
	Item       string
	DocumentNo string
	DocumentOn policy.Date
	ApprovalID int64
	Since      policy.Instant
}

// LegalReviewed says whether an item has its document.
func (q Query) LegalReviewed(item string) (bool, error) {
	var n int64
	err := q.db.Model(&LegalReview{}).Where("item = ?", item).Count(&n).Error
	return n > 0, readable(err)
}

// AddLegalReview enters a document; a second one for the item is a conflict.
func (tx *Tx) AddLegalReview(r LegalReview) error { return readable(tx.db.Create(&r).Error) }
