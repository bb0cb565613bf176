package bot_test

import (
	"duixian/models"
	"duixian/policy"
	"duixian/secret"
)

// bank 企业 账号: two people have agreed on the firm's account.
func (w *town) bank(on policy.Date, args []string, _ map[string]string) {
	w.tx(func(tx *models.Tx) error {
		changes, err := tx.AccountNews([]models.AccountChange{{OrgID: w.org(args[0]), Org: args[0], Holder: secret.Text(args[0]), Number: secret.Text(args[1]), Bank: "示例银行示例支行", Same: true, FromOn: on, KnownOn: on}})
		if err != nil {
			return err
		}
		if err := tx.ProposeAccounts(changes); err != nil {
			return err
		}
		return tx.ActivateAccount(changes[0], 1, on)
	})
}

// ordered 企业 …: two people have agreed on a batch with everything that is due to these firms.
func (w *town) ordered(on policy.Date, args []string, _ map[string]string) {
	w.tx(func(tx *models.Tx) error {
		b, err := tx.OpenBatch(int64(1000+on), on, models.Run{})
		if err != nil {
			return err
		}
		for _, name := range args {
			org, err := tx.Organisation(w.org(name))
			if err != nil {
				return err
			}
			account, err := tx.BankAccountOn(org.ID, on)
			if err != nil {
				return err
			}
			awards, err := tx.AwardsOfOrg(org.ID)
			if err != nil {
				return err
			}
			for _, a := range awards {
				parts, err := tx.InstalmentsOf(a.ID)
				if err != nil {
					return err
				}
				for _, p := range parts {
					if p.State != models.Due && p.State != models.Returned {
						continue
					}
					if _, err := tx.Order(b, models.BatchLine{OrgID: org.ID, OrgCode: org.Code, OrgName: org.Name, Purpose: a.Item, AccountID: account.ID}, &p, on, models.Run{}, noon(on)); err != nil {
						return err
					}
				}
			}
		}
		return tx.SealBatch(&b, on, models.Run{})
	})
}

// sent 批次: the treasurer has made the list.
func (w *town) sent(on policy.Date, args []string, _ map[string]string) {
	w.tx(func(tx *models.Tx) error {
		year, seq, _ := models.ParseBatchNumber(args[0])
		b, err := tx.BatchNumbered(year, seq)
		if err != nil {
			return err
		}
		b.ListHash = "3f9a17c24be0d1"
		return tx.ExportBatch(&b, "cai", on, models.Run{})
	})
}

// answered 付款编号 金额 paid|returned [note=]: the treasury's word.
func (w *town) answered(on policy.Date, args []string, opt map[string]string) {
	w.tx(func(tx *models.Tx) error {
		sum, err := policy.ParseFen(args[1])
		if err != nil {
			return err
		}
		_, _, _, err = tx.Answer(models.Receipt{LineRef: args[0], AmountFen: sum, Result: models.LineFate(args[2]), AnsweredOn: on, Note: opt["note"], KnownOn: on}, on, models.Run{}, noon(on))
		return err
	})
}
