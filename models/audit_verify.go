package models

import (
	"fmt"
	"maps"
	"slices"

	"duixian/policy"
)

// AuditBreak is the first row of a stream that does not fit the chain, and what that row says of itself.
type AuditBreak struct {
	Stream string         `json:"stream"`
	Seq    int64          `json:"seq"`
	Found  string         `json:"found"`
	At     policy.Instant `json:"at,omitempty"` // when the row says it was written; 0 = there is no row
	Actor  string         `json:"actor,omitempty"`
	Action string         `json:"action,omitempty"`
	Entity string         `json:"entity,omitempty"`
}

// Text is the break as people read it.
func (b AuditBreak) Text() string {
	row := ""
	if b.At != 0 {
		row = fmt.Sprintf("（%s，%s 写入的 %s %s）", b.At.Text(), b.Actor, b.Action, b.Entity)
	}
	return fmt.Sprintf("审计链 %s 第 %d 行%s：%s", b.Stream, b.Seq, row, b.Found)
}

// auditStreams are all streams, those included whose head is gone.
func (q Query) auditStreams() (streams []string, heads map[string]AuditHead, err error) {
	if heads, err = q.AuditHeads(); err != nil {
		return nil, nil, err
	}
	all := map[string]bool{}
	for stream := range heads {
		all[stream] = true
	}
	var rows []string
	if err := q.db.Raw("SELECT DISTINCT stream FROM audit_log").Scan(&rows).Error; err != nil {
		return nil, nil, readable(err)
	}
	for _, stream := range rows {
		all[stream] = true
	}
	return slices.Sorted(maps.Keys(all)), heads, nil
}

// VerifyAudit walks every chain from its first row to its head. It returns how many rows it read and the first break
// of each stream: a gap, a changed row, a row cut off the end.
func (q Query) VerifyAudit() (rows int64, breaks []AuditBreak, err error) {
	streams, heads, err := q.auditStreams()
	if err != nil {
		return 0, nil, err
	}
	for _, stream := range streams {
		n, bad, err := q.verifyStream(stream, heads[stream])
		rows += n
		if err != nil {
			return rows, breaks, err
		}
		if bad != nil {
			breaks = append(breaks, *bad)
		}
	}
	return rows, breaks, nil
}

// verifyStream walks one chain.
func (q Query) verifyStream(stream string, head AuditHead) (rows int64, bad *AuditBreak, err error) {
	prev, next := "", int64(1)
	for {
		page, err := find[AuditRow](q.db.Where("stream = ? AND seq >= ?", stream, next).Order("seq").Limit(2000))
		if err != nil {
			return rows, nil, err
		}
		for _, r := range page {
			rows++
			found := ""
			switch {
			case r.Seq != next:
				found = fmt.Sprintf("缺少第 %d 行", next)
			case r.PrevHash != prev:
				found = "与上一行的哈希不衔接"
			case r.Hash != r.sum():
				found = "内容与哈希不符"
			}
			if found != "" {
				b := AuditBreak{Stream: stream, Seq: next, Found: found, At: r.At, Actor: r.Actor, Action: r.Action, Entity: r.Entity}
				if r.Seq != next {
					b.Found += fmt.Sprintf("，括号内为其后的第 %d 行", r.Seq)
				}
				return rows, &b, nil
			}
			prev, next = r.Hash, next+1
		}
		if len(page) < 2000 {
			break
		}
	}
	if next-1 == head.Seq && prev == head.Hash {
		return rows, nil, nil
	}
	found := fmt.Sprintf("链尾应为第 %d 行，实有 %d 行", head.Seq, next-1)
	if head.Seq == 0 {
		found = fmt.Sprintf("链尾的记录没有了，实有 %d 行", next-1)
	} else if head.Seq == next-1 {
		found = "链尾记录的哈希与最后一行不符"
	}
	return rows, &AuditBreak{Stream: stream, Seq: next, Found: found}, nil
}
