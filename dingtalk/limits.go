package dingtalk

import "time"

// What DingTalk takes at once. The vendor page stands beside each.
const (
	MaxPeople        = 20    // people of a 1:1 send; the page's error text says 100, its table 20. chatbots-send-one-on-one-chat-messages-in-batches
	MaxRecall        = 20    // messages of a recall. batch-message-recall-chat
	MaxWorkPeople    = 100   // people of a work notice; results are not told for more. asynchronous-sending-of-enterprise-session-messages
	MaxExecutors     = 100   // people of a to-do. add-dingtalk-to-do-task
	MaxMentions      = 50    // people mentioned in a group message. robot-message-type
	MaxCardButtons   = 5     // buttons of a pushed action card: sampleActionCard2 to 5. robot-message-type
	MaxPushBytes     = 15000 // msgParam as JSON; stated for groups (the-robot-sends-a-group-message), kept for 1:1 too, where no number is
	MaxWebhookBytes  = 20000 // body of a webhook message as JSON; 460101 above. Seen: timonwong/prometheus-webhook-dingtalk#222
	MaxWorkBytes     = 2048  // msg of a work notice as JSON. asynchronous-sending-of-enterprise-session-messages
	MaxTodoSubject   = 1024  // characters. add-dingtalk-to-do-task
	MaxTodoURL       = 1024  // bytes. add-dingtalk-to-do-task
	MaxReadable      = 3500  // characters, above which some clients show markdown as plain text. Seen: agentscope-ai/QwenPaw#3742
	MaxUploadFile    = 20 << 20
	MaxUploadImage   = 20 << 20 // upload-media-files, as the one above
	RobotPerMinute   = 20       // messages of one custom robot; then RobotCoolDown of refusals. custom-robots-send-group-messages
	RobotCoolDown    = robotWait
	WorkResultWithin = 24 * time.Hour // after that DingTalk has forgotten a work notice, a read status, a recall
	SessionLife      = 90 * time.Minute
	sessionMargin    = 5 * time.Minute // before its end a session webhook is not used any more
)
