package models_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// chained is a store with a chain of two streams and an anchor for each of some days, two rows a day in each stream.
type chained struct {
	t    *testing.T
	s    *models.Store
	key  *models.AnchorKey
	file string
}

func newChained(t *testing.T, s *models.Store, days int) *chained {
	t.Helper()
	key, err := models.LoadAnchorKey(filepath.Join(t.TempDir(), "anchor-key.pem"), "")
	if err != nil {
		t.Fatal(err)
	}
	c := &chained{t, s, key, filepath.Join(t.TempDir(), "anchors.jsonl")}
	for d := range days {
		c.night(policy.Date(20260301).AddDays(d))
	}
	return c
}

// night writes two rows a stream and the anchor of a day, also into the file.
func (c *chained) night(day policy.Date) models.Anchor {
	c.t.Helper()
	now := policy.InstantOf(day.At(6, 30))
	var a models.Anchor
	if err := c.s.InTx(c.t.Context(), func(tx *models.Tx) error {
		for _, stream := range []string{"money", "roles", "money", "roles"} {
			if err := tx.Audit(now-1000, models.Entry{Stream: stream, Actor: models.Actor{Member: "jb01"}, Action: "test", Entity: "x/1", Data: map[string]any{"day": day}}); err != nil {
				return err
			}
		}
		var err error
		a, err = tx.MakeAnchor(day, now, models.System, c.key, 7)
		return err
	}); err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.s.Read(c.t.Context()).AppendAnchors(c.file); err != nil {
		c.t.Fatal(err)
	}
	return a
}

func (c *chained) exec(statements ...string) {
	c.t.Helper()
	for _, stmt := range statements {
		modelstest.Exec(c.t, c.s, stmt)
	}
}

// found is everything that a verification says.
func (c *chained) found(typed ...string) []string {
	c.t.Helper()
	q := c.s.Read(c.t.Context())
	_, breaks, err := q.VerifyAudit()
	if err != nil {
		c.t.Fatal(err)
	}
	file, err := models.ReadAnchorFile(c.file)
	if err != nil {
		c.t.Fatal(err)
	}
	p, err := q.VerifyAnchors(file, typed, c.key.Public())
	if err != nil {
		c.t.Fatal(err)
	}
	var all []string
	for _, b := range breaks {
		all = append(all, b.Text())
	}
	return append(all, p.Findings...)
}

func TestAnchorsFollowEachOtherAndTheChain(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		c := newChained(t, s, 3)
		newest, err := s.Read(t.Context()).NewestAnchor()
		if err != nil || newest.No != 3 || newest.Day != 20260303 || len(newest.Short) != models.ShortLength || !newest.Signed() {
			t.Fatalf("newest %+v, %v", newest, err)
		}
		if heads, err := newest.HeadList(); err != nil || len(heads) != 3 || heads[1].Stream != "money" || heads[1].Seq != 6 {
			t.Errorf("heads %+v, %v", heads, err)
		}
		if again := c.night(20260303); again.Hash != newest.Hash {
			t.Error("a day has two anchors")
		}
		if got := c.found(newest.Short, "2026年3月3日 "+strings.ToUpper(newest.Short)); len(got) != 0 {
			t.Errorf("an honest chain: %q", got)
		}
		body, err := os.ReadFile(c.file)
		if err != nil || strings.Count(string(body), "\n") != 3 {
			t.Errorf("file %s, %v", body, err)
		}
	})
}

// What somebody with the database in hand may do; each is found, and the line says where.
func TestEveryRewritingIsFound(t *testing.T) {
	for _, c := range []struct {
		name   string
		tamper func(c *chained)
		want   []string // one for each finding, part of it
	}{
		{"row changed", func(c *chained) { c.exec("UPDATE audit_log SET canon = '{}' WHERE stream = 'money' AND seq = 3") }, []string{"审计链 money 第 3 行（2026年3月2日 06:29，jb01 写入的 test x/1）：内容与哈希不符"}},
		{"row deleted", func(c *chained) { c.exec("DELETE FROM audit_log WHERE stream = 'money' AND seq = 3") }, []string{"审计链 money 第 3 行（2026年3月2日 06:29，jb01 写入的 test x/1）：缺少第 3 行，括号内为其后的第 4 行"}},
		{"rows swapped", func(c *chained) {
			c.exec("UPDATE audit_log SET seq = 99 WHERE stream = 'money' AND seq = 3", "UPDATE audit_log SET seq = 3 WHERE stream = 'money' AND seq = 4", "UPDATE audit_log SET seq = 4 WHERE stream = 'money' AND seq = 99")
		}, []string{"审计链 money 第 3 行", "审计链 money 第 3 行至第 4 行之间被改写：数据库", "审计链 money 第 3 行至第 4 行之间被改写：锚文件"}},
		{"row inserted", func(c *chained) {
			c.exec("INSERT INTO audit_log (stream, seq, at, actor, os_user, action, entity, run_id, canon, prev_hash, hash) SELECT stream, seq + 1, at, actor, os_user, action, entity, run_id, canon, hash, 'x' FROM audit_log WHERE stream = 'money' AND seq = 6")
		}, []string{"审计链 money 第 7 行"}},
		{"head changed", func(c *chained) { c.exec("UPDATE audit_heads SET hash = 'x' WHERE stream = 'roles'") }, []string{"链尾记录的哈希与最后一行不符"}},
		{"head removed", func(c *chained) { c.exec("DELETE FROM audit_heads WHERE stream = 'roles'") }, []string{"链尾的记录没有了"}},
		{"whole chain rewritten", func(c *chained) { modelstest.Rewrite(c.t, c.s, "money", 3, `{"forged":true}`) }, []string{"审计链 money 第 3 行至第 4 行之间被改写：数据库里 2026年3月2日的审计锚", "审计链 money 第 3 行至第 4 行之间被改写：锚文件"}},
		{"chain cut with its head", func(c *chained) { modelstest.Cut(c.t, c.s, "money", 4) }, []string{"审计链 money 短了：数据库里 2026年3月3日", "审计链 money 短了：锚文件里 2026年3月3日"}},
		{"chain and anchors rewritten", func(c *chained) {
			modelstest.Rewrite(c.t, c.s, "money", 3, `{"forged":true}`)
			modelstest.Reanchor(c.t, c.s)
		}, []string{
			"审计链 anchors 第 2 行至第 2 行之间被改写：锚文件", "审计链 money 第 3 行至第 4 行之间被改写：锚文件", "2026年3月2日的审计锚在锚文件里是", "2026年3月3日的审计锚在锚文件里是", "只在锚文件里有", "不是由公钥",
		}},
		{"chain, anchors and file rewritten", func(c *chained) {
			modelstest.Rewrite(c.t, c.s, "money", 3, `{"forged":true}`)
			modelstest.Reanchor(c.t, c.s)
			if err := os.Remove(c.file); err != nil {
				c.t.Fatal(err)
			}
		}, []string{"没有哪一晚的审计锚是"}},
		{"newest anchor deleted", func(c *chained) { c.exec("DELETE FROM audit_anchors WHERE no = 3") }, []string{"而数据库里没有这个审计锚：被删除了", "锚文件比数据库新 1 个：文件到 2026年3月3日"}},
		{"anchors deleted", func(c *chained) { c.exec("DELETE FROM audit_anchors") }, []string{"写着 anchor/1", "写着 anchor/2", "写着 anchor/3", "数据库没有审计锚；审计链还在，是数据库里的审计锚被删除了"}},
		{"anchor changed", func(c *chained) { c.exec("UPDATE audit_anchors SET at = at + 1 WHERE no = 2") }, []string{"数据库里第 2 个审计锚（2026年3月2日"}},
		{"signature changed", func(c *chained) { c.exec("UPDATE audit_anchors SET signature = 'eA==' WHERE no = 2") }, []string{"的签名不对"}},
		{"an older copy put back", func(c *chained) {
			modelstest.Cut(c.t, c.s, "money", 4)
			modelstest.Cut(c.t, c.s, "roles", 4)
			modelstest.Cut(c.t, c.s, "anchors", 2)
			c.exec("DELETE FROM audit_anchors WHERE no = 3")
		}, []string{"审计链 money 短了：锚文件", "审计链 roles 短了：锚文件", "锚文件比数据库新 1 个：文件到 2026年3月3日", "恢复自备份"}},
		{"file cut", func(c *chained) { c.keepLines(2) }, []string{"锚文件只到第 2 个（2026年3月2日），数据库有 3 个"}},
		{"line of the file removed", func(c *chained) { c.keepLines(1, 3) }, []string{"锚文件缺少第 2 个审计锚"}},
		{"file changed", func(c *chained) { c.editFile(`"day":"2026-03-02"`, `"day":"2026-03-09"`) }, []string{"锚文件里第 2 个审计锚（2026年3月9日"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			modelstest.Each(t, func(t *testing.T, s *models.Store) {
				house := newChained(t, s, 3)
				printed, err := s.Read(t.Context()).NewestAnchor()
				if err != nil {
					t.Fatal(err)
				}
				modelstest.Unlock(t, s)
				c.tamper(house)
				got := house.found(printed.Short)
				t.Log(strings.Join(got, "\n"))
				if len(got) == 0 {
					t.Fatal("nothing was found")
				}
				for _, want := range c.want {
					if !slices.ContainsFunc(got, func(line string) bool { return strings.Contains(line, want) }) {
						t.Errorf("nothing says %q", want)
					}
				}
			})
		})
	}
}

func (c *chained) keepLines(keep ...int) {
	c.t.Helper()
	body, err := os.ReadFile(c.file)
	if err != nil {
		c.t.Fatal(err)
	}
	lines := strings.SplitAfter(string(body), "\n")
	if len(keep) == 1 {
		lines = lines[:keep[0]]
	} else {
		lines = []string{lines[keep[0]-1], lines[keep[1]-1]}
	}
	if err := os.WriteFile(c.file, []byte(strings.Join(lines, "")), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

func (c *chained) editFile(old, with string) {
	c.t.Helper()
	body, err := os.ReadFile(c.file)
	if err == nil && !strings.Contains(string(body), old) {
		c.t.Fatalf("%q is not in %s", old, body)
	}
	if err == nil {
		err = os.WriteFile(c.file, []byte(strings.Replace(string(body), old, with, 1)), 0o600)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// A crash in the middle of a line costs nothing: the next night ends the line and writes it again.
func TestATornLineIsWrittenAgain(t *testing.T) {
	c := newChained(t, modelstest.New(t), 2)
	body, err := os.ReadFile(c.file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.file, body[:len(body)-40], 0o600); err != nil {
		t.Fatal(err)
	}
	c.night(20260303)
	if got := c.found(); len(got) != 0 {
		t.Errorf("found %q", got)
	}
	file, err := models.ReadAnchorFile(c.file)
	if err != nil || len(file.Anchors) != 3 || len(file.Torn) != 1 {
		t.Errorf("file %+v, %v", file, err)
	}
}

// A file that is ahead of the database is not written to: the line of a night that was put back would be forged over.
func TestAFileAheadOfTheDatabaseIsLeftAlone(t *testing.T) {
	c := newChained(t, modelstest.New(t), 3)
	c.exec("DELETE FROM audit_anchors WHERE no = 3")
	before, err := os.ReadFile(c.file)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := c.s.Read(t.Context()).AppendAnchors(c.file); models.CodeOf(err) != models.Conflict || n != 0 {
		t.Errorf("appended %d, %v", n, err)
	}
	if after, err := os.ReadFile(c.file); err != nil || string(after) != string(before) {
		t.Errorf("the file changed: %v", err)
	}
}
