// Package notifications holds what people are told, and that they are told once.
//
// A job or a command tells somebody something with Outbox.Tell, in the transaction of the change it speaks of: no
// change without its notice, no notice without its change. Worker.Deliver, called when something is due, looks at
// each notice once more (still true? still wanted? still the right person?), folds what one person is to hear into
// one message, hands it to a channel and records what became of it. Equal words go to many people with one call (Batcher,
// parcel.go); where the month's calls run short they become a neutral line or wait (allowance.go); whom a channel does not reach is told by
// the next one (route.go), and so is, once, who has not read what must be read (unread.go).
//
// A new message is one file msg_*.go with a typed struct, one template of the same name, one golden file, and one line
// in all.go. A new channel is one file and one line in channels.go.
package notifications
