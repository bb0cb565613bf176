package models_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
)

// listed plans a list of n lines about organisations 1 to n and publishes it from 8 to 12 June 2026.
func listed(t *testing.T, s *models.Store, n int, running bool) models.Publicity {
	t.Helper()
	d := models.PublicityDraft{SubjectKind: "plan", SubjectID: 8, Kind: "award", Title: "拟奖补名单", Days: 5}
	for i := range n {
		d.Lines = append(d.Lines, models.PublicityLine{LineKey: fmt.Sprintf("org/%d", i+1), OrgID: int64(i + 1), Name: fmt.Sprintf("示例%d", i+1), Code: "91330702MA2TE5T01Y", Item: "示例奖励", AmountFen: 100})
	}
	var p models.Publicity
	write(t, s, func(tx *models.Tx) (err error) {
		if p, err = tx.PlanPublicity(d, models.System, 0, 1780000000000); err != nil || !running {
			return err
		}
		return tx.StartPublicity(&p, june, models.Actor{Member: "jb01"}, 0, 1780000000000)
	})
	return p
}

var june = models.Publication{On: 20260608, First: 20260608, Last: 20260612, Where: "网站", ObjectTo: "示例科"}

func TestAListIsFrozenAndDeidentified(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := listed(t, s, 2, false)
		again := listed(t, s, 5, false) // the same subject: the list that is there
		if again.ID != p.ID || again.LineCount != 2 {
			t.Errorf("planned twice: %+v", again)
		}
		q := s.Read(t.Context())
		lines, err := q.PublicLines(p.ID)
		if err != nil || len(lines) != 2 || lines[0].Code != "913307********T01Y" {
			t.Fatalf("%+v, %v", lines, err)
		}
		for _, d := range []models.PublicityDraft{
			{SubjectKind: "round", SubjectID: 1, Title: "名单", Days: 5, Lines: []models.PublicityLine{{LineKey: "x", Name: "张某330702199001010015"}}},
			{SubjectKind: "round", SubjectID: 1, Title: "名单", Days: 5, Lines: []models.PublicityLine{{LineKey: "x", Name: "张某", Note: "330702199001010015"}}},
			{SubjectKind: "round", SubjectID: 1, Title: "名单", Days: 5},
		} {
			err := s.InTx(t.Context(), func(tx *models.Tx) error { _, err := tx.PlanPublicity(d, models.System, 0, 1); return err })
			if models.CodeOf(err) != models.Invalid {
				t.Errorf("%+v: %v", d, err)
			}
		}
		if intact, err := q.PublicityIntact(p); err != nil || !intact {
			t.Error("a new list is not intact", err)
		}
		for _, sql := range []string{"UPDATE publicity_lines SET amount_fen = 9 WHERE no = 2", "UPDATE publicity_lines SET amount_fen = 100, name = 'x' WHERE no = 2", "DELETE FROM publicity_lines WHERE no = 2", "UPDATE publicities SET title = 'x'"} {
			modelstest.Exec(t, s, sql)
			p, _ := q.Publicity(p.ID)
			if intact, err := q.PublicityIntact(p); err != nil || intact {
				t.Errorf("%s does not show: %v", sql, err)
			}
		}
	})
}

func TestAPublicationIsRecordedOnceAndClosedAfterItsLastDay(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := listed(t, s, 1, true)
		other := june
		other.Where = "报纸"
		for rec, code := range map[models.Publication]models.Code{june: "", other: models.Conflict} {
			err := s.InTx(t.Context(), func(tx *models.Tx) error { p := p; return tx.StartPublicity(&p, rec, models.System, 0, 2) })
			if models.CodeOf(err) != code {
				t.Errorf("%s again: %v", rec.Where, err)
			}
		}
		err := s.InTx(t.Context(), func(tx *models.Tx) error { p := p; return tx.ClosePublicity(&p, 20260612, models.System, 0, 2) })
		if models.CodeOf(err) != models.Invalid {
			t.Errorf("closed on its last day: %v", err)
		}
		write(t, s, func(tx *models.Tx) error { p := p; return tx.ExtendPublicity(&p, 20260610, 0, 2) })
		if now, _ := s.Read(t.Context()).Publicity(p.ID); now.LastOn != 20260612 {
			t.Errorf("shortened to %s", now.LastOn)
		}
		write(t, s, func(tx *models.Tx) error { p := p; return tx.ClosePublicity(&p, 20260613, models.System, 0, 2) })
		err = s.InTx(t.Context(), func(tx *models.Tx) error { p := p; return tx.ClosePublicity(&p, 20260613, models.System, 0, 2) })
		if models.CodeOf(err) != models.Conflict {
			t.Errorf("closed twice: %v", err)
		}
		if rows, breaks, err := s.Read(t.Context()).VerifyAudit(); err != nil || rows != 3 || len(breaks) != 0 { // plan, start, close
			t.Errorf("audit: %d rows, %v, %v", rows, breaks, err)
		}
	})
}

// Many people object to one line and to others in the same moment: each has their one objection, and exactly those lines are held.
func TestObjectionsAtOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := listed(t, s, 3, true)
		var all sync.WaitGroup
		codes := make([]models.Code, 12)
		for i := range codes {
			all.Go(func() {
				o := models.Objection{Request: fmt.Sprintf("m%d", i), PublicityID: p.ID, LineNo: 1 + i%2, ByOrg: 9, ByMember: int64(i % 4), MadeOn: 20260609, MadeAt: 5, DueOn: 20260624}
				err := s.InTx(t.Context(), func(tx *models.Tx) error { o := o; return tx.Object(&o, "理由", models.System) })
				codes[i] = models.CodeOf(err)
				if err != nil && codes[i] != models.Conflict {
					t.Error(err)
				}
			})
		}
		all.Wait()
		open, err := s.Read(t.Context()).ObjectionsIn(models.ObjectionOpen, 100)
		if err != nil || len(open) != 4 { // persons 0 and 2 to line 1, 1 and 3 to line 2
			t.Errorf("%d objections, %v", len(open), err)
		}
		lines, _ := s.Read(t.Context()).PublicLines(p.ID)
		for i, want := range []models.PublicLineState{models.LineHeldUp, models.LineHeldUp, models.LineFree} {
			if lines[i].State != want {
				t.Errorf("line %d is %s", i+1, lines[i].State)
			}
		}
		words, err := s.Read(t.Context()).ObjectionWords(open[0])
		if err != nil || words.Reveal() != "理由" || strings.Contains(string(open[0].TextEnc), "理由") {
			t.Errorf("the words: %v", err)
		}
	})
}

func TestWhoMayNotObject(t *testing.T) {
	s := modelstest.New(t)
	p := listed(t, s, 1, false)
	object := func(request string, line int) error {
		o := models.Objection{Request: request, PublicityID: p.ID, LineNo: line, ByMember: 1, MadeOn: 20260609, MadeAt: 5, DueOn: 20260624}
		return s.InTx(t.Context(), func(tx *models.Tx) error { o := o; return tx.Object(&o, "理由", models.System) })
	}
	if err := object("m1", 1); models.CodeOf(err) != models.Conflict {
		t.Errorf("before it is published: %v", err)
	}
	write(t, s, func(tx *models.Tx) error { return tx.StartPublicity(&p, june, models.System, 0, 1) })
	if err := object("m2", 9); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("no such line: %v", err)
	}
	if err := object("m3", 1); err != nil {
		t.Error(err)
	}
}

// Each invariant about lists fails on a database that somebody has edited.
func TestChecksOfPublicityCanFail(t *testing.T) {
	for no, sqls := range map[string][]string{
		"46":  {"UPDATE publicities SET state = 'closed', closed_on = 20260610"},
		"46b": {"UPDATE publicities SET state = 'planned', first_on = 0, last_on = 0, published_by = ''"},
		"46c": {"UPDATE publicity_lines SET state = 'free'"},
		"46d": {"UPDATE publicity_lines SET state = 'dropped' WHERE no = 2"},
		"46e": {
			"UPDATE publicity_lines SET claim_id = 5, decision_id = 6 WHERE no = 2",
			"INSERT INTO awards (id, claim_id, org_id, item, clause, decision_id, plan_id, approval_id, amount_fen, approved_on, policy_version, state, run_id, epoch) VALUES (1, 5, 2, 'x', '', 6, 8, 1, 1, 20260609, 'v', 'active', 1, 1)",
		},
		"46f": {"INSERT INTO list_entries (id, list, org_id, basis, state, noticed_on, answer_by, plan_id, listed_on, removal_plan_id, removed_on, reason) VALUES (1, 'black', 1, '', 'listed', 20260601, 20260608, 77, 20260620, 0, 0, '')"},
		"46g": {"INSERT INTO list_entries (id, list, org_id, basis, state, noticed_on, answer_by, plan_id, listed_on, removal_plan_id, removed_on, reason) VALUES (1, 'red', 1, '', 'removed', 0, 0, 0, 0, 77, 20260620, '')"},
		"46h": {"UPDATE publicity_lines SET name = 'x' WHERE no = 1"},
		"43":  {"UPDATE publicity_lines SET note = '330702199001010015' WHERE no = 1"},
	} {
		t.Run(no, func(t *testing.T) {
			s := modelstest.New(t)
			p := listed(t, s, 2, true)
			write(t, s, func(tx *models.Tx) error {
				o := models.Objection{Request: "m1", PublicityID: p.ID, LineNo: 1, ByMember: 1, MadeOn: 20260609, MadeAt: 5, DueOn: 20260624}
				return tx.Object(&o, "理由", models.System)
			})
			find := func() (n int) {
				results, err := s.Read(t.Context()).Check(1782000000000, 1)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range results {
					if r.No == no {
						if r.Examined == 0 && !strings.HasPrefix(no, "46f") && !strings.HasPrefix(no, "46g") && no != "46d" && no != "46e" {
							t.Errorf("%s looked at nothing", no)
						}
						n += len(r.Findings)
					}
				}
				return n
			}
			if n := find(); n != 0 {
				t.Fatalf("%d findings on a sound database", n)
			}
			for _, sql := range sqls {
				modelstest.Exec(t, s, sql)
			}
			if find() == 0 {
				t.Errorf("does not show: %v", sqls)
			}
		})
	}
}
