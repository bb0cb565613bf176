package policy

import (
	"bytes"
	"encoding/json"
)

// Outcomes of a decision.
const (
	OutcomeExact         = "exact"
	OutcomeCeiling       = "ceiling"        // officials decide up to the amount
	OutcomeRefer         = "refer"          // another document decides
	OutcomeNone          = "none"           // nothing, and why
	OutcomeNeedsData     = "needs_data"     // a fact is missing
	OutcomeNeedsDecision = "needs_decision" // an official must decide
)

// Decision is what the rules say of a claim (审核结论). Its JSON is the answer of assess and what is stored; the
// fields that are not in the JSON are for explaining and come back with Book.Explain.
type Decision struct {
	ID            string   `json:"id,omitempty"` // the caller's name of the question
	Item          string   `json:"item"`
	Outcome       string   `json:"outcome"`
	Amount        *Fen     `json:"amount,omitempty"` // yuan; absent for refer, needs_data, needs_decision
	Reason        string   `json:"reason"`
	Clause        string   `json:"clause"`
	PolicyVersion string   `json:"policy_version"`
	Steps         []Step   `json:"steps"`
	Missing       []string `json:"missing"`
	Warnings      []string `json:"warnings,omitempty"`

	texts explanation
}

// Step is one check that was made: what there is, what is asked for, and the law. The last step of a success is the
// sum.
type Step struct {
	Code    string `json:"code"` // the reason it would have been, or is
	Fact    string `json:"fact,omitempty"`
	Have    string `json:"have"`
	Need    string `json:"need"`
	OK      bool   `json:"ok"`
	Clause  string `json:"clause"`
	Phrase  string `json:"phrase"`            // word for word
	Reading string `json:"reading,omitempty"` // option=value of the fact, where it is not the default
}

// JSON is the canonical form: one line, fixed order of fields, Chinese as it is.
func (d Decision) JSON() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d); err != nil {
		panic(err) // strings, numbers and booleans always encode
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Failed is the step that decided against, or that lacks a fact; nil when there is none.
func (d Decision) Failed() *Step {
	if n := len(d.Steps); n > 0 && !d.Steps[n-1].OK {
		return &d.Steps[n-1]
	}
	return nil
}

// Fen is the amount, 0 when there is none.
func (d Decision) Fen() Fen {
	if d.Amount == nil {
		return 0
	}
	return *d.Amount
}
