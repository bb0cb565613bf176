package jobs

import (
	"encoding/json"

	"duixian/models"
	"duixian/policy"
)

// decisionOf reads back the rules' answer as it was stored.
func decisionOf(d models.Decision) (policy.Decision, error) {
	var answer policy.Decision
	err := json.Unmarshal([]byte(d.Result), &answer)
	return answer, err
}

// explain says a stored decision in one line for people.
func (e *Env) explain(d models.Decision) (string, error) {
	answer, err := decisionOf(d)
	if err != nil {
		return "", err
	}
	return e.Book.Explain(answer).Line(), nil
}
