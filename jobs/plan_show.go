package jobs

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// PlanView is a frozen plan as people read it: what two people agreed on, and what became of each line.
type PlanView struct {
	ID      int64            `json:"id"`
	Kind    string           `json:"kind"`
	Title   string           `json:"title"`
	State   models.PlanState `json:"state"`
	KnownOn policy.Date      `json:"known_on"`
	Hash    string           `json:"hash"`
	Intact  bool             `json:"intact"` // the lines that would be carried out are those that were shown
	Maker   string           `json:"maker,omitempty"`
	Checker string           `json:"checker,omitempty"`
	Decided policy.Instant   `json:"decided,omitempty"`
	Reason  string           `json:"reason,omitempty"`
	Expires policy.Date      `json:"expires,omitempty"`
	Total   policy.Fen       `json:"total"`
	Lines   []PlanViewLine   `json:"lines"`
	Roster  []string         `json:"roster,omitempty"` // one change of a person's role, or of an organisation's account, each
	Notes   []string         `json:"notes,omitempty"`  // what it rests on, by which standing approval, its terms, what it allots
}

// PlanViewLine is one line: who gets what and why, and what became of it.
type PlanViewLine struct {
	models.ReportLine
	Code   string           `json:"code"` // of the organisation
	State  models.LineState `json:"state"`
	Reason string           `json:"reason,omitempty"` // of a held line
}

// ShowPlan reads a plan as it was frozen. What has become known since is not in it.
func (e *Env) ShowPlan(q models.Query, id int64) (PlanView, error) {
	p, err := q.Plan(id)
	if models.CodeOf(err) == models.NotFound {
		return PlanView{}, models.E(models.NotFound, "没有编号为 #%d 的方案", id)
	}
	if err != nil {
		return PlanView{}, err
	}
	v := PlanView{ID: p.ID, Kind: p.Kind, Title: p.Title, State: p.State, KnownOn: p.KnownOn, Hash: p.Hash, Total: p.TotalFen}
	if v.Intact, err = q.PlanIntact(p); err != nil {
		return v, err
	}
	if err := e.showApproval(q, &v); err != nil {
		return v, err
	}
	lines, err := q.PlanLines(p.ID, 0, p.LineCount+1)
	if err != nil {
		return v, err
	}
	shown, worded, err := e.planLines(q, p, lines, func(l models.PlanLine) (models.ReportLine, error) { return e.showLine(q, l) })
	if err != nil {
		return v, err
	}
	for i, l := range lines {
		reason := e.lineReason(p, l.Reason)
		if l.Reason != "" && !worded {
			if reason, _ = e.holdText(l.Reason); reason == "" {
				reason = l.Reason
			}
		}
		v.Lines = append(v.Lines, PlanViewLine{ReportLine: shown[i], Code: shown[i].Code, State: l.State, Reason: reason})
	}
	if v.Notes, err = q.PlanNotes(p, e.itemName); err != nil {
		return v, err
	}
	switch p.Kind {
	case "roster":
		d, err := detailOf[RosterDetail](p)
		if err != nil {
			return v, err
		}
		for _, c := range d.Changes {
			does := "任"
			if !c.Active {
				does = "不再任"
			}
			v.Roster = append(v.Roster, fmt.Sprintf("%s（%s）%s%s", c.Name, c.Code, does, c.Role.Text()))
		}
	}
	if p.Kind == accountsKind {
		d, err := detailOf[AccountsDetail](p)
		if err != nil {
			return v, err
		}
		for _, c := range d.Changes {
			v.Roster = append(v.Roster, accountText(c))
		}
	}
	return v, nil
}

func (e *Env) showApproval(q models.Query, v *PlanView) error {
	a, err := q.ApprovalOfPlan(v.ID)
	if models.CodeOf(err) == models.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	maker, err := q.Member(a.MakerID)
	if err != nil {
		return err
	}
	v.Maker, v.Decided, v.Reason, v.Expires = maker.Name, a.DecidedAt, a.Reason, a.ExpiresOn
	if a.CheckerID != nil {
		checker, err := q.Member(*a.CheckerID)
		if err != nil {
			return err
		}
		v.Checker = checker.Name
	}
	return nil
}

// showLine is a line of money with the organisation's code and, of instalments, which it is.
func (e *Env) showLine(q models.Query, l models.PlanLine) (models.ReportLine, error) {
	org, err := q.Organisation(l.OrgID)
	if err != nil {
		return models.ReportLine{}, err
	}
	c, err := q.Claim(l.ClaimID)
	if err != nil {
		return models.ReportLine{}, err
	}
	d, err := q.Decision(l.DecisionID) // of the day of the plan, whatever was decided since
	if err != nil {
		return models.ReportLine{}, err
	}
	v, err := reportLine(q, e, c, d)
	v.Code, v.Amount = org.Code, l.AmountFen
	if l.InstalmentNo > 0 {
		v.What += fmt.Sprintf(" 第 %d 期", l.InstalmentNo)
	}
	return v, err
}
