package models

import (
	"fmt"
	"strings"

	"duixian/policy"
)

// Notice is one message to one person about one thing: a row of the outbox. It is written in the transaction of the
// change it speaks of and stays until it is delivered, dead or superseded; nothing else removes it.
type Notice struct {
	ID           int64 `gorm:"primaryKey;autoIncrement:false"`
	DedupeKey    string
	MemberID     int64 // 0 = nobody was there to be told
	OrgID        int64 // whose data it is; 0 = the house's own
	Kind         string
	Thing        string      // what it is about: award/12/2
	DueOn        policy.Date // the day it is about
	Payload      string      // canonical JSON of the typed message; no full identity numbers
	Urgent       bool        // does not wait for a working morning
	State        NoticeState
	Reason       string         // a code, or code:detail; see ReasonText
	NextAt       policy.Instant // when it is to be sent
	Tries        int
	Ambiguous    int // tries of which nobody knows whether they arrived: so many duplicates are possible
	Channel      string
	Via          string // the channel it must go by, because another one has failed; empty = the recipient's
	ProviderKey  string // the idempotency key under which it was handed over
	ProviderTask string // the channel's own number
	DigestID     int64  // the notices that went out as one message share it
	Owner        string
	LeaseUntil   policy.Instant
	RunID        int64
	CreatedAt    policy.Instant `gorm:"autoCreateTime:false"`
	AcceptedAt   policy.Instant
	DeliveredAt  policy.Instant
	ReadAt       policy.Instant
}

// NoticeState is where a notice is in its life.
type NoticeState string

// pending → sending → accepted → delivered → read. Unknown waits for a person or for the channel's own report; dead
// and superseded say why.
const (
	NoticePending    NoticeState = "pending"
	NoticeSending    NoticeState = "sending"
	NoticeAccepted   NoticeState = "accepted"
	NoticeDelivered  NoticeState = "delivered"
	NoticeRead       NoticeState = "read"
	NoticeUnknown    NoticeState = "unknown"
	NoticeDead       NoticeState = "dead"
	NoticeSuperseded NoticeState = "superseded"
)

// NoticeStates are all states in the order of a notice's life.
var NoticeStates = []NoticeState{
	NoticePending, NoticeSending, NoticeAccepted, NoticeDelivered, NoticeRead, NoticeUnknown, NoticeDead, NoticeSuperseded,
}

// Text is the state as people read it.
func (s NoticeState) Text() string {
	switch s {
	case NoticePending:
		return "待发送"
	case NoticeSending:
		return "发送中"
	case NoticeAccepted:
		return "渠道已接收"
	case NoticeDelivered:
		return "已送达"
	case NoticeRead:
		return "已读"
	case NoticeUnknown:
		return "结果不明"
	case NoticeDead:
		return "未送达"
	case NoticeSuperseded:
		return "不再需要"
	}
	return string(s)
}

// Why a notice is not, or not yet, where it should be. Those written with a colon carry a detail behind it.
const (
	NoContact     = "no_contact"     // the organisation has no active contact
	NoMember      = "no_member"      // : the role that nobody has
	RecipientLeft = "recipient_left" // the person left, or is nobody of this organisation any more
	Unreadable    = "unreadable"     // : what the program could not make of the row
	Refused       = "refused"        // : the channel said never
	GaveUp        = "gave_up"        // : the last of many failures
	Retrying      = "retrying"       // : the last failure
	LostAnswer    = "lost_answer"    // : it may have arrived, nobody knows
	Stale         = "stale"          // : what happened meanwhile
	Muted         = "muted"
	Replaced      = "replaced" // a newer notice about the same thing goes out instead
	Readdressed   = "readdressed"
	NoAddress     = "no_address" // : the recipient cannot be reached by the channel meant for them, or why not
	QuotaWait     = "quota"      // the month's allowance of calls is used up
	Unread        = "unread"     // handed over, not read for days: it goes by another channel
	Recalled      = "recalled"   // taken back in the chat before it was read
)

// ReasonText says a notice's reason in words.
func (n Notice) ReasonText() string {
	code, detail, _ := strings.Cut(n.Reason, ":")
	text := map[string]string{
		NoContact: "该机构没有在用的联系人", NoMember: "没有人担任" + Role(detail).Text(), RecipientLeft: "收件人已停用或不再担任该角色", Unreadable: "内容无法生成",
		Refused: "渠道拒收", GaveUp: "多次重试未成功", Retrying: "等待重试", LostAnswer: "可能已送达，结果不明", Stale: "事项已变化",
		Muted: "收件人设置了免打扰", Replaced: "已有更新的通知", Readdressed: "已改发给现在的收件人",
		NoAddress: "收件人在原渠道没有可用的账号，改走其他渠道", QuotaWait: "本月接口额度用完，下月首个工作日上午发送", Unread: "多日未读，改走其他渠道", Recalled: "未读即被撤回",
	}[code]
	switch {
	case text == "":
		return n.Reason
	case detail == "" || code == NoMember:
		return text
	}
	return text + "：" + detail
}

// DedupeKey is what makes a notice one thing: kind, recipient, thing, day. When nobody is there to be told, the
// recipient is the organisation or role that should have been.
func (n Notice) dedupeKey() string {
	who := fmt.Sprintf("m%d", n.MemberID)
	if n.MemberID == 0 {
		who = fmt.Sprintf("o%d", n.OrgID)
		if n.OrgID == 0 {
			who = n.Reason
		}
	}
	return fmt.Sprintf("%s|%s|%s|%s", n.Kind, who, n.Thing, n.DueOn)
}

// Enqueue writes notices into the outbox and gives them numbers. One that is there already (same kind, recipient,
// thing and day) is left as it is: telling twice tells once. It returns how many are new.
func (tx *Tx) Enqueue(notices []Notice) (int, error) {
	seen := make(map[string]bool, len(notices))
	keys := make([]string, 0, len(notices))
	for i := range notices {
		n := &notices[i]
		n.DedupeKey = n.dedupeKey()
		if n.State == "" {
			n.State = NoticePending
		}
		keys = append(keys, n.DedupeKey)
	}
	for from := 0; from < len(keys); from += 500 {
		var have []string
		err := tx.db.Raw("SELECT dedupe_key FROM notices WHERE dedupe_key IN ?", keys[from:min(from+500, len(keys))]).Scan(&have).Error
		if err != nil {
			return 0, readable(err)
		}
		for _, k := range have {
			seen[k] = true
		}
	}
	fresh := make([]Notice, 0, len(notices))
	for _, n := range notices {
		if !seen[n.DedupeKey] {
			seen[n.DedupeKey] = true
			fresh = append(fresh, n)
		}
	}
	if len(fresh) == 0 {
		return 0, nil
	}
	id, err := tx.NextID("notices", len(fresh))
	if err != nil {
		return 0, err
	}
	for i := range fresh {
		fresh[i].ID = id + int64(i)
	}
	if err := insert(tx.db, fresh); err != nil {
		if CodeOf(err) == Conflict {
			return 0, errRetry // somebody told the same between the look and the insert
		}
		return 0, err
	}
	return len(fresh), nil
}
