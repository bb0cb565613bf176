package notifications

import (
	"io"
	"time"

	"duixian/dingtalk"
	"duixian/models"
)

// ChannelOptions are what the channels need; a channel without its option is not there.
type ChannelOptions struct {
	Console io.Writer
	File    string // path

	DingTalk    *dingtalk.Client
	WorkNotices bool                           // the client knows the app's AgentId
	Robots      map[string]dingtalk.GroupRobot // by the code of a firm, or Office
	Desk        string                         // whom to turn to, one line for those who cannot talk with the robot
	Now         func() time.Time               // the real clock, that of the client
	Gap         time.Duration                  // between two calls of DingTalk's, 0 = DefaultGap, negative = none
}

// ChannelKind is a line of the catalogue. Keyed says that the channel recognises a message by its key and shows it
// once, however often it is handed over; Metered that it draws on the month's allowance of calls; Public that others than the
// recipient read it: it is given a neutral line and nothing else.
type ChannelKind struct {
	Name    string
	Title   string
	Keyed   bool
	Metered bool
	Public  bool
	open    func(ChannelOptions) Channel // nil when not configured
}

// channels lists every way to reach a person; the first that is configured and reaches them serves whoever named none.
var channels = []ChannelKind{dingtalkChannel, workChannel, groupChannel, fileChannel, consoleChannel}

// ChannelTitle is a channel's name for people; a name that no channel has is given back.
func ChannelTitle(name string) string {
	for _, k := range channels {
		if k.Name == name {
			return k.Title
		}
	}
	return name
}

// Route is a configured channel.
type Route struct {
	Name    string
	Keyed   bool
	Metered bool
	Public  bool
	Channel
}

// Routes opens the channels that are configured, in the order of the catalogue.
func Routes(o ChannelOptions) ([]Route, error) {
	var routes []Route
	for _, k := range channels {
		if c := k.open(o); c != nil {
			routes = append(routes, Route{k.Name, k.Keyed, k.Metered, k.Public, c})
		}
	}
	if len(routes) == 0 {
		return nil, models.E(models.Invalid, "没有配置任何通知渠道，通知无法发出")
	}
	return routes, nil
}
