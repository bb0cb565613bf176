package jobs_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
)

const tamperFacts = "机构名称,统一社会信用代码,类别,编号,日期,首次,报送日期\n" +
	"示例一号人力资源有限公司,91330702MA2TE5T01Y,高新技术企业,GR0001,2026-06-20,是,2026-06-27\n" +
	"示例二号人力资源有限公司,91330702MA2TE5T1XN,高新技术企业,GR0002,2026-06-20,是,2026-06-27\n"

const tamperListings = "机构名称,统一社会信用代码,名单,列入事由,认定单位,列入日期,报送日期\n" +
	"示例二号人力资源有限公司,91330702MA2TE5T1XN,严重失信主体名单,示例事由,示例市场监督管理局,2026-06-01,2026-06-27\n"

// proven is a house with everything that money reads: files taken in, decisions, a plan of two people, awards with a cap, people and stages, and an
// anchor over all of it, in the file too.
func proven(t *testing.T, s *models.Store) *house {
	t.Helper()
	w := newTown(t, s, "")
	w.sim.Idle = true
	w.env.AnchorFile = filepath.Join(t.TempDir(), "anchors.jsonl")
	w.firm("A")
	w.tx(func(tx *models.Tx) error {
		return tx.AddMember(1, models.System, &models.Member{Code: "lx01", Name: "示例联系人", Active: true, ChannelID: "chat-lx01"}, models.MemberRole{Role: models.Contact, OrgID: w.orgs["A"]})
	})
	w.fact("A", "headquarters", "2023版", "2026-07-02", "2026-07-09", `{"lists":["global500"],"operating_since":"2022-12-01","headquarters_legal_person":true,"group":"示例集团"}`)
	w.insure(w.hire("A", 20, "2025-10-08"), 202510, 202604)
	for _, file := range [][2]string{{"firms", firmsFile}, {"facts", tamperFacts}, {"listings", tamperListings}} {
		body := []byte(file[1])
		w.tx(func(tx *models.Tx) error {
			return tx.StageFile(&models.StagedFile{Kind: file[0], FileName: file[0] + ".csv", KnownOn: 20260717, Body: body, ExpiresAt: at("2026-07-20 00:00")})
		})
		w.sim.SetClock(at("2026-07-17 10:00"))
		if _, err := w.sim.Runner.RunFor(t.Context(), w.maker, jobs.ImportJob, models.Params{"kind": file[0], "sha256": models.FileSHA(body)}, 0, at("2026-07-17 10:00")); err != nil {
			t.Fatal(file[0], err)
		}
	}
	w.play("2026-07-18", "2026-07-20")
	for _, job := range []string{"claims", "recruit-reward"} {
		sub, err := w.sim.Runner.Submit(t.Context(), w.maker, job, nil, 20260721, at("2026-07-21 10:00"))
		if err != nil {
			t.Fatal(job, err)
		}
		if _, err := w.decide("fh01", sub.Code, true, at("2026-07-21 10:30")); err != nil {
			t.Fatal(err)
		}
	}
	w.tick("2026-07-22 06:31")
	if found := w.verdict(); len(found) > 0 {
		t.Fatalf("an honest house: %s", strings.Join(found, "\n"))
	}
	return w.house
}

// verdict is what audit verify and check find.
func (h *house) verdict() (found []string) {
	h.t.Helper()
	_, breaks, err := h.q().VerifyAudit()
	if err != nil {
		h.t.Fatal(err)
	}
	for _, b := range breaks {
		found = append(found, b.Text())
	}
	file, err := models.ReadAnchorFile(h.env.AnchorFile)
	if err != nil {
		h.t.Fatal(err)
	}
	p, err := h.q().VerifyAnchors(file, nil, "")
	if err != nil {
		h.t.Fatal(err)
	}
	found = append(found, p.Findings...)
	results, err := h.sim.Runner.Check(h.t.Context(), at("2026-07-22 09:00"))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, r := range results {
		for _, f := range r.Findings {
			found = append(found, r.No+" "+f)
		}
	}
	return found
}

// tampering is what somebody with the database in hand may change of the tables that money reads, without touching the chain or together with what is
// easy to make fit beside it.
var tampering = []struct {
	name string
	edit []string // SQL that both databases understand
	want string   // part of a line that check must say
}{
	{"an award's amount and its stages", []string{"UPDATE awards SET amount_fen = 400000000 WHERE id = 2", "UPDATE instalments SET amount_fen = 220000000 WHERE award_id = 2 AND no = 1"}, "40c 奖励 #2 的机构、事项、金额、申报、分期金额或到期日与审计记录（money 第 "},
	{"money moved between stages", []string{"UPDATE instalments SET amount_fen = 210000000 WHERE award_id = 2 AND no = 1", "UPDATE instalments SET amount_fen = 0 WHERE award_id = 2 AND no = 2"}, "40c 奖励 #2 "},
	{"a stage due earlier", []string{"UPDATE instalments SET due_on = 20260101 WHERE award_id = 2 AND no = 3"}, "40c 奖励 #2 "},
	{"a second award", []string{"INSERT INTO awards (id, claim_id, org_id, item, clause, decision_id, plan_id, approval_id, amount_fen, approved_on, policy_version, state, run_id, epoch) SELECT 99, 99, org_id, item, clause, decision_id, plan_id, approval_id, amount_fen, approved_on, policy_version, state, run_id, epoch FROM awards WHERE id = 1"}, "奖励 #99 没有审计记录"},
	{"an approval's checker", []string{"UPDATE approvals SET checker_id = 3 WHERE id = 1"}, "36b 送审 #1（方案 #1）的复核现在是 lx01，审计记录（money 第 "},
	{"an approval's maker", []string{"UPDATE approvals SET maker_id = 3 WHERE id = 2"}, "36b 送审 #2（方案 #2）的经办现在是 lx01"},
	{"an approval made up", []string{"INSERT INTO approvals (id, plan_id, plan_hash, maker_id, checker_id, state, code_mac, reason, submitted_at, expires_on, decided_at, run_id) SELECT 99, plan_id, plan_hash, maker_id, checker_id, 'executed', 'x', '', submitted_at, expires_on, decided_at, run_id FROM approvals WHERE id = 1"}, "36b 送审 #99（方案 #1）没有送审的审计记录"},
	{"a role put in", []string{"INSERT INTO member_roles (member_id, role, org_id) VALUES (3, 'approver', 0)"}, "40g 成员 lx01（示例联系人）的角色“复核”没有审计记录"},
	{"a role removed", []string{"DELETE FROM member_roles WHERE member_id = 3"}, "40g 成员 lx01（示例联系人）的角色“企业联系人”（机构 #1）没有了"},
	{"a member put in", []string{"INSERT INTO members (id, code, name, active, person_mac, channel, channel_id, morning, muted, since) VALUES (99, 'x99', '示例外人', 1, '', '', '', '', '', 0)"}, "40g 成员 x99（示例外人）没有增加的审计记录"},
	{"a member's address in the chat", []string{"UPDATE members SET channel_id = 'chat-other' WHERE id = 2"}, "40g 成员 fh01（示例复核乙）的聊天账号与审计记录"},
	{"a member back in office", []string{"UPDATE members SET active = 0 WHERE id = 2"}, "40g 成员 fh01（示例复核乙）在职与否"},
	{"a fact's attributes", []string{"UPDATE facts SET attrs = '{\"first_time\":false}' WHERE id = 5"}, "40e 资格信息 #5 被改动或删除：2026年7月17日 10:00导入的 facts.csv（#2，jb01）写入（审计链 data 第 "},
	{"a fact put in", []string{"INSERT INTO facts (id, org_id, kind, fact_key, on_day, attrs, known_on, rev, withdrawn, import_id, end_on) SELECT 99, org_id, kind, 'GR9', on_day, attrs, known_on, rev, withdrawn, import_id, end_on FROM facts WHERE id = 5"}, "40e 资格信息 #99 不是系统写入的"},
	{"a fact in place of another", []string{"UPDATE facts SET org_id = 1 WHERE id = 6"}, "40e 资格信息 #6 被改动或删除"},
	{"a listing given to another firm", []string{"UPDATE listings SET org_id = 1 WHERE id = 1"}, "40f 名单记录 #1 的归属"},
	{"a listing removed", []string{"DELETE FROM listings WHERE id = 1"}, "40e 名单记录 #1 被改动或删除：2026年7月17日 10:00导入的 listings.csv（#3，jb01）写入"},
	{"an import removed", []string{"DELETE FROM imports WHERE id = 3"}, "40e 导入 #3（listings，2026年7月17日 10:00，jb01）的登记没有了"},
	{"another firm behind the number", []string{"UPDATE organisations SET code = '91330702MA2TE5T99X' WHERE id = 1"}, "40e 机构 #1 被改动或删除"},
	{"a recruit's day", []string{"UPDATE recruits SET hired_on = 20240101 WHERE id = 7"}, "40e 引才登记 #7 被改动或删除"},
	{"a decision", []string{"UPDATE decisions SET outcome = 'exact', amount_fen = 100000000 WHERE id = 3"}, "40e 审核结论 #3 被改动或删除"},
	{"a decision removed", []string{"DELETE FROM decisions WHERE id = 3"}, "40e 审核结论 #3 被改动或删除"},
	{"a cap raised", []string{"UPDATE caps SET limit_fen = 900000000"}, "40d 封顶 "},
	{"a cap emptied", []string{"UPDATE caps SET used_fen = 0", "DELETE FROM cap_uses"}, "40d 奖励 #3 的封顶明细与审计记录（money 第 "},
	{"a person's head free again", []string{"DELETE FROM person_rewards WHERE person_id = 1"}, "40d 奖励 #3 计奖人员 19 人，审计记录（money 第 "},
	{"a person's number", []string{"UPDATE people SET id_enc = name_enc WHERE id = 1"}, "13b 人员 #1 的证件号码与其索引不符"},
	{"a plan's line", []string{"UPDATE plan_lines SET amount_fen = 1 WHERE plan_id = 1 AND no = 1"}, "11 方案 #1 的内容与校验码不符"},
}

func TestTamperingBesideTheChainIsFound(t *testing.T) {
	for _, c := range tampering {
		t.Run(c.name, func(t *testing.T) {
			h := proven(t, modelstest.New(t))
			h.tampers(c.edit, c.want)
		})
	}
}

// On the server, where a house costs more, all of it is done to one, a change after the other.
func TestTamperingOnEitherDatabaseIsFound(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := proven(t, s)
		for _, c := range tampering {
			h.tampers(c.edit, c.want)
		}
	})
}

func (h *house) tampers(edits []string, want string) {
	h.t.Helper()
	for _, edit := range edits {
		modelstest.Exec(h.t, h.store, edit)
	}
	found := h.verdict()
	if !slices.ContainsFunc(found, func(line string) bool { return strings.Contains(line, want) }) {
		h.t.Errorf("nothing says %q after %q:\n%s", want, edits, strings.Join(found, "\n"))
	}
}
