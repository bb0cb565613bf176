package models

import "fmt"

// checkSealed: what is encrypted is still what its keyed hash was made of. A number that was put in the place of another, in the same column or with a
// ciphertext of one's own, does not open or has another hash.
func (q Query) checkSealed() (CheckResult, error) {
	r := CheckResult{No: "13b", Title: "加密的证件号码和收款账号与其索引一致"}
	for after := int64(0); ; {
		page, err := find[Person](q.db.Where("id > ?", after).Order("id").Limit(1000))
		if err != nil {
			return r, err
		}
		for _, p := range page {
			after = p.ID
			r.Examined++
			id, err := q.cipher.Decrypt("people.id", p.IDEnc)
			if err == nil {
				var mac string
				if mac, err = q.cipher.PersonMAC(id); err == nil && mac == p.IDMAC {
					continue
				}
			}
			r.Findings = append(r.Findings, fmt.Sprintf("人员 #%d 的证件号码与其索引不符：密文或索引被改过", p.ID))
		}
		if len(page) < 1000 {
			break
		}
	}
	rows, err := find[BankAccount](q.db.Order("id"))
	for _, a := range rows {
		r.Examined++
		number, err := q.cipher.Decrypt(accountNumber, a.NumberEnc)
		if err == nil {
			var mac string
			if mac, err = q.cipher.MAC(accountNumber, number); err == nil && mac == a.NumberMAC {
				continue
			}
		}
		r.Findings = append(r.Findings, fmt.Sprintf("收款账户 #%d（机构 #%d，%s）的账号与其索引不符：密文或索引被改过，请停止拨付", a.ID, a.OrgID, a.Mask))
	}
	return r, err
}
