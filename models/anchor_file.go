package models

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"duixian/policy"
)

// The anchor file holds one line of JSON a night, oldest first, outside the database: on another disk, a write-once share, whatever the
// bureau has. Lines are only ever appended.

// anchorLine is one line. Its names are a format that other programs read: they stay.
type anchorLine struct {
	Anchor    string         `json:"anchor"` // the short text
	No        int64          `json:"no"`
	Day       policy.Date    `json:"day"`
	At        policy.Instant `json:"at"`
	Prev      string         `json:"prev"`
	Heads     string         `json:"heads"` // as it was hashed
	Hash      string         `json:"hash"`
	Key       string         `json:"key"`
	Signature string         `json:"signature"`
}

// AnchorFile is what was read of a file of anchors.
type AnchorFile struct {
	Name    string
	Anchors []Anchor // in the order of the file
	Torn    []int    // numbers of lines that are no anchors
	open    bool     // the last line lacks its end
}

// ReadAnchorFile reads a file of anchors. One that is not there is empty.
func ReadAnchorFile(name string) (AnchorFile, error) {
	f := AnchorFile{Name: name}
	body, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return f, fmt.Errorf("锚文件: %w", err)
	}
	f.open = len(body) > 0 && body[len(body)-1] != '\n'
	for i, text := range bytes.Split(bytes.TrimSuffix(body, []byte("\n")), []byte("\n")) {
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		var l anchorLine
		if err := json.Unmarshal(text, &l); err != nil || l.No == 0 {
			f.Torn = append(f.Torn, i+1)
			continue
		}
		f.Anchors = append(f.Anchors, Anchor{No: l.No, Day: l.Day, At: l.At, Prev: l.Prev, Heads: l.Heads, Hash: l.Hash, Short: l.Anchor, PublicKey: l.Key, Signature: l.Signature})
	}
	return f, nil
}

// last is the line with the greatest number.
func (f AnchorFile) last() (newest Anchor) {
	for _, a := range f.Anchors {
		if a.No > newest.No {
			newest = a
		}
	}
	return newest
}

// AppendAnchors writes the anchors that a file lacks behind its last one and returns how many that were. A file that is ahead of the
// database, or says something else of its newest night, is left as it is: one of the two was changed or put back.
func (q Query) AppendAnchors(name string) (n int, err error) {
	file, err := ReadAnchorFile(name)
	if err != nil {
		return 0, err
	}
	last := file.last()
	if last.No > 0 {
		same, err := find[Anchor](q.db.Where("no = ?", last.No))
		if err != nil {
			return 0, err
		}
		if len(same) == 0 || same[0].Hash != last.Hash {
			return 0, E(Conflict, "锚文件 %s 的第 %d 个锚（%s，%s）与数据库不符：数据库被换成较早的状态，或有人改动了其中之一。请运行 duixian audit verify；确为从备份恢复的，把锚文件改名保存后重试本任务",
				name, last.No, last.Day.Text(), last.Short)
		}
	}
	var text bytes.Buffer
	if file.open { // a crash in the middle of a line
		text.WriteByte('\n')
	}
	for after := last.No; ; {
		page, err := q.AnchorsAfter(after, 500)
		if err != nil {
			return 0, err
		}
		for _, a := range page {
			after, n = a.No, n+1
			line, err := json.Marshal(anchorLine{a.Short, a.No, a.Day, a.At, a.Prev, a.Heads, a.Hash, a.PublicKey, a.Signature})
			if err != nil {
				return 0, err
			}
			text.Write(append(line, '\n'))
		}
		if len(page) < 500 {
			break
		}
	}
	if n == 0 {
		return 0, nil
	}
	out, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644) // hashes only: whoever keeps a copy may read it
	if err != nil {
		return 0, E(Unavailable, "审计锚已在数据库里，但锚文件写不进去：%v。请核对 audit.anchor_file、磁盘和权限，下一次会一并补上", err)
	}
	_, err = out.Write(text.Bytes())
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return 0, E(Unavailable, "审计锚已在数据库里，但锚文件写不进去：%v。请核对 audit.anchor_file、磁盘和权限，下一次会一并补上", err)
	}
	return n, nil
}
