// Package bot turns a chat message into a reply. It knows no channel: DingTalk and the terminal hand it the same
// Message and show the same Reply.
//
// A message goes through Bot.Handle: fold (one way of writing) → find (the longest command it begins with) → who may,
// and where → bind (arguments) → the command's Run. Each command is one file and one line in all.go. What is not in
// the grammar never runs; it gets a suggestion. Nothing here changes money, ratings or rounds: that goes through
// models.Work.
package bot
