package jobs

import (
	"errors"
	"fmt"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// order does what a person asked of a round: open, pause, resume, cancel.
func (s *starRun) order() error {
	p := s.Row.Params
	year, err := yearParam(p)
	if err != nil {
		return err
	}
	if year == 0 {
		return models.E(models.Invalid, "请写明年度，例如：启动 星级评定 2026")
	}
	reason := strings.TrimSpace(p["reason"])
	if len(reason) > 240 {
		return models.E(models.Invalid, "理由太长，请写在 80 个字以内")
	}
	if p["do"] == "open" {
		return s.open(year, p["data_by"])
	}
	r, err := s.q.Round(models.StarRating, year)
	if models.CodeOf(err) == models.NotFound {
		return models.E(models.NotFound, "没有%d年度的星级评定", year)
	}
	if err != nil {
		return err
	}
	switch p["do"] {
	case "pause", "cancel":
		if reason == "" {
			return models.E(models.Invalid, "请写明理由")
		}
		to := map[string]models.RoundState{"pause": models.RoundPaused, "cancel": models.RoundCancelled}[p["do"]]
		if r.State == to && s.Cursor() != "" {
			return nil // done by an owner who died
		}
		if err := s.undecided(r); err != nil {
			return err
		}
		return s.move(&r, to, reason)
	case "resume":
		if r.State != models.RoundPaused {
			if s.Cursor() != "" {
				return nil
			}
			return models.E(models.Conflict, "%s没有暂停（%s）", r.Name(), r.State.Text())
		}
		return s.move(&r, r.WasState, "恢复")
	}
	return models.E(models.Invalid, "没有“%s”这个办法：open、pause、resume 或 cancel", p["do"])
}

// undecided refuses to take a round away from under a plan that two people are just deciding.
func (s *starRun) undecided(r models.Round) error {
	if r.State != models.RoundProposed {
		return nil
	}
	return models.E(models.Conflict, "%s的方案 #%d 正在等复核人审批；请先退回方案，再暂停或取消", r.Name(), r.PlanID)
}

// open plans the round of a year, and opens it when its day has come. It refuses a year off the rhythm, a second round, a confirmation after the policy's
// end, and a year whose ratings were imported.
func (s *starRun) open(year int, dataBy string) error {
	if old, err := s.q.Round(models.StarRating, year); err == nil && s.Cursor() != "" && old.State != models.RoundCancelled {
		return nil // opened by an owner who died
	}
	days, err := s.roundDays(year, dataBy)
	if err != nil {
		return err
	}
	imported, err := s.q.ImportedRatings(year, s.on)
	if err != nil {
		return err
	}
	if imported > 0 {
		return models.E(models.Conflict, "%d年度已经导入了%d家的星级，不能再启动评定；如导入有误，请先把那些行作废", year, imported)
	}
	r := models.Round{
		Kind: models.StarRating, Year: year, OpensOn: days.Opens, DataBy: days.DataBy, PublicityFrom: days.PublicityFrom, ConfirmBy: days.ConfirmBy, CutoffOn: days.Cutoff,
	}
	return s.chunk(fmt.Sprintf("%d/open", year), 1, func(c *starSummary) { c.Opened++ }, func(tx *models.Tx) error {
		made, err := tx.OpenRound(r, s.step("启动"))
		if err != nil || s.on < made.OpensOn {
			return err
		}
		return tx.MoveRound(&made, models.RoundOpen, s.step("已到启动日"))
	})
}

// roundDays are the days of a year's round. One that is opened late names its last day for data, and the later days move with it, within the year.
func (s *starRun) roundDays(year int, dataBy string) (policy.RoundDays, error) {
	var none policy.RoundDays
	if err := s.mayRate(year, s.on); err != nil {
		return none, err
	}
	last := s.policyEnd()
	days, err := s.rhythm().Round(year, last)
	if err != nil {
		return none, err
	}
	latest := days.Latest(last)
	if dataBy != "" {
		day, err := policy.ParseDate(dataBy)
		if err != nil {
			return none, models.E(models.Invalid, "%v", err)
		}
		if day < days.Cutoff {
			return none, models.E(models.Invalid, "资料截止日%s早于核定参评名单的%s", day.Text(), days.Cutoff.Text())
		}
		days = days.Late(day)
	}
	switch {
	case days.DataBy < s.on:
		return none, models.E(models.Invalid, "%d年度的资料截止日%s已过；确要补办，请写明新的截止日，最迟%s，例如：启动 星级评定 %d 截止=%s",
			year, days.DataBy.Text(), latest.Text(), year, min(s.on.AddDays(30), latest))
	case days.ConfirmBy.Year() != year:
		return none, models.E(models.Invalid, "这样安排要到%s才能确认，已不在%d年内；次年享受政策要看%d年12月31日的星级，资料截止日最迟%s",
			days.ConfirmBy.Text(), year, year, latest.Text())
	case last != 0 && days.ConfirmBy > last:
		return none, models.E(models.Invalid, "确认日%s晚于政策有效期的最后一天%s，不能启动；资料截止日最迟%s", days.ConfirmBy.Text(), last.Text(), latest.Text())
	}
	return days, nil
}

// policyEnd is the last day of the policy, 0 when no end is known.
func (e *Env) policyEnd() policy.Date {
	if e.Effective == 0 {
		return 0
	}
	_, last := e.Book.Validity(e.Effective)
	return last
}

// mayRate refuses a year whose round cannot be opened on a day, and says why.
func (e *Env) mayRate(year int, on policy.Date) error {
	err := e.rhythm().MayOpen(year, on, e.policyEnd())
	if wrong, ok := errors.AsType[*policy.RhythmError](err); ok {
		return models.E(models.Invalid, "%s", wrong.Message)
	}
	return err
}

// toStart is how a round that there is not is started, or why it cannot be.
func (e *Env) toStart(year int, on policy.Date) string {
	if err := e.mayRate(year, on); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("启动请发送：启动 星级评定 %d", year)
}
