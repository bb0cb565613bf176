package notifications

import (
	"io"

	"duixian/models"
)

// ChannelOptions are what the channels need; a channel without its option is not there.
type ChannelOptions struct {
	Console io.Writer
	File    string // path
}

// ChannelKind is a line of the catalogue. Keyed says that the channel recognises a message by its key and shows it
// once, however often it is handed over.
type ChannelKind struct {
	Name  string
	Title string
	Keyed bool
	open  func(ChannelOptions) Channel // nil when not configured
}

// channels lists every way to reach a person; the first that is configured serves whoever named none.
var channels = []ChannelKind{fileChannel, consoleChannel}

// Route is a configured channel.
type Route struct {
	Name  string
	Keyed bool
	Channel
}

// Routes opens the channels that are configured, in the order of the catalogue.
func Routes(o ChannelOptions) ([]Route, error) {
	var routes []Route
	for _, k := range channels {
		if c := k.open(o); c != nil {
			routes = append(routes, Route{k.Name, k.Keyed, c})
		}
	}
	if len(routes) == 0 {
		return nil, models.E(models.Invalid, "没有配置任何通知渠道，通知无法发出")
	}
	return routes, nil
}
