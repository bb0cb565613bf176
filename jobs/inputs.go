package jobs

import (
	"encoding/json"
	"maps"

	"duixian/models"
	"duixian/policy"
)

// inputsOf reads back what a decision was made from.
func inputsOf(d models.Decision) (models.Inputs, error) {
	var raw frozenInputs
	if err := json.Unmarshal([]byte(d.Facts), &raw); err != nil {
		return models.Inputs{}, err
	}
	facts, err := policy.DecodeFacts(raw.Facts)
	return models.Inputs{Facts: maps.Clone(facts), People: raw.People, Unknown: raw.Unknown, Official: raw.Official, Overlap: raw.Overlap}, err
}

// frozenInputs is models.Inputs with the facts in the book's own canonical form.
type frozenInputs struct {
	Facts    json.RawMessage       `json:"facts"`
	People   []int64               `json:"people,omitempty"`
	Unknown  *models.UnknownMonths `json:"unknown,omitempty"`
	Official *models.Official      `json:"official,omitempty"`
	Overlap  *policy.Overlap       `json:"overlap,omitempty"`
}
