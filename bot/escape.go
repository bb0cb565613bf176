package bot

import "duixian/notifications"

// plain makes data safe to print in a reply, by the same rules as in a notice.
func plain(s string) string { return notifications.Plain(s) }
