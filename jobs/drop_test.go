package jobs_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
	"duixian/sheets/sheetstest"
)

// inbox is a bureau with a folder for other offices.
type inbox struct {
	*bench
	dir    string
	drop   jobs.Drop
	runner *jobs.Runner
}

func newInbox(t *testing.T, s *models.Store) *inbox {
	t.Helper()
	b := &inbox{bench: newBench(t, s, "2026-03-01 12:00"), dir: t.TempDir()}
	b.drop = jobs.Drop{Dir: b.dir, KeepDays: 30, TellDays: 3}
	b.runner = b.replica("a")
	b.member("jb01", models.Clerk)
	b.member("fh01", models.Approver)
	b.member("yw01", models.Operator)
	b.tick(b.runner, "2026-03-01 12:00") // the first look at the schedule records no slots of the past
	return b
}

func (b *inbox) replica(owner string) *jobs.Runner {
	b.t.Helper()
	var all []jobs.Job
	for _, j := range jobs.All() {
		if j.Name == "import-drop" || j.Name == jobs.ImportJob || j.Name == "apply-plan" {
			all = append(all, j)
		}
	}
	calendar := policy.BuiltinCalendar()
	r, err := jobs.NewRunner(jobs.Options{
		Owner: owner, Jobs: all, NoHeartbeat: true,
		Env: &jobs.Env{Store: b.store, Calendar: calendar, Version: "test", Now: b.clock.Now, Drop: b.drop, Outbox: notifications.Outbox{Hours: notifications.Hours{Calendar: calendar}}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *inbox) put(path, text string) {
	b.t.Helper()
	path = filepath.Join(b.dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// night is both looks of a night.
func (b *inbox) night(day string) {
	b.t.Helper()
	b.tick(b.runner, day+" 01:00")
	b.tick(b.runner, day+" 01:20")
}

// lies lists every file below the folder.
func (b *inbox) lies() []string {
	b.t.Helper()
	var list []string
	err := filepath.WalkDir(b.dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(b.dir, path)
			list = append(list, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return list
}

func (b *inbox) want(when string, files ...string) {
	b.t.Helper()
	slices.Sort(files)
	if got := b.lies(); !slices.Equal(got, files) {
		b.t.Errorf("%s: in the folder lie\n  %s\nwant\n  %s", when, strings.Join(got, "\n  "), strings.Join(files, "\n  "))
	}
}

// said is what the last run left in its record.
func (b *inbox) said() (s struct {
	Note                  string
	Done, Refused, Submit int
	Already               int `json:"seen"`
	Purged                int
	Waiting               map[string]string `json:"unfinished"`
},
) {
	b.t.Helper()
	rows := b.history("import-drop")
	last := rows[len(rows)-1]
	if last.State != models.RunSucceeded {
		b.t.Fatalf("the job: %s %s", last.State, last.ErrorText)
	}
	if err := json.Unmarshal([]byte(last.Summary), &s); err != nil {
		b.t.Fatal(err)
	}
	return s
}

// told lists the notices of a kind: for whom, and what they say of state and reason.
func (b *inbox) told(kind string) (list []string) {
	b.t.Helper()
	rows, err := b.store.Read(b.t.Context()).Notices(models.NoticeFilter{Kind: kind, Limit: 100})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, n := range rows {
		var m notifications.DroppedFile
		if err := json.Unmarshal([]byte(n.Payload), &m); err != nil {
			b.t.Fatal(err)
		}
		who, err := b.store.Read(b.t.Context()).Member(n.MemberID)
		if err != nil {
			b.t.Fatal(err)
		}
		list = append(list, who.Code+" "+m.State+" "+m.Path+" "+m.Why)
	}
	slices.Sort(list)
	return list
}

func (b *inbox) imports() int {
	b.t.Helper()
	rows, err := b.store.Read(b.t.Context()).Imports(100)
	if err != nil {
		b.t.Fatal(err)
	}
	return len(rows)
}

const (
	dropFirms = "机构名称,统一社会信用代码,区县,机构类型,许可或备案,许可证号,独立法人,经营状态,生效日期,报送日期\n" +
		"示例一号人力资源有限公司,91330702MA2TE5T01Y,婺城区,企业,许可,SL0001,是,正常,2023-01-01,2023-09-01\n"
	dropListings = "机构名称,统一社会信用代码,名单,列入事由,认定单位,文号,列入日期,移出日期,报送日期\n" +
		"示例一号人力资源有限公司,91330702MA2TE5T01Y,行政处罚,示例,示例局,示例1号,2025-01-01,,2025-01-02\n"
	dropRecruits = "引进机构代码,用人单位名称,用人单位代码,姓名,证件号码,人才类别,入职日期,报送日期\n" +
		"91330702MA2TE5T01Y,示例厂,91330702MA2TE5T1XN,例二,330702199806300036,大学生,2024-02-30,2024-04-01\n"
	dropMembers = "成员编号,姓名,角色,统一社会信用代码,机构名称,生效日期,报送日期\nmallory,示例外人,复核,,,2023-09-01,2023-09-01\n"
)

// The social-insurance office puts files into its folder by day. At the first look of the night nobody knows whether they are whole; at the
// second they are, and each goes where it belongs: imported, refused with the reasons beside its rows, or to a clerk.
func TestANightOfTheFolder(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newInbox(t, s)
		b.put("listings/处罚.csv", dropListings)
		b.put("机构名录-2026年2月.csv", dropFirms)
		b.put("引才名单/某公司.csv", dropRecruits)
		b.put("members.csv", dropMembers)
		b.put("杂项.csv", dropListings)
		b.put("readme.txt", "hello")
		b.tick(b.runner, "2026-03-02 01:00")
		b.want("after the first look", "listings/处罚.csv", "机构名录-2026年2月.csv", "引才名单/某公司.csv", "members.csv", "杂项.csv", "readme.txt")
		if s := b.said(); len(s.Waiting) != 6 || !strings.Contains(s.Waiting["members.csv"], "等待写完") || b.imports() != 0 {
			t.Errorf("the first look: %+v, %d imports", s, b.imports())
		}
		b.tick(b.runner, "2026-03-02 01:20")
		sha := func(text string) string { return models.FileSHA([]byte(text))[:8] }
		b.want("after the second look",
			"done/2026-03-02/处罚.csv", "done/2026-03-02/处罚.csv-"+sha(dropListings)+"-导入报告.txt",
			"done/2026-03-02/机构名录-2026年2月.csv", "done/2026-03-02/机构名录-2026年2月.csv-"+sha(dropFirms)+"-导入报告.txt",
			"refused/2026-03-02/某公司.csv", "refused/2026-03-02/某公司.csv-"+sha(dropRecruits)+"-导入报告.xlsx",
			"refused/2026-03-02/杂项.csv", "refused/2026-03-02/杂项.csv-"+sha(dropListings)+"-导入报告.txt",
			"refused/2026-03-02/readme.txt", "refused/2026-03-02/readme.txt-"+sha("hello")+"-导入报告.txt",
			"submit/2026-03-02/members.csv", "submit/2026-03-02/members.csv-"+sha(dropMembers)+"-导入报告.txt",
		)
		if s := b.said(); s.Done != 2 || s.Refused != 3 || s.Submit != 1 || len(s.Waiting) != 0 || b.imports() != 2 {
			t.Errorf("the second look: %+v, %d imports", s, b.imports())
		}
		if rows := b.history(jobs.ImportJob); len(rows) != 2 || rows[0].Params["kind"] != "firms" || rows[0].Actor != models.System.Member {
			t.Errorf("the imports: %+v", rows)
		}
		data, err := os.ReadFile(filepath.Join(b.dir, "refused/2026-03-02/某公司.csv-"+sha(dropRecruits)+"-导入报告.xlsx"))
		if err != nil || !strings.Contains(sheetstest.Text(t, data), "330702199806300036|大学生|2024-02-30|2024-04-01|拒绝|“入职日期”：这一天不存在") {
			t.Errorf("the report: %v", err)
		}
		want := []string{
			"jb01 refused readme.txt 从文件夹名和文件名都看不出是哪种数据；请放进以数据种类命名的子文件夹（例如“参保缴费明细”），或用种类作文件名的开头",
			"jb01 refused 引才名单/某公司.csv 1 行被拒绝，第一处：第2行“入职日期”：这一天不存在",
			"jb01 refused 杂项.csv 从文件夹名和文件名都看不出是哪种数据；内容像是“失信与处罚名单”，请放进“失信与处罚名单”文件夹，或把文件名改成“失信与处罚名单-杂项.csv”",
			"jb01 submit members.csv ",
		}
		if got := b.told("dropped-file"); !slices.Equal(got, want) {
			t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if got := b.told("import-summary"); len(got) != 2 {
			t.Errorf("imports told: %v", got)
		}
		if m, err := s.Read(t.Context()).MemberByCode("mallory"); models.CodeOf(err) != models.NotFound {
			t.Errorf("a file in a folder has made %+v an official, %v", m, err)
		}
		b.checkAudit("drop", 6)
		if s, err := s.Read(t.Context()).Situation(at("2026-03-01 08:30"), at("2026-03-02 08:30")); err != nil || s.Files != (models.FileTrace{Taken: 2, Refused: 3, Submit: 1}) || s.Well() {
			t.Errorf("the morning after: %+v, %v", s.Files, err)
		}

		// The same files once more: nothing changes, and they do not lie on top of those of yesterday.
		b.put("listings/处罚.csv", dropListings)
		b.put("引才名单/某公司.csv", dropRecruits)
		b.night("2026-03-03")
		if s := b.said(); s.Done != 1 || s.Already != 1 || s.Refused != 1 || b.imports() != 2 {
			t.Errorf("again: %+v, %d imports", s, b.imports())
		}
		// And twice on one day under one name, with other rows: both are kept.
		b.put("listings/处罚.csv", dropListings)
		b.night("2026-03-04")
		b.put("listings/处罚.csv", strings.ReplaceAll(dropListings, "示例1号", "示例2号"))
		b.tick(b.runner, "2026-03-04 09:00")
		for _, now := range []string{"2026-03-04 09:00", "2026-03-04 09:30"} {
			if _, err := b.runner.RunNow(t.Context(), models.Actor{Member: "jb01"}, "import-drop", nil, 0, now, b.clock.set(now)); err != nil {
				t.Fatal(err)
			}
		}
		if got := b.lies(); !slices.Contains(got, "done/2026-03-04/处罚.csv") || !slices.Contains(got, "done/2026-03-04/处罚（2）.csv") {
			t.Errorf("in the folder lie\n%s", strings.Join(got, "\n"))
		}
		if rows, breaks, err := s.Read(t.Context()).VerifyAudit(); err != nil || len(breaks) > 0 || rows == 0 {
			t.Errorf("audit: %d rows, %v, %v", rows, breaks, err)
		}
	})
}

// What an office put under the wrong kind is answered with the Chinese names, which it may give to a folder or a file, and never with a
// command that it does not have. Two files that differ in their ending have reports that can be told apart.
func TestARefusedFileIsAnsweredInTheWordsOfTheOffice(t *testing.T) {
	s := modelstest.New(t)
	b := newInbox(t, s)
	b.put("机构名录/b.csv", dropRecruits)
	b.put("机构名录/b.txt", dropRecruits)
	b.night("2026-03-02")
	sha := models.FileSHA([]byte(dropRecruits))[:8]
	b.want("after the night", "refused/2026-03-02/b.csv", "refused/2026-03-02/b.csv-"+sha+"-导入报告.xlsx", "refused/2026-03-02/b.txt", "refused/2026-03-02/b.txt-"+sha+"-导入报告.xlsx")
	const why = "这个文件看起来是“引才名单”，不是“机构名录”。请放进“引才名单”文件夹，或核对是否放错文件"
	if got := b.told("dropped-file"); len(got) == 0 || got[0] != "jb01 refused 机构名录/b.csv 第1行："+why {
		t.Errorf("told %v", got)
	}
	data, err := os.ReadFile(filepath.Join(b.dir, "refused/2026-03-02/b.csv-"+sha+"-导入报告.xlsx"))
	if text := sheetstest.Text(t, data); err != nil || !strings.Contains(text, why) || strings.Contains(text, "duixian import") {
		t.Errorf("the report: %v\n%s", err, text)
	}
}

// checkAudit counts the audit rows of an action.
func (b *inbox) checkAudit(action string, want int) {
	b.t.Helper()
	pool := modelstest.Raw(b.t, b.store)
	defer pool.Close() //nolint:errcheck // nothing is buffered
	var n int
	if err := pool.QueryRow("SELECT COUNT(*) FROM audit_log WHERE stream = 'data' AND action = '" + action + "'").Scan(&n); err != nil || n != want {
		b.t.Errorf("%d audit rows say %s, want %d (%v)", n, action, want, err)
	}
}

// A file that grows is not taken until it lies still; a name of something unfinished, an empty file, a link, a device and a folder too deep are
// never read. After three days the clerk and the operator hear of it, once.
func TestWhatWaitsInTheFolder(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newInbox(t, s)
		outside := filepath.Join(t.TempDir(), "firms.csv")
		if err := os.WriteFile(outside, []byte(dropFirms), 0o600); err != nil {
			t.Fatal(err)
		}
		for link, to := range map[string]string{"firms-link.csv": outside, "listings": filepath.Dir(outside)} {
			if err := os.Symlink(to, filepath.Join(b.dir, link)); err != nil {
				t.Fatal(err)
			}
		}
		if err := syscall.Mkfifo(filepath.Join(b.dir, "firms-pipe.csv"), 0o600); err != nil {
			t.Fatal(err)
		}
		b.put("firms/2026.csv.part", dropFirms)
		b.put("firms/~$2026.xlsx", "lock")
		b.put("firms/empty.csv", "")
		b.put("firms/old/2025.csv", dropFirms)
		b.put("firms/growing.csv", dropFirms[:100])
		before := b.lies()
		b.tick(b.runner, "2026-03-02 01:00")
		b.put("firms/growing.csv", dropFirms[:200])
		b.tick(b.runner, "2026-03-02 01:20")
		b.put("firms/growing.csv", dropFirms)
		b.night("2026-03-03") // now it lies still: taken at the second look
		if got := b.lies(); !slices.Contains(got, "done/2026-03-03/growing.csv") || b.imports() != 1 {
			t.Fatalf("in the folder lie\n%s", strings.Join(got, "\n"))
		}
		for _, file := range before {
			if file != "firms/growing.csv" && !slices.Contains(b.lies(), file) {
				t.Errorf("%s has been moved", file)
			}
		}
		w := b.said().Waiting
		for path, why := range map[string]string{
			"firms-link.csv": "链接", "listings": "链接", "firms-pipe.csv": "不是普通文件", "firms/2026.csv.part": "临时文件名", "firms/~$2026.xlsx": "临时文件名", "firms/empty.csv": "空的", "firms/old": "子文件夹",
		} {
			if !strings.Contains(w[path], why) {
				t.Errorf("%s: %q, want something about %s", path, w[path], why)
			}
		}
		if got := b.told("dropped-file"); len(got) != 0 {
			t.Errorf("told too early: %v", got)
		}
		b.night("2026-03-05")
		b.night("2026-03-06")
		got := b.told("dropped-file")
		if len(got) != 2*7 || !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "yw01 waiting firms/empty.csv 文件是空的") }) {
			t.Errorf("told %d: %s", len(got), strings.Join(got, "\n"))
		}
	})
}

// With a marker beside it a file is taken at the first look; where markers are demanded, nothing is taken without one.
func TestMarkers(t *testing.T) {
	s := modelstest.New(t)
	b := newInbox(t, s)
	b.put("firms.csv", dropFirms)
	b.put("firms.csv.ok", "")
	b.put("listings.csv", dropListings)
	b.tick(b.runner, "2026-03-02 01:00")
	if s := b.said(); s.Done != 1 || len(s.Waiting) != 1 {
		t.Errorf("%+v", s)
	}
	if got := b.lies(); slices.Contains(got, "firms.csv.ok") || !slices.Contains(got, "done/2026-03-02/firms.csv") {
		t.Errorf("%v", got)
	}
	b.drop.NeedsMarker = true
	b.runner = b.replica("b")
	b.night("2026-03-03")
	b.night("2026-03-04")
	if w := b.said().Waiting["listings.csv"]; !strings.Contains(w, "listings.csv.ok") {
		t.Errorf("%q", w)
	}
	b.put("listings.csv.done", "")
	b.tick(b.runner, "2026-03-05 01:00")
	if s := b.said(); s.Done != 1 {
		t.Errorf("%+v", s)
	}
}

// A crash at any step leaves a file that the next night takes on from there: imported and not moved, settled and not moved, moved and not
// forgotten. Nothing is imported or told twice.
func TestTheFolderAfterACrash(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newInbox(t, s)
		b.put("firms.csv", dropFirms)
		b.put("recruits.csv", dropRecruits)
		for _, name := range []string{"done", "refused"} { // nothing can be moved: as if the disk failed right after the commit
			b.put(name, "in the way")
		}
		b.night("2026-03-02")
		rows := b.history("import-drop")
		if last := rows[len(rows)-1]; last.State != models.RunFailed || !strings.Contains(last.ErrorText, "不能写") {
			t.Fatalf("%+v", last)
		}
		if err := os.Remove(filepath.Join(b.dir, "done")); err != nil {
			t.Fatal(err)
		}
		b.night("2026-03-03") // the first can be moved, the second not
		if got := b.lies(); !slices.Contains(got, "done/2026-03-03/firms.csv") || !slices.Contains(got, "recruits.csv") || b.imports() != 1 {
			t.Fatalf("%v, %d imports", got, b.imports())
		}
		if err := os.Remove(filepath.Join(b.dir, "refused")); err != nil {
			t.Fatal(err)
		}
		b.night("2026-03-04")
		if got := b.lies(); !slices.Contains(got, "refused/2026-03-04/recruits.csv") || slices.Contains(got, "recruits.csv") {
			t.Fatalf("%v", got)
		}
		if got := b.told("dropped-file"); len(got) != 1 {
			t.Errorf("told %v", got)
		}
		b.checkAudit("drop", 2)
		if got := b.told("import-summary"); len(got) != 1 {
			t.Errorf("told %v", got)
		}
		b.night("2026-03-05")
		if rows, err := s.Read(t.Context()).DropFiles(); err != nil || len(rows) != 0 {
			t.Errorf("not forgotten: %+v, %v", rows, err)
		}
	})
}

// Two services look into one folder at the same moment: each file is taken once.
func TestTwoServicesOneFolder(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newInbox(t, s)
		for _, text := range []string{dropFirms, dropListings} {
			b.put("x-"+models.FileSHA([]byte(text))[:4]+".csv", "")
		}
		b.put("firms.csv", dropFirms)
		b.put("listings.csv", dropListings)
		b.tick(b.runner, "2026-03-02 01:00")
		now := b.clock.set("2026-03-02 01:20")
		var group sync.WaitGroup
		for _, r := range []*jobs.Runner{b.runner, b.replica("b"), b.replica("c")} {
			group.Go(func() {
				if err := r.Tick(t.Context(), now); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if got := b.lies(); b.imports() != 2 || !slices.Contains(got, "done/2026-03-02/firms.csv") || !slices.Contains(got, "done/2026-03-02/listings.csv") {
			t.Errorf("%d imports, %v", b.imports(), got)
		}
		b.checkAudit("drop", 2)
	})
}

// A huge file is not read; what was taken out is deleted after its days, and nothing else is; no folder is no work.
func TestHugePurgedAndUnset(t *testing.T) {
	s := modelstest.New(t)
	b := newInbox(t, s)
	b.put("insurance/huge.csv", "")
	if err := os.Truncate(filepath.Join(b.dir, "insurance/huge.csv"), 300<<20); err != nil {
		t.Fatal(err)
	}
	b.put("done/2026-01-30/old.csv", "x")
	b.put("done/2026-01-31/young.csv", "x")
	b.put("done/2026-13-01/theirs.csv", "x")
	b.put("refused/2025-12-01/old.csv", "x")
	b.put("refused/notes.txt", "x")
	b.night("2026-03-02")
	want := []string{"done/2026-01-31/young.csv", "done/2026-13-01/theirs.csv", "refused/2026-03-02/huge.csv", "refused/2026-03-02/huge.csv-导入报告.txt", "refused/notes.txt"}
	b.want("after the night", want...)
	b.checkAudit("purge", 2)
	if got := b.told("dropped-file"); len(got) != 1 || !strings.Contains(got[0], "文件有 300 MB，超过 256 MB") {
		t.Errorf("%v", got)
	}
	b.drop = jobs.Drop{}
	b.runner = b.replica("b")
	b.night("2026-03-03")
	if s := b.said(); s.Note != "没有配置收件文件夹，没有读取任何文件" {
		t.Errorf("%+v", s)
	}
	b.drop = jobs.Drop{Dir: filepath.Join(b.dir, "nowhere")}
	b.runner = b.replica("c")
	b.night("2026-03-04")
	rows := b.history("import-drop")
	if last := rows[len(rows)-1]; last.State != models.RunFailed || !strings.Contains(last.ErrorText, "打不开") {
		t.Errorf("%+v", last)
	}
}
