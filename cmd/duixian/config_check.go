package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"duixian/sheets"
)

// A shorter lease than minLease is lost by a busy machine that is alive; one longer than an hour counts as written under a clock that ran
// ahead, see models.Run.LeaseEnded.
const (
	minLease = 2 * time.Second
	maxLease = 30 * time.Minute
)

// check finds what is wrong with single values and with values together, without looking at the world outside. Each
// message says what to write instead.
func (c *Config) check() (problems []problem) {
	bad := func(key, format string, args ...any) {
		problems = append(problems, problem{key, fmt.Sprintf(format, args...)})
	}
	if dsn := c.Database.DSN.Reveal(); !strings.HasPrefix(dsn, "sqlite:") && !strings.HasPrefix(dsn, "mysql:") {
		bad("database.dsn", "应以 sqlite: 或 mysql: 开头，例如 sqlite:data/duixian.db")
	}
	if c.Database.MaxPageCount < 0 {
		bad("database.max_page_count", "不能为负数；0 表示不限")
	}
	if c.DataDir == "" {
		bad("data_dir", "不能为空，例如 data")
	}
	problems = append(problems, c.checkJobs()...)
	problems = append(problems, c.checkReminders()...)
	problems = append(problems, c.checkBudget()...)
	if c.Runner.Lease < minLease || c.Runner.Lease > maxLease {
		bad("runner.lease", "应在 2s 到 30m 之间，例如 1m；同一数据库上的各个服务应填写相同的值")
	}
	c.checkNotices(bad)
	if !slices.Contains([]string{"console", "file"}, c.Watch.Channel) {
		bad("watch.channel", "没有通知渠道 %q，可填 console 或 file", c.Watch.Channel)
	}
	if c.Watch.SilentMinutes < 2 || c.Watch.SilentMinutes > 60 {
		bad("watch.silent_minutes", "应为 2 到 60 分钟")
	}
	if ping := c.Watch.PingURL.Reveal(); ping != "" && !strings.HasPrefix(ping, "http://") && !strings.HasPrefix(ping, "https://") {
		bad("watch.ping_url", "应以 http:// 或 https:// 开头")
	}
	hours := map[string]time.Time{}
	for key, hour := range map[string]string{
		"notices.morning": c.Notices.Morning, "notices.quiet.from": c.Notices.Quiet.From, "notices.quiet.to": c.Notices.Quiet.To,
	} {
		at, err := time.Parse("15:04", hour)
		if err != nil {
			bad(key, "%q 应写作 08:30 这样的时刻（加引号）", hour)
			continue
		}
		hours[key] = at
	}
	if morning := hours["notices.morning"]; len(hours) == 3 && (morning.Before(hours["notices.quiet.to"]) || !morning.Before(hours["notices.quiet.from"])) {
		bad("notices.morning", "%s 在免打扰时段（%s 至次日 %s）内，早上的通知发不出去", c.Notices.Morning, c.Notices.Quiet.From, c.Notices.Quiet.To)
	}
	if c.Approvals.ExpireDays < 1 || c.Approvals.ExpireDays > 30 {
		bad("approvals.expire_days", "应为 1 到 30 个工作日")
	}
	c.DingTalk.check(bad)
	if c.PlayedClock != "" && c.DingTalk.real() {
		bad("played_clock", "演示用的日历不能与真实的钉钉同时使用，请删去这一行")
	}
	if c.Approvals.TypedFrom < 0 {
		bad("approvals.typed_from", "不能为负数；\"0.00\" 表示不要求")
	}
	if c.Volume.Times < 2 || c.Volume.Times > 1000 {
		bad("volume.times", "应为 2 到 1000 倍")
	}
	if c.Volume.Items < 1 {
		bad("volume.items", "应为不小于 1 的项数，例如 200")
	}
	if c.Volume.Amount < 100 {
		bad("volume.amount", "应为不小于 1.00 的金额（元），例如 \"10000000.00\"")
	}
	if c.Volume.AbsenceDays < 1 || c.Volume.AbsenceDays > 366 {
		bad("volume.absence_days", "应为 1 到 366 天")
	}
	if c.Import.DropKeepDays < 0 || c.Import.DropKeepDays > 3660 {
		bad("import.drop_keep_days", "应为 0（不删除）到 3660 天")
	}
	if c.Import.DropTellDays < 1 || c.Import.DropTellDays > 60 {
		bad("import.drop_tell_days", "应为 1 到 60 天")
	}
	if dir := c.Import.DropDir; dir != "" && (within(c.DataDir, dir) || within(dir, c.DataDir)) {
		bad("import.drop_dir", "不能与 data_dir（%s）相互包含：别的单位会写这个文件夹，而 data_dir 里有数据库和密钥", c.DataDir)
	}
	if _, err := sheets.ParseLayout(c.Payments.Columns); err != nil {
		bad("payments.columns", "%v", err)
	}
	if c.Payments.OverdueDays < 1 || c.Payments.OverdueDays > 60 {
		bad("payments.overdue_days", "应为 1 到 60 个工作日")
	}
	if err := new(slog.Level).UnmarshalText([]byte(c.Log.Level)); err != nil {
		bad("log.level", "没有日志级别 %q，可填 debug、info、warn 或 error", c.Log.Level)
	}
	if c.HTTP.Listen == "" && c.DingTalk.Receive == "webhook" {
		bad("http.listen", "dingtalk.receive 为 webhook 时不能留空：钉钉的消息由这个端口接收")
	}
	if c.HTTP.Listen != "" {
		if _, _, err := net.SplitHostPort(c.HTTP.Listen); err != nil {
			bad("http.listen", "%q 应写作 主机:端口，例如 127.0.0.1:8380；留空则不监听", c.HTTP.Listen)
		}
	}
	c.HTTP.checkPublic(bad)
	slices.SortFunc(problems, func(a, b problem) int { return strings.Compare(a.Key, b.Key) })
	return problems
}

// checkPublic looks at the address that firms are given. What they read there goes over public lines: only encrypted.
func (h HTTPConfig) checkPublic(bad func(key, format string, args ...any)) {
	if h.PublicURL == "" {
		return
	}
	if h.Listen == "" {
		bad("http.public_url", "填写了对外地址，http.listen 就不能留空：通知链接的页面由这个端口提供")
	}
	u, err := url.Parse(h.PublicURL)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(h.PublicURL, "() "):
		bad("http.public_url", "应写作 https://域名，例如 https://duixian.example.org")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		bad("http.public_url", "应以 https:// 开头（http:// 只能用于本机地址）：单位的通知要经过公网")
	case strings.HasSuffix(h.PublicURL, "/"):
		bad("http.public_url", "末尾不要写斜杠")
	}
}

// loopback tells whether a host is this machine and nothing else.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// within tells whether a folder is another one or lies in it, by their names.
func within(inner, outer string) bool {
	in, err := filepath.Abs(inner)
	if err != nil {
		return false
	}
	out, err := filepath.Abs(outer)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(out, in)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
