package jobs_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"duixian/jobs"
	"duixian/models"
)

// slot is what the clock does at one moment.
func slot(when string) func(h *house) error {
	return func(h *house) error {
		h.sim.SetClock(at(when))
		return h.sim.Runner.Tick(h.t.Context(), at(when))
	}
}

// newYear is a house on the last day of 2023: parts that fall due tomorrow, a firm about which something becomes known
// tomorrow, and a plan that waits for its second person.
func newYear(t *testing.T, s *models.Store) *house {
	h := headquarteredUntil(t, s, 2, jobs.VolumeLimits{}, "2023-12-30")
	h.sim.Idle = true
	for _, code := range []string{"B", "C"} {
		h.firm(code)
	}
	h.tx(func(tx *models.Tx) error {
		return tx.AddMember(1, models.System, &models.Member{Code: "lx01", Name: "示例联系人", Active: true}, models.MemberRole{Role: models.Contact, OrgID: h.orgs["B"]})
	})
	h.fact("B", "hightech", "GRB", "2023-12-28", "2024-01-01", `{"first_time":true}`)
	h.fact("C", "hightech", "GRC", "2023-12-20", "2023-12-31", `{"first_time":true}`)
	h.tick("2023-12-31 06:31") // with the anchor of the day
	if _, err := h.submit("jb01", at("2023-12-31 10:00")); err != nil {
		t.Fatal(err)
	}
	return h
}

// lastCode is the code of the plan that newYear and held have submitted last, by the houses' own numbering.
func (h *house) waitingCode() string { return "000002" }

const firmsFile = "机构名称,统一社会信用代码,区县,机构类型,许可或备案,许可证号,独立法人,经营状态,生效日期,报送日期\n" +
	"示例一号人力资源有限公司,91330702MA2TE5T01Y,婺城区,企业,许可,SL0001,是,正常,2023-01-01,2023-09-01\n" +
	"示例二号人力资源有限公司,91330702MA2TE5T1XN,义乌市,企业,许可,SL0002,是,正常,2023-01-01,2023-09-01\n"

const allotFile = "年度,资金渠道,指标文号,金额（元）,报送日期\n2024,市级,示例财〔2024〕1号,1000000,2024-01-02\n"

const membersFile = "成员编号,姓名,角色,统一社会信用代码,机构名称,生效日期,报送日期\n" +
	"jb02,示例经办丙,经办,,,2023-09-01,2023-09-01\n"

func staged(kind, body string) func(t *testing.T, s *models.Store) *house {
	return func(t *testing.T, s *models.Store) *house {
		h := newHouse(t, s)
		h.tick("2024-01-02 09:00")
		h.tx(func(tx *models.Tx) error {
			return tx.StageFile(&models.StagedFile{Kind: kind, FileName: kind + ".csv", KnownOn: 20240102, Body: []byte(body), ExpiresAt: at("2024-01-05 00:00")})
		})
		return h
	}
}

func takeIn(kind, body string) func(h *house) error {
	return func(h *house) error {
		h.sim.SetClock(at("2024-01-02 10:00"))
		_, err := h.sim.Runner.RunFor(h.t.Context(), h.maker, jobs.ImportJob, models.Params{"kind": kind, "sha256": models.FileSHA([]byte(body))}, 0, at("2024-01-02 10:00"))
		return err
	}
}

func stopped(t *testing.T, s *models.Store) *house {
	h := newYear(t, s)
	if _, err := h.sim.Runner.Stop(t.Context(), h.maker, "名单有误", at("2023-12-31 11:00")); err != nil {
		t.Fatal(err)
	}
	return h
}

// paying is a house with two firms that are due a payment and a plan for it that waits for its second person.
func paying(t *testing.T, s *models.Store) *house {
	h := payHouse(t, s, "A", "B")
	h.account("A", "33010000000000001234", 20240301)
	h.account("B", "33010000000000005678", 20240301)
	h.tick("2024-03-06 10:00")
	if _, err := h.sim.Runner.Submit(t.Context(), h.maker, "payment-batch", nil, 20240306, at("2024-03-06 10:00")); err != nil {
		t.Fatal(err)
	}
	return h
}

// sent is a house whose batch lies with the treasury, and the file that it answered with: one paid, one returned, one of nobody.
func sent(t *testing.T, s *models.Store) *house {
	h := paying(t, s)
	h.approveLast("2024-03-06 11:00")
	b, err := h.q().Batch(1)
	if err != nil {
		t.Fatal(err)
	}
	h.export(b, "2024-03-06 15:00")
	h.tick("2024-03-08 09:30")
	h.tx(func(tx *models.Tx) error {
		return tx.StageFile(&models.StagedFile{Kind: "receipts", FileName: "回单.csv", KnownOn: 20240308, Body: []byte(answersFile), ExpiresAt: at("2024-03-15 00:00")})
	})
	return h
}

var answersFile = "付款编号,金额（元）,支付结果,办理日期,退汇原因\n" + models.LineRef(models.Batch{Year: 2024, Seq: 1}, 1) + ",1000000.00,已付,2024-03-07,\n" +
	models.LineRef(models.Batch{Year: 2024, Seq: 1}, 2) + ",1000000.00,退汇,2024-03-07,账号户名不符\nDX1,5.00,已付,2024-03-07,\n"

var scenes = []scene{
	{name: "yes to a batch", prepare: paying, later: "2024-03-06 11:00", act: func(h *house) error {
		_, err := h.decide("fh01", "000004", true, at("2024-03-06 11:00"))
		return err
	}},
	{name: "export of a batch", later: "2024-03-07 11:00", prepare: func(t *testing.T, s *models.Store) *house {
		h := paying(t, s)
		h.approveLast("2024-03-06 11:00")
		h.account("B", "33010000000000005679", 20240306)
		h.tick("2024-03-07 10:00")
		return h
	}, act: func(h *house) error {
		h.sim.SetClock(at("2024-03-07 11:00"))
		_, err := h.sim.Runner.RunFor(h.t.Context(), treasurer, jobs.BatchExportJob, models.Params{"batch": "1"}, 0, at("2024-03-07 11:00"))
		return err
	}},
	{name: "answers of the treasury", prepare: sent, later: "2024-03-08 10:00", act: func(h *house) error {
		h.sim.SetClock(at("2024-03-08 10:00"))
		_, err := h.sim.Runner.RunFor(h.t.Context(), treasurer, jobs.ImportJob, models.Params{"kind": "receipts", "sha256": models.FileSHA([]byte(answersFile))}, 0, at("2024-03-08 10:00"))
		return err
	}},
	{name: "payout night", prepare: newYear, act: slot("2024-01-01 06:00"), later: "2024-01-01 06:00"},
	{name: "expiry", prepare: newYear, act: slot("2024-01-08 06:00"), later: "2024-01-08 06:00"},
	{name: "anchor", later: "2024-01-01 06:31", act: slot("2024-01-01 06:31"), prepare: func(t *testing.T, s *models.Store) *house {
		h := newYear(t, s)
		h.tick("2024-01-01 06:00")
		return h
	}},
	{name: "July night", later: "2026-07-20 06:00", act: slot("2026-07-20 06:00"), prepare: func(t *testing.T, s *models.Store) *house {
		w := newTown(t, s, "")
		w.sim.Idle = true
		w.firm("A")
		w.firm("B")
		w.tx(func(tx *models.Tx) error {
			return tx.AddMember(1, models.System, &models.Member{Code: "lx01", Name: "示例联系人", Active: true}, models.MemberRole{Role: models.Contact, OrgID: w.orgs["A"]})
		})
		w.insure(w.hire("A", 20, "2025-10-08"), 202510, 202602)
		w.insure(w.hire("B", 2, "2025-10-08"), 202510, 202603)
		w.play("2026-07-18", "2026-07-19")
		w.tx(func(tx *models.Tx) error { return tx.Recheck(20260720, []int64{1, 2, 3}) })
		w.again(w.hire("A", 1, "2025-11-03"), func(r *models.Recruit) { r.KnownOn = 20260720 })
		return w.house
	}},
	{name: "submit", later: "2023-12-31 06:00", prepare: func(t *testing.T, s *models.Store) *house {
		h := decided(t, s)
		return h
	}, act: func(h *house) error {
		_, err := h.submit("jb01", at("2024-03-05 10:00"))
		return err
	}},
	{name: "yes to an award", prepare: newYear, later: "2024-01-02 10:00", act: func(h *house) error {
		_, err := h.decide("fh01", h.waitingCode(), true, at("2024-01-02 10:00"))
		return err
	}},
	{name: "no to an award", prepare: newYear, later: "2024-01-02 10:00", act: func(h *house) error {
		_, err := h.decide("fh01", h.waitingCode(), false, at("2024-01-02 10:00"))
		return err
	}},
	{name: "by hand", prepare: newYear, later: "2024-01-01 01:00", once: "claims", act: func(h *house) error {
		h.sim.SetClock(at("2024-01-01 01:00"))
		_, err := h.sim.Runner.RunFor(h.t.Context(), h.maker, "claims", nil, 0, at("2024-01-01 01:00"))
		return err
	}},
	{name: "import", prepare: staged("firms", firmsFile), later: "2024-01-02 10:00", act: takeIn("firms", firmsFile)},
	{name: "import of a roster", prepare: staged("members", membersFile), later: "2024-01-02 10:00", act: takeIn("members", membersFile)},
	{name: "import of an appropriation", prepare: staged("appropriations", allotFile), later: "2024-01-02 10:00", act: takeIn("appropriations", allotFile)},
	{name: "yes to an appropriation", later: "2024-01-02 11:00", prepare: func(t *testing.T, s *models.Store) *house {
		h := newYear(t, s)
		h.tx(func(tx *models.Tx) error {
			return tx.StageFile(&models.StagedFile{Kind: "appropriations", FileName: "appropriations.csv", KnownOn: 20240102, Body: []byte(allotFile), ExpiresAt: at("2024-01-05 00:00")})
		})
		if err := takeIn("appropriations", allotFile)(h); err != nil {
			t.Fatal(err)
		}
		return h
	}, act: func(h *house) error {
		_, err := h.decide("fh01", "000003", true, at("2024-01-02 11:00"))
		return err
	}},
	{name: "a publication is recorded", later: "2026-06-08 10:00", prepare: func(t *testing.T, s *models.Store) *house {
		h, _ := publishing(t, s)
		h.tick("2026-06-08 09:00")
		return h
	}, act: func(h *house) error {
		h.sim.SetClock(at("2026-06-08 10:00"))
		_, err := h.sim.Runner.RunFor(h.t.Context(), h.maker, jobs.PublicityStart, models.Params{"publicity": "1", "where": "网站"}, 0, at("2026-06-08 10:00"))
		return err
	}},
	{name: "a list closes", later: "2026-06-13 00:15", act: slot("2026-06-13 00:15"), prepare: func(t *testing.T, s *models.Store) *house {
		h, list := publishing(t, s)
		if err := h.record(list.ID, "网站", "", moment("2026-06-08", 9, 0)); err != nil {
			t.Fatal(err)
		}
		if _, err := h.object(list.ID, 1, "B", "m1", moment("2026-06-09", 9, 0)); err != nil {
			t.Fatal(err)
		}
		h.tick("2026-06-12 23:00")
		return h
	}},
	{name: "pause", prepare: newYear, later: "2024-01-02 10:00", act: func(h *house) error {
		h.sim.SetClock(at("2024-01-02 10:00"))
		return h.sim.Runner.Pause(h.t.Context(), h.maker, "claims", "等口径", at("2024-01-02 10:00"))
	}},
	{name: "stop", prepare: newYear, later: "2024-01-02 10:00", act: func(h *house) error {
		h.sim.SetClock(at("2024-01-02 10:00"))
		_, err := h.sim.Runner.Stop(h.t.Context(), h.checker, "名单有误", at("2024-01-02 10:00"))
		return err
	}},
	{name: "ask to go on after a stop", prepare: stopped, later: "2024-01-02 10:00", act: func(h *house) error {
		stop, err := h.q().Stopped()
		if err != nil || stop == nil {
			return err
		}
		_, err = h.sim.Runner.SubmitDraft(h.t.Context(), h.maker, jobs.ResumeDraft(*stop, 20240102), at("2024-01-02 10:00"))
		return err
	}},
	{name: "go on after a stop", later: "2024-01-02 10:00", prepare: func(t *testing.T, s *models.Store) *house {
		h := stopped(t, s)
		stop, err := h.q().Stopped()
		if err != nil || stop == nil {
			t.Fatal(stop, err)
		}
		if _, err := h.sim.Runner.SubmitDraft(t.Context(), h.maker, jobs.ResumeDraft(*stop, 20231231), at("2023-12-31 12:00")); err != nil {
			t.Fatal(err)
		}
		return h
	}, act: func(h *house) error {
		_, err := h.decide("fh01", "000003", true, at("2024-01-02 10:00"))
		return err
	}},
	{name: "yes to a held payout", later: "2024-02-15 12:00", prepare: func(t *testing.T, s *models.Store) *house {
		h := headquartered(t, s, 2, jobs.VolumeLimits{})
		h.tick("2024-02-15 10:00")
		held, err := h.q().HeldVolume("instalments-due", 20240215)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.sim.Runner.Allow(t.Context(), h.maker, held.RunID, at("2024-02-15 11:00")); err != nil {
			t.Fatal(err)
		}
		return h
	}, act: func(h *house) error {
		_, err := h.decide("fh01", "000002", true, at("2024-02-15 12:00"))
		return err
	}},
	{name: "a payout that asks", later: "2024-02-15 10:00", act: slot("2024-02-15 10:00"), prepare: func(t *testing.T, s *models.Store) *house {
		return headquartered(t, s, 2, jobs.VolumeLimits{})
	}},
	{name: "a night that approves within limits", later: "2024-03-04 05:00", prepare: func(t *testing.T, s *models.Store) *house {
		h := authorised(t, s, terms())
		h.tick("2024-03-04 04:00")
		return h
	}, act: func(h *house) error {
		if err := slot("2024-03-04 04:31")(h); err != nil {
			return err
		}
		return slot("2024-03-04 04:32")(h)
	}},
	{name: "yes to an amount", later: "2024-03-05 11:00", prepare: func(t *testing.T, s *models.Store) *house {
		h := undecided(t, s)
		if _, err := h.amounts("2024-03-05 10:00", models.AmountEntry{Claim: h.pending("event-host-tier1").Claim.ID, Decided: yuan(80_000), Reason: "实际成效"}); err != nil {
			t.Fatal(err)
		}
		return h
	}, act: func(h *house) error {
		_, err := h.decide("fh01", "000001", true, at("2024-03-05 11:00"))
		return err
	}},
	{name: "a selection is confirmed", later: "2026-09-04 03:30", act: slot("2026-09-04 02:50"), prepare: func(t *testing.T, s *models.Store) *house {
		h := scoringRound(t, s, near()[:2]...)
		if _, err := h.submitFor(models.Backbone, "2026-08-25 10:00"); err != nil {
			t.Fatal(err)
		}
		h.yes("2026-08-25 11:00")
		h.publish("2026-08-26 09:00")
		h.play("2026-08-27", "2026-09-03")
		// the awards that follow are another scene's: after a retry they would come a night later than after a calm one
		if err := h.sim.Runner.Pause(t.Context(), h.maker, "claims", "等名单", at("2026-09-03 23:50")); err != nil {
			t.Fatal(err)
		}
		h.tick("2026-09-04 01:00") // the list is over
		return h
	}},
	{name: "yes to asking money back", later: "2024-03-11 12:00", prepare: func(t *testing.T, s *models.Store) *house {
		h := newHouse(t, s)
		h.firm("A")
		booth := func(known, fee string) {
			h.fact("A", "booth", "B1", "2024-03-01", known, `{"overseas":true,"booth_fee":"`+fee+`","organiser":"provincial_hr"}`)
		}
		booth("2024-03-04", "20000")
		h.play("2024-03-04", "2024-03-06")
		h.sim.Idle = true
		booth("2024-03-11", "12000")
		h.play("2024-03-11", "2024-03-11")
		for _, do := range []func() error{
			func() error {
				_, err := h.sim.Runner.TellAdjustment(t.Context(), h.maker, 1, at("2024-03-11 09:00"))
				return err
			},
			func() error {
				_, err := h.sim.Runner.HearAdjustment(t.Context(), h.maker, 1, "无意见", at("2024-03-11 10:00"))
				return err
			},
			func() error {
				_, err := h.sim.Runner.ProposeAdjustment(t.Context(), h.maker, models.AdjustmentDetail{Case: 1, Do: "settle", Reason: "示例理由"}, 20240311, at("2024-03-11 11:00"))
				return err
			},
		} {
			if err := do(); err != nil {
				t.Fatal(err)
			}
		}
		return h
	}, act: func(h *house) error {
		_, err := h.decide("fh01", h.waitingCode(), true, at("2024-03-11 12:00"))
		return err
	}},
	{name: "morning", later: "2024-01-02 09:00", prepare: func(t *testing.T, s *models.Store) *house {
		h := newYear(t, s)
		h.tick("2024-01-02 06:00")
		return h
	}, act: func(h *house) error {
		h.sim.SetClock(at("2024-01-02 09:00"))
		return h.sim.Deliver(h.t.Context(), at("2024-01-02 09:00"))
	}, mend: func(h *house) ([]string, error) { // what could not be noted as told is in doubt when its claim has run out, and told again where that does no harm
		for _, when := range []string{"2024-01-02 10:00", "2024-01-02 12:00"} {
			h.sim.SetClock(at(when))
			if err := h.sim.Deliver(h.t.Context(), at(when)); err != nil {
				return nil, err
			}
		}
		list, err := h.q().Notices(models.NoticeFilter{Limit: 10_000})
		var out []string
		for _, n := range list {
			state := n.State
			if state == models.NoticeUnknown { // perhaps told: it stays on record and is not repeated
				state = models.NoticeDelivered
			}
			out = append(out, fmt.Sprintf("%s %s", n.DedupeKey, state))
		}
		slices.Sort(out)
		return out, err
	}},
	{name: "a night that freezes and scores", later: "2026-06-01 01:35", act: slot("2026-06-01 01:35"), prepare: func(t *testing.T, s *models.Store) *house {
		h := smallRating(t, s)
		h.tick("2026-05-31 03:00")
		return h
	}},
	{name: "a night that confirms ratings", later: "2026-07-10 01:35", once: jobs.StarRatingJob, act: func(h *house) error {
		var all error // a clock goes on whatever becomes of a minute: the list closes, if need be a minute later, and an hour on its round is confirmed
		for _, when := range []string{"2026-07-10 00:15", "2026-07-10 00:17", "2026-07-10 00:19", "2026-07-10 01:35"} {
			all = cmp.Or(all, slot(when)(h))
		}
		return all
	}, mend: func(h *house) ([]string, error) { // a list that closes in the morning only confirms its round the next night
		err := cmp.Or(slot("2026-07-11 00:15")(h), slot("2026-07-11 01:35")(h))
		return append(h.stars(2026), string(h.round(2026).State)), err
	}, prepare: func(t *testing.T, s *models.Store) *house {
		h := rating(t, s)
		h.toPublicity()
		h.tick("2026-07-09 03:00")
		return h
	}},
}
