package models

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// AnchorProof is what the anchors say of the audit chain.
type AnchorProof struct {
	Anchors  int      `json:"anchors"` // in the database
	Lines    int      `json:"lines"`   // in the file
	Newest   Anchor   `json:"-"`
	Short    string   `json:"newest"` // short text of the newest in the database
	Findings []string `json:"findings"`
	Notes    []string `json:"notes"` // to know, no trouble
}

func (p *AnchorProof) finds(format string, args ...any) {
	p.Findings = append(p.Findings, fmt.Sprintf(format, args...))
}

func (p *AnchorProof) notes(format string, args ...any) {
	p.Notes = append(p.Notes, fmt.Sprintf(format, args...))
}

// VerifyAnchors compares the chain with the anchors of the database, those of a file that lies outside it, and those that people typed from an
// old report or payment file (the 16 characters, with or without the day before them). What it finds that VerifyAudit cannot: a chain that was
// rewritten as a whole, or cut back together with its head; anchors that were deleted; an older copy of the database put in place. key is
// the public key that all must be signed with, empty = whichever they name.
func (q Query) VerifyAnchors(file AnchorFile, typed []string, key string) (AnchorProof, error) {
	p := AnchorProof{Lines: len(file.Anchors), Findings: []string{}, Notes: []string{}}
	var stored []Anchor
	for after := int64(0); ; {
		page, err := q.AnchorsAfter(after, 1000)
		if err != nil {
			return p, err
		}
		if len(page) == 0 {
			break
		}
		stored, after = append(stored, page...), page[len(page)-1].No
	}
	p.Anchors = len(stored)
	if len(stored) > 0 {
		p.Newest = stored[len(stored)-1]
		p.Short = p.Newest.Short
	}
	p.follow(stored, "数据库", key)
	p.follow(file.Anchors, "锚文件", key)
	for _, n := range file.Torn {
		p.notes("锚文件第 %d 行不完整，可能是写到一半时断电", n)
	}
	chain, err := q.chainAt(stored, file.Anchors)
	if err != nil {
		return p, err
	}
	if err := p.recorded(q, stored); err != nil {
		return p, err
	}
	p.against(stored, chain, "数据库")
	p.against(file.Anchors, chain, "锚文件")
	p.beside(stored, file, chain)
	p.said(stored, file.Anchors, typed)
	return p, nil
}

// follow checks a list of anchors in itself: numbers, links, hashes, signatures. One finding a list is enough for the links: what comes
// after a break follows from it.
func (p *AnchorProof) follow(list []Anchor, where, key string) {
	prev, next, signer := "", int64(1), ""
	for i, a := range list {
		name := fmt.Sprintf("%s里第 %d 个审计锚（%s，%s）", where, a.No, a.Day.Text(), a.Short)
		switch {
		case a.Hash != a.sum() || a.Short != a.Hash[:min(ShortLength, len(a.Hash))]:
			p.finds("%s的内容与哈希不符", name)
		case a.PublicKey != "" && !a.Signed():
			p.finds("%s的签名不对", name)
		case key != "" && a.PublicKey != key:
			p.finds("%s不是由公钥 %s 签的名", name, key)
		}
		if where == "锚文件" && i == 0 {
			next = a.No // an older file may have been put aside
		} else if a.No == next && a.Prev != prev {
			p.finds("%s与上一个锚不衔接", name)
		}
		if a.No != next {
			p.finds("%s缺少第 %d 个审计锚（其后是 %s 的第 %d 个）", where, next, a.Day.Text(), a.No)
		}
		if i > 0 && a.PublicKey != signer {
			p.notes("%s起换了签名公钥：%s", name, a.PublicKey)
		}
		prev, next, signer = a.Hash, a.No+1, a.PublicKey
	}
}

// chainAt reads the hashes of the rows that anchors name.
func (q Query) chainAt(lists ...[]Anchor) (map[AuditHead]bool, error) {
	want := map[string]map[int64]bool{}
	for _, a := range slices.Concat(lists...) {
		heads, err := a.HeadList()
		if err != nil {
			continue // follow has said so
		}
		for _, h := range heads {
			if want[h.Stream] == nil {
				want[h.Stream] = map[int64]bool{}
			}
			want[h.Stream][h.Seq] = true
		}
	}
	have := map[AuditHead]bool{}
	for stream, seqs := range want {
		var list []int64
		for seq := range seqs {
			list = append(list, seq)
		}
		for part := range slices.Chunk(list, 500) {
			var rows []AuditHead
			if err := q.db.Raw("SELECT stream, seq, hash FROM audit_log WHERE stream = ? AND seq IN ?", stream, part).Scan(&rows).Error; err != nil {
				return nil, readable(err)
			}
			for _, r := range rows {
				have[r] = true
				have[AuditHead{r.Stream, r.Seq, ""}] = true // there is a row of that number
			}
		}
	}
	return have, nil
}

// against finds where the chain of today leaves the one that a list of anchors names, for each stream once: between the last anchor that it still
// meets and the first that it does not.
func (p *AnchorProof) against(list []Anchor, chain map[AuditHead]bool, where string) {
	good, told := map[string]int64{}, map[string]bool{}
	for _, a := range list {
		heads, err := a.HeadList()
		if err != nil {
			continue
		}
		for _, h := range heads {
			switch {
			case told[h.Stream]:
			case chain[h]:
				good[h.Stream] = h.Seq
			case chain[AuditHead{h.Stream, h.Seq, ""}]:
				told[h.Stream] = true
				p.finds("审计链 %s 第 %d 行至第 %d 行之间被改写：%s里 %s的审计锚 %s 记着第 %d 行的另一个哈希", h.Stream, good[h.Stream]+1, h.Seq, where, a.Day.Text(), a.Short, h.Seq)
			default:
				told[h.Stream] = true
				p.finds("审计链 %s 短了：%s里 %s的审计锚 %s 记到第 %d 行，现在没有这一行", h.Stream, where, a.Day.Text(), a.Short, h.Seq)
			}
		}
	}
}

// recorded compares the anchors with their rows in the chain: each has one, and none of those rows is without its anchor.
func (p *AnchorProof) recorded(q Query, stored []Anchor) error {
	rows, err := find[AuditRow](q.db.Where("stream = ?", anchorStream).Order("seq"))
	if err != nil {
		return err
	}
	written := map[string]AuditRow{}
	for _, r := range rows {
		written[r.Entity] = r
	}
	for _, a := range stored {
		entity := fmt.Sprintf("anchor/%d", a.No)
		r, ok := written[entity]
		var says struct{ Hash string }
		if ok && (json.Unmarshal([]byte(r.Canon), &says) != nil || says.Hash != a.Hash) {
			p.finds("数据库里第 %d 个审计锚（%s，%s）与审计记录（anchors 第 %d 行）不符", a.No, a.Day.Text(), a.Short, r.Seq)
		} else if !ok {
			p.finds("数据库里第 %d 个审计锚（%s，%s）没有审计记录", a.No, a.Day.Text(), a.Short)
		}
		delete(written, entity)
	}
	for _, r := range rows {
		if _, gone := written[r.Entity]; gone {
			p.finds("审计记录（anchors 第 %d 行，%s）写着 %s，而数据库里没有这个审计锚：被删除了", r.Seq, r.At.Text(), r.Entity)
		}
	}
	return nil
}

// beside compares the file with the database.
func (p *AnchorProof) beside(stored []Anchor, file AnchorFile, chain map[AuditHead]bool) {
	if file.Name == "" {
		return
	}
	if len(file.Anchors) == 0 {
		if len(stored) > 0 {
			p.notes("锚文件 %s 里没有审计锚，只与数据库里的比较", file.Name)
		}
		return
	}
	in := map[int64]Anchor{}
	for _, a := range stored {
		in[a.No] = a
	}
	last := file.last()
	ahead, gone := 0, 0
	for _, a := range file.Anchors {
		same, ok := in[a.No]
		switch {
		case ok && same.Hash != a.Hash:
			p.finds("%s的审计锚在锚文件里是 %s，在数据库里是 %s", a.Day.Text(), a.Short, same.Short)
		case ok:
		case a.No > p.Newest.No:
			ahead++
		default:
			gone++
		}
	}
	if gone > 0 {
		p.finds("锚文件里的 %d 个审计锚在数据库里没有了", gone)
	}
	if ahead > 0 {
		older := false
		heads, _ := last.HeadList() // follow has said so
		for _, h := range heads {
			older = older || !chain[h]
		}
		why := "审计链还在，是数据库里的审计锚被删除了"
		if older {
			why = "数据库是较早的一份：恢复自备份，或被人换掉、截短了"
		}
		from := "没有审计锚"
		if p.Newest.No > 0 {
			from = "只到 " + p.Newest.Day.Text() + "（" + p.Newest.Short + "）"
		}
		p.finds("锚文件比数据库新 %d 个：文件到 %s（%s），数据库%s；%s", ahead, last.Day.Text(), last.Short, from, why)
	}
	if last.No < p.Newest.No {
		p.finds("锚文件只到第 %d 个（%s），数据库有 %d 个：文件被截短了，或这几晚没有写进去（duixian job history audit-anchor）", last.No, last.Day.Text(), p.Newest.No)
	}
}

// said looks for what people noted down.
func (p *AnchorProof) said(stored, filed []Anchor, typed []string) {
	for _, text := range typed {
		words := strings.Fields(strings.ToLower(text))
		if len(words) == 0 {
			continue
		}
		short := words[len(words)-1]
		is := func(a Anchor) bool { return a.Short == short }
		i, j := slices.IndexFunc(stored, is), slices.IndexFunc(filed, is)
		switch {
		case len(short) != ShortLength || strings.Trim(short, "0123456789abcdef") != "":
			p.finds("“%s”不是审计锚：应为 %d 个字符，由 0–9 和 a–f 组成，照早报或拨付文件抄写", text, ShortLength)
		case i < 0 && j >= 0:
			p.finds("审计锚 %s（%s）只在锚文件里有，数据库里没有：数据库里的被删除或改写过", short, filed[j].Day.Text())
		case i < 0:
			p.finds("没有哪一晚的审计锚是 %s：审计链和审计锚被整体改写过，或抄写有误（请核对当天的早报或拨付文件）", short)
		case len(words) > 1 && words[0] != stored[i].Day.Text() && words[0] != stored[i].Day.String():
			p.finds("审计锚 %s 是 %s的，不是 %s的", short, stored[i].Day.Text(), words[0])
		default:
			p.notes("审计锚 %s 是 %s的，与现存的一致", short, stored[i].Day.Text())
		}
	}
}
