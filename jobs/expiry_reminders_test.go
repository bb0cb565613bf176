package jobs_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// reminded says what an organisation was reminded of, oldest first: kind thing step day.
func (h *house) reminded(code string, kinds ...string) []string {
	h.t.Helper()
	rows, err := h.q().RemindersOf([]int64{h.orgs[code]})
	if err != nil {
		h.t.Fatal(err)
	}
	slices.SortStableFunc(rows, func(a, b models.Reminder) int { return int(a.ToldOn - b.ToldOn) })
	var out []string
	for _, r := range rows {
		if len(kinds) == 0 || slices.Contains(kinds, r.Kind) {
			out = append(out, fmt.Sprintf("%s %s %d %s", r.Kind, r.Thing, r.Step, r.ToldOn))
		}
	}
	return out
}

func (h *house) want(what string, got []string, want ...string) {
	h.t.Helper()
	if !slices.Equal(got, want) {
		h.t.Errorf("%s: got\n  %s\nwant\n  %s", what, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// contact makes a person who hears what an organisation hears.
func (h *house) contact(code string) {
	h.t.Helper()
	h.tx(func(tx *models.Tx) error {
		return tx.AddMember(1, models.System, &models.Member{Code: "lx-" + code, Name: "示例联系人", Active: true}, models.MemberRole{Role: models.Contact, OrgID: h.orgs[code]})
	})
}

// licensed registers an organisation with a licence from a day to a day.
func (h *house) licensed(code, from, until, known, more string) {
	h.t.Helper()
	h.fact(code, "registration", from, from, known, `{"district":"urban","licensed":true,"independent_legal_person":true,"operating_normally":true,"permit":"许可","permit_end":"`+until+`"`+more+`}`)
}

// remindersOnly leaves the house one job, for years that are to pass quickly.
func (h *house) remindersOnly() {
	h.t.Helper()
	all := slices.DeleteFunc(jobs.All(), func(j jobs.Job) bool { return j.Name != "expiry-reminders" })
	r, err := jobs.NewRunner(jobs.Options{Env: h.env, Jobs: all, Owner: "test/2", NoHeartbeat: true})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(r.Close)
	h.sim.Runner = r
}

// A renews after the first reminder, B after the end, C never, D has closed, E has a filing without an end, and F a filing with one;
// G is known to close on a later day, and is reminded until then.
func TestALicenceIsRemindedOfUntilItIsRenewed(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.remindersOnly()
		for _, code := range []string{"A", "B", "C", "D", "E", "F", "G"} {
			h.firm(code)
			h.contact(code)
			h.fact(code, "annual-report", "2025", "2026-01-05", "2026-01-05", `{"year":2025}`)
		}
		for _, code := range []string{"A", "B", "C", "G"} {
			h.licensed(code, "2023-09-01", "2026-06-30", "2023-09-01", "")
		}
		h.licensed("D", "2023-09-01", "2026-06-30", "2023-09-01", "")
		h.fact("D", "registration", "2026-03-01", "2026-03-01", "2026-03-05", `{"district":"urban","licensed":true,"operating_normally":false,"permit":"许可","permit_end":"2026-06-30"}`)
		h.fact("E", "registration", "2024-01-01", "2024-01-01", "2024-01-01", `{"district":"urban","licensed":true,"operating_normally":true,"permit":"备案","permit_end":""}`)
		h.fact("F", "registration", "2024-01-01", "2024-01-01", "2024-01-01", `{"district":"urban","licensed":true,"operating_normally":true,"permit":"备案","permit_end":"2026-06-30"}`)
		h.fact("G", "registration", "2026-06-15", "2026-06-15", "2026-03-01", `{"district":"urban","licensed":true,"operating_normally":false,"permit":"许可","permit_end":"2026-06-30"}`)
		h.licensed("A", "2026-07-01", "2026-12-31", "2026-05-20", "") // from the day after, known before
		h.licensed("B", "2026-07-20", "2031-07-19", "2026-07-21", "")
		h.play("2026-03-01", "2026-12-31")
		// 1 April is 90 days before 30 June; 31 May is a Sunday; 1 and 2 October are off.
		h.want("A", h.reminded("A", "licence"), "licence licence 90 2026-04-01", "licence licence 90 2026-09-30", "licence licence 30 2026-12-01", "licence licence 7 2026-12-24")
		h.want("B", h.reminded("B", "licence"), "licence licence 90 2026-04-01", "licence licence 30 2026-05-29", "licence licence 7 2026-06-23", "licence licence 0 2026-07-01")
		h.want("C", h.reminded("C", "licence"), "licence licence 90 2026-04-01", "licence licence 30 2026-05-29", "licence licence 7 2026-06-23", "licence licence 0 2026-07-01")
		h.want("D", h.reminded("D"))
		h.want("E", h.reminded("E"))
		h.want("F", h.reminded("F", "licence"), "licence licence 90 2026-04-01", "licence licence 30 2026-05-29", "licence licence 7 2026-06-23", "licence licence 0 2026-07-01")
		h.want("G", h.reminded("G", "licence"), "licence licence 90 2026-04-01", "licence licence 30 2026-05-29")
		if n := strings.Count(h.told.String(), "人力资源服务许可已过期"); n != 2 {
			t.Errorf("%d messages say that a licence has expired:\n%s", n, h.told.String())
		}
		if !strings.Contains(h.told.String(), "人力资源服务备案：还有32天到期") {
			t.Errorf("the filing is not called a filing:\n%s", h.told.String())
		}
		h.clean()
	})
}

// Two months nobody is there: on the first morning after it, one reminder of each thing, the nearest.
func TestAfterAnOutageOneReminder(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.remindersOnly()
		h.firm("A")
		h.contact("A")
		h.licensed("A", "2023-09-01", "2026-04-10", "2023-09-01", "")
		h.play("2025-12-01", "2026-01-05")
		h.want("before", h.reminded("A"))
		h.sim.SetClock(at("2026-03-27 05:31"))
		if err := h.sim.Runner.Tick(t.Context(), at("2026-03-27 05:31")); err != nil {
			t.Fatal(err)
		}
		h.sim.SetClock(at("2026-03-27 08:00"))
		h.want("after", h.reminded("A"), "annual-report report/2025 7 2026-03-27", "licence licence 30 2026-03-27")
		h.play("2026-03-28", "2026-04-30")
		h.want("then", h.reminded("A"), "annual-report report/2025 7 2026-03-27", "licence licence 30 2026-03-27", "annual-report report/2025 1 2026-03-30", "licence licence 7 2026-04-03", "licence licence 0 2026-04-13")
		// What was said on Friday waited for Monday's digest, and only the newest of each thing was in it.
		if told := h.told.String(); strings.Count(told, "2025年度报告公示") != 1 || !strings.Contains(told, "今日提醒 2 条") || !strings.Contains(told, "2025年度报告公示：还有1天截止") {
			t.Error(told)
		}
	})
}

// The report of the year before is owed by who was licensed at its end; once published, also late at night before the message goes out, nothing is said.
func TestTheAnnualReport(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.remindersOnly()
		for _, code := range []string{"A", "B", "C", "D"} {
			h.firm(code)
			h.contact(code)
		}
		h.licensed("B", "2023-09-01", "2026-06-22", "2023-09-01", "")
		h.fact("B", "annual-report", "2025", "2026-03-10", "2026-03-10", `{"year":2025}`)
		h.fact("C", "registration", "2026-01-20", "2026-01-20", "2026-01-25", `{"district":"urban","licensed":true,"operating_normally":true,"permit":"许可"}`)
		h.fact("C", "registration", "2023-06-01", "2023-06-01", "2023-08-01", `{"district":"urban","licensed":false,"operating_normally":true,"permit":""}`)
		h.play("2026-01-01", "2026-03-24")
		h.fact("D", "annual-report", "2025", "2026-03-17", "2026-03-25", `{"year":2025}`)
		h.fact("A", "annual-report", "2024", "2026-03-17", "2026-03-25", `{"year":2024}`) // another year's
		h.play("2026-03-25", "2026-05-31")
		first, second := "annual-report report/2025 30 2026-02-28", "annual-report report/2025 14 2026-03-17" // 1 March is a Sunday, 28 February is worked
		h.want("A", h.reminded("A"), first, second, "annual-report report/2025 7 2026-03-24", "annual-report report/2025 1 2026-03-30")
		h.want("B", h.reminded("B"), first, "licence licence 90 2026-03-24", "licence licence 30 2026-05-22") // looked at for its licence, not told of the report
		h.want("C", h.reminded("C"))
		h.want("D", h.reminded("D"), first, second, "annual-report report/2025 7 2026-03-24")
		h.clean()
	})
}

// A claim waits for a figure: after 7, 14, 30, 60 … days the firm hears which. The figure comes and nothing more is heard; that of another firm is held, which
// its own message says.
func TestMaterialThatIsMissing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.firm("A")
		h.contact("A")
		h.fact("A", "booth", "展位-1", "2026-01-10", "2026-01-12", `{"overseas":false,"organiser":"provincial_hr"}`)
		h.play("2026-01-12", "2026-03-15")
		h.want("waiting", h.reminded("A", "material"), "material claim/1 7 2026-01-19", "material claim/1 14 2026-01-26", "material claim/1 30 2026-02-11", "material claim/1 60 2026-03-13")
		h.tx(func(tx *models.Tx) error {
			return tx.AddFacts([]models.Fact{{OrgID: h.orgs["A"], Kind: "booth", FactKey: "展位-1", OnDay: 20260110, KnownOn: 20260316, Attrs: `{"overseas":false,"organiser":"provincial_hr","booth_fee":"10000.00"}`}})
		})
		h.play("2026-03-16", "2026-05-31")
		if got := h.reminded("A", "material"); len(got) != 4 {
			t.Errorf("reminded after it was handed in: %v", got)
		}
		for _, text := range []string{"境内展位补助：仍缺材料，已等待7天", "展位", "截止：**2029年8月31日**"} {
			if !strings.Contains(h.told.String(), text) {
				t.Errorf("nobody was told %q:\n%s", text, h.told.String())
			}
		}
		h.clean()
	})
}

// The policy ends on 31 August 2028. A waits for material, B has nothing open. A window closes before; after the end material is taken for a year.
func TestTheEndOfThePolicy(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		r := *policy.BuiltinReminders()
		r.Windows = []policy.ApplicationWindow{
			{Name: "expo-2028", Title: "2028年度展会补助申报", Items: []string{"expo-booth-domestic"}, Opens: 20280301, Closes: 20280630},
			{Name: "others", Title: "其他申报", Items: []string{"hightech-first"}, Closes: 20280630},
		}
		h.env.Reminders = &r
		for _, code := range []string{"A", "B"} {
			h.firm(code)
			h.contact(code)
		}
		h.fact("A", "booth", "展位-1", "2028-01-10", "2028-01-12", `{"overseas":false,"organiser":"provincial_hr"}`)
		h.play("2028-01-12", "2028-01-13")
		h.remindersOnly()
		h.play("2028-01-14", "2028-10-31")
		h.want("A", h.reminded("A", "policy-end"), "policy-end policy 180 2028-03-03", "policy-end policy 90 2028-06-02", "policy-end policy 60 2028-06-30",
			"policy-end policy 30 2028-08-01", "policy-end policy 14 2028-08-17", "policy-end policy 7 2028-08-24", "policy-end policy 1 2028-08-30", "policy-end policy 0 2028-09-01")
		h.want("window", h.reminded("A", "window"), "window window/expo-2028 14 2028-06-16", "window window/expo-2028 7 2028-06-23", "window window/expo-2028 3 2028-06-27", "window window/expo-2028 1 2028-06-29")
		h.want("B", h.reminded("B", "policy-end", "window"))
		told := h.told.String()
		for _, text := range []string{"政策还有181天到期：还有 1 项未办结", "境内展位补助：1 家，1 项", "2028年度展会补助申报：还有3天截止", "暂定", "期内事项的申报受理至 **2029年8月31日**"} {
			if !strings.Contains(told, text) {
				t.Errorf("nobody was told %q", text)
			}
		}
		h.play("2029-08-01", "2029-09-30")
		h.want("tail", h.reminded("A", "window")[4:], "window window/tail 14 2029-08-17", "window window/tail 7 2029-08-24", "window window/tail 3 2029-08-28", "window window/tail 1 2029-08-30")
	})
}

// On one morning a claim has waited seven days and its window closes in fourteen: the firm hears it once.
func TestOneMorningSaysAThingOnce(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	r := *policy.BuiltinReminders()
	r.Windows = []policy.ApplicationWindow{{Name: "expo", Title: "展会补助申报", Opens: 20260101, Closes: 20260202}}
	h.env.Reminders = &r
	h.firm("A")
	h.contact("A")
	h.fact("A", "booth", "展位-1", "2026-01-10", "2026-01-12", `{"overseas":false,"organiser":"provincial_hr"}`)
	h.play("2026-01-12", "2026-01-25")
	h.want("A", h.reminded("A"), "material claim/1 7 2026-01-19", "window window/expo 14 2026-01-19")
	told := h.told.String()
	if strings.Count(told, "展会补助申报：还有14天截止") != 1 || strings.Contains(told, "仍缺材料") {
		t.Error(told)
	}
	h.clean()
}

// Without a first day of the policy nobody is reminded of its end, and the run says so; the dry run shows who would be told what.
func TestWithoutAFirstDay(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	h.remindersOnly()
	h.env.Effective = 0
	h.firm("A")
	h.licensed("A", "2023-09-01", "2026-06-30", "2023-09-01", "")
	h.play("2026-03-31", "2026-03-31")
	report, err := h.sim.Runner.Plan(t.Context(), h.maker, "expiry-reminders", nil, 20260401)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Lines) != 1 || report.Lines[0].Change != "前90天，没有联系人" || report.Lines[0].What != "人力资源服务许可有效期至2026年6月30日" || len(report.Notes) != 1 || !strings.Contains(report.Notes[0], "施行日") {
		t.Errorf("%+v", report)
	}
	h.play("2026-04-01", "2026-04-01")
	run, err := h.q().LastSucceeded("expiry-reminders", 20260401)
	if err != nil || !strings.Contains(run.Summary, `"licence":{"前90天":1}`) || !strings.Contains(run.Summary, "没有提醒政策到期") {
		t.Errorf("%v %s", err, run.Summary)
	}
	if report, err = h.sim.Runner.Plan(t.Context(), h.maker, "expiry-reminders", nil, 20260404); err != nil || len(report.Lines) != 0 || !strings.Contains(report.Notes[0], "不是工作日") {
		t.Errorf("%v %+v", err, report)
	}
}

// Any licences, renewals, reports, closures and outages: every promise about reminders holds.
func TestPromisesAboutReminders(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, modelstest.New(t))
			h.remindersOnly()
			rng := rand.New(rand.NewPCG(seed, 5))
			start := policy.MustDate("2026-01-01")
			day := func() policy.Date { return start.AddDays(rng.IntN(365)) }
			type firm struct{ end, renewed, closed, reported policy.Date }
			firms := map[string]firm{}
			for n := range 30 {
				code := fmt.Sprintf("F%02d", n)
				h.firm(code)
				h.contact(code)
				f := firm{end: start.AddDays(rng.IntN(420) - 20)}
				known := "2023-09-01"
				if rng.IntN(3) == 0 { // known late
					known = f.end.AddDays(-rng.IntN(60)).String()
				}
				h.licensed(code, "2023-09-01", f.end.String(), known, "")
				if rng.IntN(2) == 0 {
					f.renewed = day()
					h.licensed(code, f.end.AddDays(1).String(), "2033-12-31", f.renewed.String(), "")
				}
				if f.renewed == 0 && rng.IntN(4) == 0 {
					f.closed = day()
					h.fact(code, "registration", f.closed.String(), f.closed.String(), f.closed.String(), `{"district":"urban","licensed":true,"operating_normally":false,"permit_end":"2033-12-31"}`)
				}
				if rng.IntN(2) == 0 {
					f.reported = day()
					h.fact(code, "annual-report", "2025", f.reported.String(), f.reported.String(), `{"year":2025}`)
				}
				firms[code] = f
			}
			for on := start; on < start.AddDays(365); { // present and away by turns
				until := on.AddDays(rng.IntN(90))
				h.play(on.String(), until.String())
				on = until.AddDays(1 + rng.IntN(40))
			}
			told := 0
			for code, f := range firms {
				rows, err := h.q().RemindersOf([]int64{h.orgs[code]})
				if err != nil {
					t.Fatal(err)
				}
				slices.SortStableFunc(rows, func(a, b models.Reminder) int { return int(a.ToldOn - b.ToldOn) })
				last := map[string]models.Reminder{}
				for _, r := range rows {
					told++
					thing := fmt.Sprint(r.Kind, r.Thing, r.AnchorOn)
					if before, ok := last[thing]; ok && (r.Step >= before.Step || r.ToldOn <= before.ToldOn) {
						t.Errorf("%s: %+v after %+v", code, r, before)
					}
					last[thing] = r
					done := f.reported
					if r.Kind == policy.Licence {
						done = f.renewed
					}
					if (r.AnchorOn == f.end || r.Thing == "report/2025") && done != 0 && r.ToldOn >= done {
						t.Errorf("%s: told on %s although it was done on %s: %+v", code, r.ToldOn, done, r)
					}
					if f.closed != 0 && r.ToldOn >= f.closed {
						t.Errorf("%s: closed on %s, %+v", code, f.closed, r)
					}
					if work, _ := h.env.Calendar.Workday(r.ToldOn); !work {
						t.Errorf("%s: told on a day without work: %+v", code, r)
					}
					if r.Step != policy.Missed && r.ToldOn > r.AnchorOn || r.Step == policy.Missed && r.ToldOn <= r.AnchorOn {
						t.Errorf("%s: on the wrong side of the last day: %+v", code, r)
					}
				}
			}
			if told < 20 {
				t.Errorf("only %d reminders: too few to show anything", told)
			}
		})
	}
}

// An agency has 18 people of the policy's last year who can get their months, one who cannot any more, and needs 20: it hears that two are missing, until
// it has reported them. One with 20 hears nothing.
func TestShortOfRecruitsAsThePolicyEnds(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.remindersOnly()
		for _, code := range []string{"A", "B"} {
			w.firm(code)
			w.contact(code)
		}
		w.hire("A", 18, "2028-02-10")
		w.hire("A", 1, "2028-02-10", func(r *models.Recruit) { r.Category = "other" })
		w.hire("B", 20, "2028-02-10")
		w.play("2028-05-01", "2028-06-10")
		w.want("A", w.reminded("A", "policy-end"), "policy-end policy 180 2028-05-03", "policy-end policy 90 2028-06-02")
		w.want("B", w.reminded("B", "policy-end"))
		if text := "可计入 18 人，还差 **2 人**（要求 20 人以上）"; !strings.Contains(w.house.told.String(), text) {
			t.Errorf("nobody was told %q:\n%s", text, w.house.told.String())
		}
		w.hire("A", 2, "2028-05-20")
		w.play("2028-06-11", "2028-09-30")
		w.want("A, then", w.reminded("A", "policy-end"), "policy-end policy 180 2028-05-03", "policy-end policy 90 2028-06-02")
	})
}

// What must not happen is planted in the database, and check finds each.
func TestCheckFindsRemindersThatCameTooLate(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.firm("A")
		h.contact("A")
		h.licensed("A", "2023-09-01", "2026-03-31", "2023-09-01", "")
		h.licensed("A", "2026-03-01", "2031-03-31", "2026-03-01", "")
		h.fact("A", "annual-report", "2025", "2026-02-01", "2026-02-01", `{"year":2025}`)
		h.fact("A", "booth", "展位-1", "2026-01-10", "2026-01-12", `{"overseas":false,"organiser":"provincial_hr","booth_fee":"10000.00"}`)
		h.play("2026-01-10", "2026-03-24")
		h.clean()
		run, err := h.q().LastSucceeded("expiry-reminders", 20260401)
		if err != nil {
			t.Fatal(err)
		}
		h.tx(func(tx *models.Tx) error {
			return tx.AddReminders([]models.Reminder{
				{Kind: policy.Licence, OrgID: h.orgs["A"], Thing: "licence", AnchorOn: 20260331, Step: 7, ToldOn: 20260324, RunID: run.ID},
				{Kind: policy.AnnualReport, OrgID: h.orgs["A"], Thing: "report/2025", AnchorOn: 20260331, Step: 7, ToldOn: 20260324, RunID: run.ID},
				{Kind: policy.Material, OrgID: h.orgs["A"], Thing: "claim/1", AnchorOn: 20260112, Step: 60, ToldOn: 20260324, RunID: run.ID},
			})
		})
		modelstest.Exec(t, s, "UPDATE deliveries SET at = ? WHERE notice_id = (SELECT MIN(id) FROM notices WHERE urgent = 0 AND delivered_at > 0)", at("2026-03-24 23:10"))
		results, err := h.sim.Runner.Check(t.Context(), policy.InstantOf(h.sim.Now()))
		if err != nil {
			t.Fatal(err)
		}
		for _, no := range []string{"33", "33b", "33c", "33d", "38"} {
			i := slices.IndexFunc(results, func(r models.CheckResult) bool { return r.No == no })
			if i < 0 || len(results[i].Findings) != 1 || results[i].Examined == 0 {
				t.Errorf("check %s: %+v", no, results[i])
			}
		}
	})
}
