package models

import "duixian/policy"

// Delivery is one try to send a notice, written when its outcome is known or given up on. Every message that a person
// may have seen twice is explained by a row whose outcome is unknown.
type Delivery struct {
	NoticeID int64 `gorm:"primaryKey;autoIncrement:false"`
	TryNo    int   `gorm:"primaryKey;autoIncrement:false"`
	At       policy.Instant
	Outcome  string // of a try: accepted, delivered, failed, unknown, dead; of what came after it: unread, dropped, recalled, opened
	Code     string
	Detail   string
}

// OutcomeText is the outcome as people read it.
func (d Delivery) OutcomeText() string {
	text := map[string]string{
		"accepted": "渠道已接收", "delivered": "已送达", "failed": "未发出", "unknown": "结果不明", "dead": "不再发送", "unread": "多日未读", "dropped": "渠道收下后未送达", "recalled": "未读即被撤回", "opened": "由群内链接打开",
	}[d.Outcome]
	if text == "" {
		return d.Outcome
	}
	return text
}

// Deliveries are the tries of a notice, first to last.
func (q Query) Deliveries(noticeID int64) ([]Delivery, error) {
	return find[Delivery](q.db.Where("notice_id = ?", noticeID).Order("try_no"))
}

// EachCalmTry visits every try of a notice that was not urgent and got through.
func (q Query) EachCalmTry(visit func(notice int64, at policy.Instant)) error {
	rows, err := q.db.Raw("SELECT d.notice_id, d.at FROM deliveries d JOIN notices n ON n.id = d.notice_id WHERE n.urgent = 0 AND d.outcome IN ('accepted', 'delivered')").Rows()
	if err != nil {
		return readable(err)
	}
	defer rows.Close()
	for rows.Next() {
		var notice int64
		var at policy.Instant
		if err := rows.Scan(&notice, &at); err != nil {
			return err
		}
		visit(notice, at)
	}
	return readable(rows.Err())
}
