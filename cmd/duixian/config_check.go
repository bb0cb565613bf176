package main

import (
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"time"
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
	if !slices.Contains([]string{"console", "file"}, c.Notices.Channel) {
		bad("notices.channel", "没有通知渠道 %q，可填 console 或 file", c.Notices.Channel)
	}
	for key, hour := range map[string]string{
		"notices.morning": c.Notices.Morning, "notices.quiet.from": c.Notices.Quiet.From, "notices.quiet.to": c.Notices.Quiet.To,
	} {
		if _, err := time.Parse("15:04", hour); err != nil {
			bad(key, "%q 应写作 08:30 这样的时刻（加引号）", hour)
		}
	}
	if c.Approvals.ExpireDays < 1 || c.Approvals.ExpireDays > 30 {
		bad("approvals.expire_days", "应为 1 到 30 个工作日")
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
	if err := new(slog.Level).UnmarshalText([]byte(c.Log.Level)); err != nil {
		bad("log.level", "没有日志级别 %q，可填 debug、info、warn 或 error", c.Log.Level)
	}
	if c.HTTP.Listen != "" {
		if _, _, err := net.SplitHostPort(c.HTTP.Listen); err != nil {
			bad("http.listen", "%q 应写作 主机:端口，例如 127.0.0.1:8380；留空则不监听", c.HTTP.Listen)
		}
	}
	slices.SortFunc(problems, func(a, b problem) int { return strings.Compare(a.Key, b.Key) })
	return problems
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
