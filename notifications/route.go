package notifications

import (
	"slices"

	"duixian/models"
)

// The way to a person: the channel that somebody chose for themselves; else the first of the house's that reaches them, in the order of the
// catalogue. With DingTalk that is the robot's chat, the work notice, the firm's group robot (a neutral line), the file: whoever has no
// address in the chat is served by the next, and the notice says so (no_address). The file is the office's letter book: what lies in
// it, an official passes on by telephone.

func (w *Worker) named(name string) Route {
	if i := w.index(name); i >= 0 {
		return w.Routes[i]
	}
	return w.Routes[0]
}

func (w *Worker) index(name string) int {
	return slices.IndexFunc(w.Routes, func(r Route) bool { return r.Name == name })
}

// wanted is the channel that a person would be told by if it reached them.
func (w *Worker) wanted(to models.Recipient) string { return w.named(to.Channel).Name }

// route chooses; via is a channel that was decided on before, or empty.
func (w *Worker) route(to models.Recipient, via, org string) Route {
	if i := w.index(via); i >= 0 {
		return w.Routes[i]
	}
	a := address(to, org)
	if r := w.named(to.Channel); r.reaches(a) {
		return r
	}
	for _, r := range w.Routes {
		if r.reaches(a) {
			return r
		}
	}
	return w.Routes[0]
}

// after is the next channel behind one that reaches the person, empty when there is none. Others of the same
// address book are skipped when that is what has failed.
func (w *Worker) after(name string, to models.Recipient, org string, unknown bool) string {
	a := address(to, org)
	if unknown {
		a.ChannelID = ""
	}
	for _, r := range w.Routes[w.index(name)+1:] {
		if r.reaches(a) {
			return r.Name
		}
	}
	return ""
}

func (r Route) reaches(to Address) bool {
	c, choosy := r.Channel.(Reacher)
	return !choosy || c.Reaches(to)
}

func address(to models.Recipient, org string) Address {
	return Address{to.Code, to.Name, to.ChannelID, org}
}

// orgCode is what an address calls the organisation that a notice is about.
func orgCode(id int64, orgs map[int64]models.Organisation) string {
	if id == 0 {
		return Office
	}
	return orgs[id].Code
}
