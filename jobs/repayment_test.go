package jobs_test

import (
	"fmt"
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// paid orders what is due and has the treasury say that all of it was paid.
func (h *house) paid(ordered, exported, answered string) models.Batch {
	h.t.Helper()
	b := h.export(h.order(ordered), exported)
	lines, err := h.q().BatchLines(b.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	rows := make([]string, 0, len(lines))
	for _, l := range lines {
		rows = append(rows, fmt.Sprintf("%s,,%s,已付,%s,", l.LineRef, l.AmountFen, answered[:10]))
	}
	h.receive(answered, rows...)
	return b
}

// purse is what stands in an account, in yuan.
func (h *house) purse(code string) string {
	h.t.Helper()
	a, err := h.q().Account(code)
	if err != nil {
		h.t.Fatal(err)
	}
	return a.PostedFen.String()
}

// repay records what came back.
func (h *house) repay(id, yuan int64, reference, when string) error {
	_, err := h.sim.Runner.RepaidAdjustment(h.t.Context(), h.maker, id, policy.Yuan(yuan), reference, at(when))
	return err
}

// What has been paid out cannot be set off: the firm pays it back, in parts if need be, each receipt once, and each goes through the ledger.
func TestRepaymentOfWhatWasPaid(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := payHouse(t, s, "A")
		h.account("A", "33010000000000000011", 20240301)
		h.paid("2024-03-06 10:00", "2024-03-06 15:00", "2024-03-07 10:00")
		h.other("A", "hightech", "GR0", "2024-03-11", 200_000, 200_000)
		h.play("2024-03-11", "2024-03-12")
		same(t, "paid twice", h.casesOf("A"), "clawback 200000.00 1000000.00→800000.00 open 0.00")
		_, err := h.sim.Runner.TellAdjustment(t.Context(), h.maker, 1, at("2024-03-12 09:30"))
		h.must(err)
		h.must(h.settle(1, "settle", "2024-03-20")) // nobody answered in five working days
		same(t, "nothing to set off", h.casesOf("A"), "clawback 200000.00 1000000.00→800000.00 approved 0.00")
		if h.purse("paid") != "1000000.00" || h.purse("budget:2024") != "-1000000.00" {
			t.Errorf("paid %s, budget %s", h.purse("paid"), h.purse("budget:2024"))
		}
		h.must(h.repay(1, 150_000, "示例凭证1", "2024-03-25 10:00"))
		refused(t, h.repay(1, 150_000, "示例凭证1", "2024-03-25 10:00"), models.Invalid, "多于尚待追回的 50,000.00 元")
		refused(t, h.repay(1, 50_000, "示例凭证1", "2024-03-25 10:00"), models.Conflict, "登记过")
		refused(t, h.repay(1, 0, "示例凭证2", "2024-03-25 10:00"), models.Invalid, "金额")
		if h.purse("paid") != "850000.00" || h.purse("budget:2024") != "-850000.00" {
			t.Errorf("refused receipts moved money: paid %s, budget %s", h.purse("paid"), h.purse("budget:2024"))
		}
		h.sim.SetClock(at("2025-01-10 10:00")) // the rest comes in the next year, and into its budget
		h.must(h.repay(1, 50_000, "示例凭证2", "2025-01-10 10:00"))
		same(t, "settled", h.casesOf("A"), "clawback 200000.00 1000000.00→800000.00 settled 200000.00")
		refused(t, h.repay(1, 1, "示例凭证3", "2025-01-10 10:00"), models.Invalid, "已结清")
		if h.purse("paid") != "800000.00" || h.purse("budget:2024") != "-850000.00" || h.purse("budget:2025") != "50000.00" {
			t.Errorf("paid %s, budget of 2024 %s and 2025 %s", h.purse("paid"), h.purse("budget:2024"), h.purse("budget:2025"))
		}
		transfers, err := h.q().TransfersOf(1)
		if err != nil || len(transfers) != 5 || transfers[3].ID != "release|1|0|1" || transfers[4].ID != "release|1|0|2" || transfers[4].Reason != models.Repaid {
			t.Errorf("%+v, %v", transfers, err)
		}
		same(t, "still paid", h.awards("A"), "hightech-first 1000000.00 2024-03-04 | 1 1000000.00 2024-03-04 paid")
		h.cleanNow()
		// a receipt without its entry, and an entry without its receipt, are found
		modelstest.Exec(t, s, "UPDATE adjustment_steps SET amount_fen = amount_fen + 1 WHERE kind = 'repaid' AND no = 3")
		h.finds("6d", "账户 paid 与各期状态不符")
		h.finds("6f", "奖励 #1 登记退回 20000001 分，账上退回 20000000 分")
	})
}

// What the bank has sent back is set off like what never left, and nobody can enter a repayment of money that the firm does not have.
func TestWhatTheBankSentBackIsSetOff(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := payHouse(t, s, "A", "B")
		h.account("A", "33010000000000000011", 20240301)
		h.account("B", "33010000000000000012", 20240301)
		b := h.export(h.order("2024-03-06 10:00"), "2024-03-06 15:00")
		lines, err := h.q().BatchLines(b.ID)
		h.must(err)
		h.other("A", "hightech", "GR0", "2024-03-07", 200_000, 200_000)
		h.other("B", "hightech", "GR1", "2024-03-07", 200_000, 200_000)
		h.sim.Idle = true
		h.play("2024-03-07", "2024-03-07")
		ask := func(id int64, day string) {
			t.Helper()
			_, err := h.sim.Runner.TellAdjustment(t.Context(), h.maker, id, at(day+" 09:00"))
			h.must(err)
			_, err = h.sim.Runner.HearAdjustment(t.Context(), h.maker, id, "无意见", at(day+" 09:30"))
			h.must(err)
			h.must(h.settle(id, "settle", day))
		}
		ask(1, "2024-03-08") // A's money is on its way: neither to be set off nor to be paid back
		refused(t, h.repay(1, 200_000, "示例凭证1", "2024-03-08 11:00"), models.Conflict, "已拨付 0.00 元、已退回 0.00 元")
		h.receive("2024-03-11 10:00", lines[0].LineRef+",,1000000.00,已付,2024-03-11,", lines[1].LineRef+",,1000000.00,退汇,2024-03-11,账号户名不符")
		ask(2, "2024-03-12")
		same(t, "set off", h.casesOf("B"), "clawback 200000.00 1000000.00→800000.00 settled 200000.00")
		same(t, "what is left is due again", h.awards("B"), "hightech-first 1000000.00 2024-03-04 | 1 1000000.00 2024-03-04 waived SET_OFF", "hightech-first 800000.00 2024-03-12 | 1 800000.00 2024-03-04 due")
		if h.purse("returned") != "0.00" || h.purse("paid") != "1000000.00" {
			t.Errorf("returned %s, paid %s", h.purse("returned"), h.purse("paid"))
		}
		h.must(h.repay(1, 200_000, "示例凭证1", "2024-03-12 11:00"))
		same(t, "A", h.casesOf("A"), "clawback 200000.00 1000000.00→800000.00 settled 200000.00")
		h.cleanNow()
	})
}

// finds fails unless a check finds this.
func (h *house) finds(no, want string) {
	h.t.Helper()
	results, err := h.sim.Runner.Check(h.t.Context(), policy.InstantOf(h.sim.Now()))
	h.must(err)
	for _, r := range results {
		if r.No == no && strings.Contains(strings.Join(r.Findings, "\n"), want) {
			return
		}
	}
	h.t.Errorf("check %s does not say %q", no, want)
}

// The cap of a year has again what was taken back of an award that filled it, once it has come back and not before.
func TestWhatComesBackIsFreeInTheCap(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := payHouse(t, s, "A")
		h.account("A", "33010000000000000011", 20240301)
		booth := func(key, known, fee string) {
			h.fact("A", "booth", key, "2024-03-01", known, `{"overseas":true,"booth_fee":"`+fee+`","organiser":"provincial_hr"}`)
		}
		for i := range 5 {
			booth(fmt.Sprintf("B%d", i+1), "2024-03-05", "40000")
		}
		h.tick("2024-03-05 06:00")
		_, err := h.submit("jb01", at("2024-03-05 10:00"))
		h.must(err)
		h.approveLast("2024-03-05 11:00")
		booth("B6", "2024-03-06", "40000")
		h.paid("2024-03-06 10:00", "2024-03-06 15:00", "2024-03-07 10:00")
		h.tick("2024-03-07 06:00")
		last := func() string { c := h.claims("A"); return c[len(c)-1] }
		if last() != "expo-booth-overseas B6 rejected CAP_YEAR" {
			t.Fatalf("the cap is full, and yet: %v", h.claims("A"))
		}
		booth("B1", "2024-03-11", "12000") // it was worth 6,000 only
		h.tick("2024-03-11 06:00")
		same(t, "too much", h.casesOf("A"), "clawback 14000.00 20000.00→6000.00 open 0.00")
		_, err = h.sim.Runner.TellAdjustment(t.Context(), h.maker, 1, at("2024-03-11 09:30"))
		h.must(err)
		_, err = h.sim.Runner.HearAdjustment(t.Context(), h.maker, 1, "无意见", at("2024-03-11 10:00"))
		h.must(err)
		h.must(h.settle(1, "settle", "2024-03-11"))
		h.must(h.repay(1, 4_000, "示例凭证1", "2024-03-12 10:00"))
		h.cleanNow()
		more := func(known, want string) {
			t.Helper()
			booth("B6", known, "40000.01") // looked at again
			h.tick(known + " 06:00")
			c, err := h.q().ClaimOf("expo-booth-overseas", h.orgs["A"], "B6")
			h.must(err)
			d, err := h.q().Decision(c.DecisionID)
			h.must(err)
			if got := d.AmountFen.String(); got != want {
				t.Errorf("on %s the sixth booth is worth %s, want %s", known, got, want)
			}
		}
		more("2024-03-13", "4000.00")
		h.must(h.repay(1, 10_000, "示例凭证2", "2024-03-14 10:00"))
		booth("B6", "2024-03-14", "40000")
		more("2024-03-15", "14000.00")
		_, err = h.submit("jb01", at("2024-03-15 10:00"))
		h.must(err)
		h.approveLast("2024-03-15 11:00")
		if last() != "expo-booth-overseas B6 awarded CAP_YEAR" {
			t.Errorf("the freed room was not given: %v", h.claims("A"))
		}
		h.cleanNow()
	})
}
