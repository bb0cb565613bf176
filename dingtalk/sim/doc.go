// Package sim is a DingTalk on your desk: the HTTP API of both hosts, the stream gateway and a page in the browser where several people chat
// with the bot, all in one process and in memory. A bot needs nothing but another base URL.
//
// It was written from the vendor's documents and from what the field reports, independently of our own client, so that each checks the other.
// It is strict where DingTalk is: tokens of the right app, tickets of one use, sessions of ninety minutes, sizes, 20 receivers, 20 messages a
// minute, the month's quota, partial failures inside HTTP 200. What DingTalk does only now and then (duplicates, lost pushes, throttling,
// answers that time out after the work was done) are switches, see [Sim.Set] and [Sim.Faults].
//
// Begin with [New], then [Sim.Listen] or [Sim.Handler]. People act through [Sim.Say], [Sim.Press], [Sim.Click] and [Sim.Read]; tests wait with
// [Sim.Wait] and [Sim.WaitCall], which never poll. Identifiers come from [Options].Seed.
//
// Where sources disagree, one answer is the default and the other a fault or a limit:
//
//   - an unacknowledged robot message comes again once after 60 seconds (the Node SDK and the field say so, the protocol page says never);
//   - a tap on a dtmd button in a group mentions the robot (nobody knows);
//   - a second card with the same outTrackId is refused (it might be delivered again);
//   - one token serves both hosts; sessionWebhook works in single chats; a reply by it counts as a message of the month.
//
// Not played: the vendor's content review, encrypted HTTP event callbacks, scene groups, the drive, AI plugins, the grace days of the quota.
package sim
