package jobs

import (
	"cmp"
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// exclusions are the keys that an award takes for ever: what the policy grants once. The key says to whom "once" applies.
func exclusions(tx *models.Tx, env *Env, item *policy.Item, c models.Claim, org models.Organisation) ([]string, error) {
	kind := item.From.Kind
	switch kind {
	case "headquarters": // one tier per enterprise group
		d, err := tx.Dossier(c.OrgID, c.ChangedOn)
		if err != nil {
			return nil, err
		}
		return []string{headquartersKey(d, c.FactKey)}, nil
	case "hightech", "top100", "specialty": // 首次; 各单项不重复享受
		return []string{kind + ":" + org.Code}, nil
	case "integrity-demo": // each level once, and not beside the backbone award of the year
		return []string{item.ID + ":" + org.Code, fmt.Sprintf("backbone-or-%s:%s:%d", item.ID, org.Code, c.FactOn.Year())}, nil
	case "selection-backbone":
		return []string{
			fmt.Sprintf("backbone-or-integrity-demo-provincial:%s:%d", org.Code, c.FactOn.Year()),
			fmt.Sprintf("backbone-or-integrity-demo-national:%s:%d", org.Code, c.FactOn.Year()),
		}, nil
	case "park", "export-base": // once per park or base
		return []string{item.ID + ":" + org.Code}, nil
	case "landing": // once per project
		d, err := tx.Dossier(c.OrgID, c.ChangedOn)
		if err != nil {
			return nil, err
		}
		return []string{landingKey(d, c.FactKey)}, nil
	}
	return nil, nil
}

// nominalYear is the year of the round (2026年度) that a selection belongs to, whenever it was confirmed.
func nominalYear(tx *models.Tx, item *policy.Item, c models.Claim) (int, error) {
	d, err := tx.Dossier(c.OrgID, c.ChangedOn)
	if err != nil {
		return 0, err
	}
	for _, f := range d.Facts {
		if f.Kind == item.From.Kind && f.Key == c.FactKey {
			if y := number(f.Attrs["year"]); y > 0 {
				return y, nil
			}
		}
	}
	return c.FactOn.Year(), nil
}

// attrOf is a text attribute of a fact, empty when it has none.
func attrOf(d *models.Dossier, kind, key, name string) string {
	for _, f := range d.Facts {
		if f.Kind == kind && f.Key == key {
			text, _ := f.Attrs[name].(string)
			return text
		}
	}
	return ""
}

// landingKey names the project that has landed, whichever firm reports it; one without a name is the firm's own.
func landingKey(d *models.Dossier, key string) string {
	return "landing:" + cmp.Or(attrOf(d, "landing", key, "project"), d.Org.Code+":"+key)
}

// headquartersKey names the enterprise group that a headquarters belongs to; one that names none is its own group.
func headquartersKey(d *models.Dossier, key string) string {
	return "headquarters:" + cmp.Or(attrOf(d, "headquarters", key, "group"), d.Org.Code)
}
