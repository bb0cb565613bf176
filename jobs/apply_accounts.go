package jobs

import (
	"fmt"

	"duixian/models"
)

const accountsKind = "accounts"

// AccountsDetail is a change of accounts as two people approve it: what is secret is in the rows that it names, not in it.
type AccountsDetail struct {
	Changes []models.AccountChange `json:"changes"`
}

// accountsDraft is the plan for the accounts of a file.
func accountsDraft(file string, changes []models.AccountChange, run *Run) models.PlanDraft {
	on := run.Row.BusinessDate
	return models.PlanDraft{Kind: accountsKind, Title: fmt.Sprintf("收款账户变更（%s，%d 家）", file, len(changes)), KnownOn: on, MadeOn: on, Detail: AccountsDetail{changes}}
}

// accountText is one change in words.
func accountText(c models.AccountChange) string {
	text := fmt.Sprintf("%s：%s %s，自%s起", c.Org, c.Bank, c.Mask, c.FromOn.Text())
	switch {
	case c.Closed:
		text = fmt.Sprintf("%s：%s停用，自%s起暂无收款账户", c.Org, c.Mask, c.FromOn.Text())
	case c.Was != "":
		text += "（原账户" + c.Was + "）"
	}
	if !c.Same {
		text += "，户名与机构名称不同"
	}
	return text
}

// applyAccounts makes the accounts count. Each must still be the one that was shown.
func applyAccounts(tx *models.Tx, run *Run, a models.Approval, p models.Plan) error {
	d, err := detailOf[AccountsDetail](p)
	if err != nil {
		return err
	}
	for _, c := range d.Changes {
		if err := tx.ActivateAccount(c, p.ID, run.Row.BusinessDate); err != nil {
			return err
		}
		if err := tx.Audit(run.At(), models.Entry{
			Stream: "money", Actor: models.Actor{Member: run.Row.Actor}, Action: "bank-account", Entity: fmt.Sprintf("organisation/%d", c.OrgID), RunID: run.Row.ID,
			Data: map[string]any{"account": c.Account, "mac": c.MAC, "mask": c.Mask, "bank": c.Bank, "from": c.FromOn, "closed": c.Closed, "approval": a.ID},
		}); err != nil {
			return err
		}
	}
	return nil
}
