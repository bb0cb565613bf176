package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"duixian/policy"
)

// checkDecisions compares decisions with what was expected of them: a line for each difference, and the count last. A question that
// cannot be asked has failed; the others are compared all the same, and the error names it.
func checkDecisions(w io.Writer, questions []question, decisions []policy.Decision, wrong map[int]error) error {
	if len(questions) == 0 {
		return inputMisuse(errors.New("输入中没有对象，无从核对"))
	}
	passed, failed := 0, 0
	var text strings.Builder
	for i, q := range questions {
		if wrong[i] != nil {
			failed++
			fmt.Fprintf(&text, "%s: got error, want %s\n", q.name(i), verdict(q.Expect, q.Reason))
			continue
		}
		same, err := q.matches(decisions[i])
		if err != nil {
			return inputMisuse(fmt.Errorf("%s: %w", q.name(i), err))
		}
		if same {
			passed++
			continue
		}
		failed++
		fmt.Fprintf(&text, "%s: got %s, want %s\n", q.name(i), verdict(amountOf(decisions[i]), decisions[i].Reason), verdict(q.Expect, q.Reason))
	}
	fmt.Fprintf(&text, "%d passed, %d failed\n", passed, failed)
	if _, err := io.WriteString(w, text.String()); err != nil {
		return err
	}
	if len(wrong) > 0 {
		return unaskable(questions, wrong)
	}
	if failed > 0 {
		return errSilent
	}
	return nil
}

// matches compares the amount, and the reason when one is expected. An expected 0 is also met by a decision without an
// amount.
func (q question) matches(d policy.Decision) (bool, error) {
	if q.Reason != "" && q.Reason != d.Reason {
		return false, nil
	}
	switch q.Expect {
	case "":
		if q.Reason == "" {
			return false, errors.New("没有 expect，无从核对")
		}
		return true, nil
	case "REFER":
		return d.Outcome == policy.OutcomeRefer, nil
	}
	want, err := policy.ParseFen(q.Expect)
	if err != nil {
		return false, fmt.Errorf("expect 应为金额（元）或 \"REFER\"：%w", err)
	}
	return want == d.Fen() && (d.Amount != nil || want == 0), nil
}

func amountOf(d policy.Decision) string {
	switch {
	case d.Amount != nil:
		return d.Amount.String()
	case d.Outcome == policy.OutcomeRefer:
		return "REFER"
	}
	return d.Outcome
}

func verdict(amount, reason string) string { return strings.TrimSpace(amount + " " + reason) }
