package sheets

import "duixian/policy"

// maxFindings is how many findings a report keeps; beyond it only the counts go on.
const maxFindings = 20_000

// Report is what a dry run, or an import, says about one file.
type Report struct {
	File     string      `json:"file"`
	Kind     string      `json:"kind"`
	Name     string      `json:"name"`
	KnownOn  policy.Date `json:"known_on"`
	Rows     int         `json:"rows"` // rows of data, without blank lines, titles and totals
	Accepted int         `json:"accepted"`
	Warned   int         `json:"warned"` // accepted, but worth a look; counted in Accepted too
	Refused  int         `json:"refused"`
	Totals   int         `json:"totals"` // rows of sums that were left out
	Refusal  *Refusal    `json:"refusal,omitempty"`
	Notes    []string    `json:"notes,omitempty"` // about the file as a whole
	Findings []Finding   `json:"findings"`
	More     int         `json:"more,omitempty"`    // findings that are counted but not kept
	Changes  *Changes    `json:"changes,omitempty"` // what importing changes in the database; nil when it was not asked
	Already  bool        `json:"already,omitempty"` // this very file was imported before

	state map[Place]Severity // rows with findings
}

// Changes counts what an import writes, or in a dry run would write.
type Changes struct {
	New       int `json:"new"`       // things heard of for the first time, and further months of insurance
	Corrected int `json:"corrected"` // newer statements about known things
	Same      int `json:"same"`      // rows that say what is stored already
	Covered   int `json:"covered"`   // months of payers that become known
	Recheck   int `json:"recheck"`   // recruits whose insurance is to be looked at again
}

// OK tells whether the file may be imported: all rows, or none.
func (r *Report) OK() bool { return r.Refusal == nil && r.Refused == 0 }

func (r *Report) add(f Finding) {
	if len(r.Findings) < maxFindings {
		r.Findings = append(r.Findings, f)
	} else {
		r.More++
	}
}

// accept counts a row that has been read.
func (r *Report) accept(at Place, refused, warned bool) {
	r.Rows++
	switch {
	case refused:
		r.Refused++
		r.state[at] = Refused
	case warned:
		r.Accepted++
		r.Warned++
		r.state[at] = Warned
	default:
		r.Accepted++
	}
}

// refuseLater moves a row that was accepted to the refused ones.
func (r *Report) refuseLater(at Place) {
	switch r.state[at] {
	case Refused:
		return
	case Warned:
		r.Warned--
	}
	r.Accepted--
	r.Refused++
	r.state[at] = Refused
}

func (r *Report) warnLater(at Place) {
	if r.state[at] == "" {
		r.Warned++
		r.state[at] = Warned
	}
}
