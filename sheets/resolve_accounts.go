package sheets

import "duixian/models"

// accounts turns the file into changes of accounts. They are not written: two people decide them as a plan.
func (r *resolver) accounts(rows []AccountRow) error {
	orgs, err := r.OrganisationsByCode(codesOf(rows, func(a AccountRow) string { return a.Org }))
	if err != nil {
		return err
	}
	var all []models.AccountChange
	for _, a := range rows {
		org, there := orgs[a.Org]
		if !there {
			if err := r.unknownOrg(a.At, orgCode.Title, a.Org, a.Name); err != nil {
				return err
			}
			continue
		}
		same := models.SameHolder(a.Holder, org.Name)
		if !same {
			r.warn(a.At, "户名", mask(a.Holder.Reveal()), "与开户许可证核对，无误可照常导入", "户名与机构名录里的名称不同，银行可能退汇")
		}
		all = append(all, models.AccountChange{
			OrgID: org.ID, Org: org.Name, Bank: a.Bank, BankCode: a.BankCode, Same: same, Closed: a.Closed, FromOn: a.On, Holder: a.Holder, Number: a.Number, KnownOn: a.Known,
		})
	}
	news, err := r.AccountNews(all)
	if err != nil {
		return err
	}
	for _, c := range news {
		if c.Was == "" {
			r.changes.New++
		} else {
			r.changes.Corrected++
		}
	}
	r.changes.Same = len(all) - len(news)
	r.Delta.Accounts = news
	if len(news) > 0 {
		r.Report.Notes = append(r.Report.Notes, "收款账户的变更要由两人决定：导入后生成收款账户方案，由另一名复核人同意后生效")
	}
	return nil
}
