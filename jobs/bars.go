package jobs

import (
	"maps"

	"duixian/models"
	"duixian/policy"
)

// generalReasons are the bars that hold on the day of each check: at the decision, at the approval, at every payment
// (五（一）, 五（二）). NOT_NORMAL_OPERATION joins them for what is paid over years.
var generalReasons = map[string]bool{
	"OUTSIDE_URBAN_AREA": true, "NO_LICENCE_OR_FILING": true, "NOT_LEGAL_PERSON": true, "NO_STAR_PREV_YEAR": true,
	"SERIOUS_DISHONESTY_LIST": true, "NOT_NORMAL_OPERATION": true,
}

// standing is what the rules ask of an organisation on a day, whatever the item.
func (e *Env) standing(d *models.Dossier, on policy.Date) policy.Facts {
	f := registered(d, on)
	f["previous_stars"], f["seriously_dishonest"] = d.Stars(e.Book.StarReading(), on), d.Dishonest(on) != nil
	return f
}

// registered is what an organisation's registration says of it on a day.
func registered(d *models.Dossier, on policy.Date) policy.Facts {
	f := policy.Facts{}
	if reg := d.Newest("registration", on); reg != nil {
		for _, name := range []string{"district", "licensed", "independent_legal_person", "startup_service_org", "operating_normally"} {
			if v, ok := reg.Attrs[name]; ok {
				f[name] = v
			}
		}
		if until, ok := reg.Attrs["permit_end"].(string); ok && until != "" && f["licensed"] == true {
			day, err := policy.ParseDate(until)
			f["licensed"] = err == nil && on <= day
		}
	}
	return f
}

// barred asks the rules whether a decided claim is still free of the general bars on a day. It returns the reason of
// the bar, or empty. Everything else of the claim stays as it was decided.
func barred(env *Env, item string, inputs models.Inputs, d *models.Dossier, on policy.Date) (string, error) {
	facts := maps.Clone(inputs.Facts)
	maps.Copy(facts, env.standing(d, on))
	answer, err := env.Book.Assess(item, facts, policy.AssessOptions{EffectiveFrom: env.Effective})
	if err != nil {
		return "", err
	}
	if (answer.Outcome == policy.OutcomeNone || answer.Outcome == policy.OutcomeNeedsDecision) && generalReasons[answer.Reason] {
		return answer.Reason, nil
	}
	return "", nil
}
