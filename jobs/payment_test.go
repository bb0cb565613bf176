package jobs_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/secret"
	"duixian/sheets"
)

var treasurer = models.Actor{Member: "cw01"}

// payHouse is a house with a treasurer and firms each of which has been awarded 1,000,000.00 yuan, due at once.
func payHouse(t *testing.T, s *models.Store, firms ...string) *house {
	t.Helper()
	h := newHouse(t, s)
	h.tx(func(tx *models.Tx) error {
		return tx.AddMember(1, models.System, &models.Member{Code: "cw01", Name: "示例财务丙", Active: true}, models.MemberRole{Role: models.Treasurer})
	})
	h.sim.Idle = true
	h.tick("2024-03-01 01:00")
	for i, code := range firms {
		h.firm(code)
		h.fact(code, "hightech", fmt.Sprintf("GR%d", i), "2024-02-20", "2024-03-01", `{"first_time":true}`)
	}
	h.tick("2024-03-04 06:00")
	if _, err := h.submit("jb01", at("2024-03-04 10:00")); err != nil {
		t.Fatal(err)
	}
	h.approveLast("2024-03-04 11:00")
	return h
}

// approveLast is the second person's yes to what was submitted last.
func (h *house) approveLast(when string) {
	h.t.Helper()
	h.sim.SetClock(at(when))
	if _, err := h.decide("fh01", fmt.Sprintf("%06d", h.codes), true, at(when)); err != nil {
		h.t.Fatal(err)
	}
}

// account gives a firm an account that two people agreed on, as a file of accounts would.
func (h *house) account(firm, number string, from policy.Date) {
	h.t.Helper()
	org, err := h.q().Organisation(h.orgs[firm])
	if err != nil {
		h.t.Fatal(err)
	}
	changes, err := h.q().AccountNews([]models.AccountChange{{OrgID: org.ID, Org: org.Name, Holder: "示例户名", Number: secret.Text(number), Bank: "示例银行示例支行", Same: true, FromOn: from, KnownOn: from}})
	if err != nil || len(changes) != 1 {
		h.t.Fatal(changes, err)
	}
	h.tx(func(tx *models.Tx) error { return tx.ProposeAccounts(changes) })
	now := policy.InstantOf(h.sim.Now())
	if _, err := h.sim.Runner.SubmitDraft(h.t.Context(), h.maker, models.PlanDraft{Kind: "accounts", Title: "收款账户变更", KnownOn: now.Date(), MadeOn: now.Date(), Detail: jobs.AccountsDetail{Changes: changes}}, now); err != nil {
		h.t.Fatal(err)
	}
	h.approveLast(now.Time().Format("2006-01-02 15:04"))
}

// order submits today's batch and has it approved; it returns the batch.
func (h *house) order(when string) models.Batch {
	h.t.Helper()
	h.sim.SetClock(at(when))
	if _, err := h.sim.Runner.Submit(h.t.Context(), h.maker, "payment-batch", nil, at(when).Date(), at(when)); err != nil {
		h.t.Fatal(err)
	}
	h.approveLast(when)
	list, err := h.q().Batches(1)
	if err != nil || len(list) == 0 {
		h.t.Fatal(list, err)
	}
	return list[0]
}

func (h *house) export(b models.Batch, when string) models.Batch {
	h.t.Helper()
	h.sim.SetClock(at(when))
	run, err := h.sim.Runner.RunNow(h.t.Context(), treasurer, jobs.BatchExportJob, models.Params{"batch": fmt.Sprint(b.ID)}, 0, "", at(when))
	if err != nil || run.State != models.RunSucceeded {
		h.t.Fatal(run, err)
	}
	if b, err = h.q().Batch(b.ID); err != nil {
		h.t.Fatal(err)
	}
	return b
}

// receive brings a file of the treasury's in: rows of number, amount, result, day, reason.
func (h *house) receive(when string, rows ...string) models.Run {
	h.t.Helper()
	body := []byte("付款编号,批次号,金额（元）,支付结果,办理日期,退汇原因\n" + strings.Join(rows, "\n") + "\n")
	h.sim.SetClock(at(when))
	h.tx(func(tx *models.Tx) error {
		return tx.StageFile(&models.StagedFile{Kind: "receipts", FileName: "回单.csv", KnownOn: at(when).Date(), Body: body, ExpiresAt: at(when) + 86_400_000})
	})
	run, err := h.sim.Runner.RunNow(h.t.Context(), treasurer, jobs.ImportJob, models.Params{"kind": "receipts", "sha256": models.FileSHA(body)}, 0, "", at(when))
	if err != nil || run.State != models.RunSucceeded {
		h.t.Fatal(run.ErrorText, err)
	}
	return run
}

// fates are the lines of a batch as text: number amount attempt fate.
func (h *house) fates(b models.Batch) []string {
	h.t.Helper()
	lines, err := h.q().BatchLines(b.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, l := range lines {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s try %d %s %s", l.LineRef, l.AmountFen, l.Attempt, l.State, l.Reason)))
	}
	return out
}

// even fails unless ordered = paid + returned + unanswered, and the numbers are these.
func (h *house) even(b models.Batch, ordered, paid, returned, unanswered int, state models.BatchState) {
	h.t.Helper()
	b, err := h.q().Batch(b.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	s, err := h.q().Reconcile(b)
	if err != nil {
		h.t.Fatal(err)
	}
	if got := []int{s.Ordered.N, s.Paid.N, s.Returned.N, s.Unanswered.N}; !s.Even() || b.State != state || fmt.Sprint(got) != fmt.Sprint([]int{ordered, paid, returned, unanswered}) {
		h.t.Errorf("%s is %s with ordered, paid, returned, unanswered %v (even: %v), want %s %v", b.Name(), b.State, got, s.Even(), state, []int{ordered, paid, returned, unanswered})
	}
}

// cleanNow sends what is due and looks at all invariants.
func (h *house) cleanNow() {
	h.t.Helper()
	if err := h.sim.Deliver(h.t.Context(), policy.InstantOf(h.sim.Now())); err != nil {
		h.t.Fatal(err)
	}
	h.clean()
}

func TestFromDueToTheBanksAnswer(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := payHouse(t, s, "A", "B", "C")
		h.account("A", "33010000000000000011", 20240301)
		h.account("B", "33010000000000000022", 20240301)
		b := h.export(h.order("2024-03-06 10:00"), "2024-03-06 15:00") // C has no account: it stays due
		lines := h.fates(b)
		if len(lines) != 2 || b.TotalFen != policy.Yuan(2_000_000) {
			t.Fatal(lines, b.TotalFen)
		}
		refA, refB := models.LineRef(b, 1), models.LineRef(b, 2)
		h.even(b, 2, 0, 0, 2, models.BatchExported)

		// half a file: B came back; the row about A is of another amount, one is of another batch, one of nobody
		h.receive("2024-03-08 10:00", refB+",2024-0001,1000000.00,退汇,2024-03-07,账号户名不符", refA+",2024-0001,999999.00,已付,2024-03-07,", refA+",2024-0009,1000000.00,已付,2024-03-07,",
			models.LineRef(models.Batch{Year: 2024, Seq: 7}, 1)+",,5.00,已付,2024-03-07,")
		h.even(b, 2, 0, 1, 1, models.BatchExported)
		open, err := h.q().Suspense()
		if err != nil || len(open) != 3 {
			t.Fatal(open, err)
		}
		for i, want := range []string{"OTHER_AMOUNT", "OTHER_BATCH", "UNKNOWN_LINE"} {
			if open[i].Why != want {
				t.Errorf("answer %d is in suspense for %s, want %s", i, open[i].Why, want)
			}
		}
		h.cleanNow()

		// the whole file, and the same once more in other words: nothing twice
		h.receive("2024-03-11 10:00", refB+",2024-0001,1000000.00,退汇,2024-03-07,账号户名不符", refA+",2024-0001,1000000.00,已付,2024-03-08,")
		run := h.receive("2024-03-12 10:00", refA+",,1000000.00,已付,2024-03-08,")
		if !strings.Contains(run.Summary, `"same":1`) {
			t.Errorf("a receipt twice left %s", run.Summary)
		}
		h.even(b, 2, 1, 1, 0, models.BatchPartlyReturned)
		h.cleanNow()

		// the second try of B goes to its new account; C has one now
		h.account("B", "33010000000000000023", 20240312)
		h.account("C", "33010000000000000033", 20240312)
		b2 := h.export(h.order("2024-03-13 10:00"), "2024-03-13 15:00")
		if got := h.fates(b2); len(got) != 2 || !strings.Contains(got[0], "try 2") || !strings.Contains(got[1], "try 1") {
			t.Error(got)
		}
		h.receive("2024-03-18 10:00", refB+",2024-0001,1000000.00,已付,2024-03-14,") // of the first try: never guessed
		h.even(b2, 2, 0, 0, 2, models.BatchExported)
		h.receive("2024-03-19 10:00", models.LineRef(b2, 1)+",,1000000.00,已付,2024-03-14,", models.LineRef(b2, 2)+",,1000000.00,已付,2024-03-14,")
		h.even(b2, 2, 2, 0, 0, models.BatchConfirmed)
		// the bank sends back what it had taken
		h.receive("2024-03-20 10:00", models.LineRef(b2, 2)+",,1000000.00,退汇,2024-03-19,账户已销")
		h.even(b2, 2, 1, 1, 0, models.BatchPartlyReturned)
		if n := h.count("instalment-returned"); n != 2 {
			t.Errorf("%d notices of two returns", n)
		}
		h.cleanNow()
		for code, want := range map[string]string{"A": "paid", "B": "paid", "C": "returned BANK_RETURNED"} {
			if got := h.awards(code); len(got) != 1 || !strings.HasSuffix(got[0], want) {
				t.Errorf("%s: %v, want %s", code, got, want)
			}
		}
		for code, want := range map[string]policy.Fen{models.PaidAccount: policy.Yuan(2_000_000), models.ReturnedAccount: policy.Yuan(1_000_000), models.BudgetAccount(2024): -policy.Yuan(3_000_000) - policy.Yuan(999_999+1_000_000+5+1_000_000)} {
			a, err := h.q().Account(code)
			if err != nil || a.PostedFen != want {
				t.Errorf("%s holds %s, want %s (%v)", code, a.PostedFen, want, err)
			}
		}
	})
}

func TestWhatChangesJustBeforeHoldsItsLineAlone(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := payHouse(t, s, "A", "B", "C", "D", "E")
		for i, code := range []string{"A", "B", "C", "D", "E"} {
			h.account(code, fmt.Sprintf("3301000000000000001%d", i), 20240301)
		}
		now := at("2024-03-06 10:00")
		h.sim.SetClock(now)
		if _, err := h.sim.Runner.Submit(t.Context(), h.maker, "payment-batch", nil, now.Date(), now); err != nil {
			t.Fatal(err)
		}
		code := h.codes
		h.listing("A", "2024-03-05", "", "2024-03-06", 0) // between look and approval
		h.account("B", "33010000000000000099", 20240306)  // so, too
		if _, err := h.decide("fh01", fmt.Sprintf("%06d", code), true, now); err != nil {
			t.Fatal(err)
		}
		list, err := h.q().Batches(1)
		if err != nil || len(list) != 1 || list[0].LineCount != 3 {
			t.Fatal(list, err)
		}
		h.listing("C", "2024-03-06", "", "2024-03-07", 0) // between approval and export
		h.sim.SetClock(at("2024-03-07 10:00"))
		h.account("D", "33010000000000000088", 20240307)
		b := h.export(list[0], "2024-03-07 15:00")
		h.even(b, 1, 0, 0, 1, models.BatchExported)
		for code, want := range map[string]string{"A": "held SERIOUS_DISHONESTY_LIST", "B": "due", "C": "held SERIOUS_DISHONESTY_LIST", "D": "held ACCOUNT_CHANGED", "E": "in_batch"} {
			if got := h.awards(code); len(got) != 1 || !strings.HasSuffix(got[0], want) {
				t.Errorf("%s: %v, want %s", code, got, want)
			}
		}
		h.cleanNow()
	})
}

func TestAnExportTwiceIsTheSameBytes(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := payHouse(t, s, "A", "B")
		h.account("A", "33010000000000001234", 20240301)
		h.account("B", "33010000000000005678", 20240301)
		b := h.order("2024-03-06 10:00")
		if _, _, err := h.env.BatchFiles(h.q(), b); models.CodeOf(err) != models.Conflict {
			t.Errorf("a list before its export: %v", err)
		}
		if _, err := h.sim.Runner.RunNow(t.Context(), h.maker, jobs.BatchExportJob, models.Params{"batch": fmt.Sprint(b.ID)}, 0, "", at("2024-03-06 14:00")); models.CodeOf(err) != models.Forbidden {
			t.Errorf("a clerk exported: %v", err)
		}
		b = h.export(b, "2024-03-06 15:00")
		xlsx, csv, err := h.env.BatchFiles(h.q(), b)
		if err != nil {
			t.Fatal(err)
		}
		h.env.Payments.Columns = []string{"编号=ref"} // what is configured later changes no list that was sent
		modelstest.Exec(t, s, "UPDATE organisations SET name = 'renamed' WHERE id = ?", h.orgs["A"])
		again := h.export(b, "2024-03-09 15:00")
		xlsx2, csv2, err := h.env.BatchFiles(h.q(), again)
		if err != nil || !bytes.Equal(xlsx, xlsx2) || !bytes.Equal(csv, csv2) || again != b {
			t.Errorf("the list is another one the second time (%v)", err)
		}
		if !strings.Contains(string(csv), "33010000000000001234") || !strings.Contains(string(csv), "1000000.00") {
			t.Errorf("the list:\n%s", csv)
		}
		// the treasury adds its two columns to our list and sends it back
		answer := strings.NewReplacer("第几次拨付", "支付结果,办理日期,备用", "\n1,DX", "\n1,DX", "A,\n", "A,已付,2024-03-08,\n", "B,\n", "B,退汇,2024-03-08,\n").Replace(string(csv))
		file, err := sheets.Read("receipts", "清单.csv", strings.NewReader(answer), int64(len(answer)), sheets.Options{KnownOn: 20240310})
		if err != nil || !file.Report.OK() || len(file.Records.Receipts) != 2 || file.Records.Receipts[0].Amount != policy.Yuan(1_000_000) {
			t.Errorf("our own list with the treasury's words is read as %+v: %v\n%s", file.Records.Receipts, err, file.Report.Text())
		}
		modelstest.Exec(t, s, "UPDATE batch_lines SET purpose = 'x' WHERE no = 1")
		if _, _, err := h.env.BatchFiles(h.q(), b); models.CodeOf(err) != models.Conflict {
			t.Errorf("a list that was tampered with was given out: %v", err)
		}
	})
}

// Two years of a house that pays: each part is ordered once it is due and the one before is paid, and every sum is one.
func TestYearsOfPayments(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := payHouse(t, s, "A")
		h.account("A", "33010000000000001234", 20240301)
		h.firm("B")
		h.account("B", "33010000000000005678", 20240301)
		h.fact("B", "headquarters", "2024版", "2024-03-02", "2024-03-05", `{"lists":["global500"],"operating_since":"2022-12-01","headquarters_legal_person":true,"group":"示例集团"}`)
		h.sim.Idle, h.sim.Treasurer = false, treasurer
		h.play("2024-03-05", "2026-03-01")
		for _, code := range []string{"A", "B"} {
			for _, line := range h.awards(code) {
				for _, part := range strings.Split(line, " | ")[1:] {
					if !strings.HasSuffix(part, " paid") {
						t.Errorf("%s: %s", code, part)
					}
				}
			}
			if len(h.awards(code)) == 0 {
				t.Errorf("%s was awarded nothing: %v", code, h.claims(code))
			}
		}
		if list, err := h.q().Batches(100); err != nil || len(list) < 2 {
			t.Errorf("%d batches: %v", len(list), err)
		}
		h.clean()
	})
}
