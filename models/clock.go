package models

import (
	"context"
	"fmt"
	"os"
	"time"

	"duixian/policy"
)

// ClockAhead is how far the clock that wrote the database lies ahead of now, negative when it lies behind. On a server it is
// the server's clock, to within the time of the answer. The embedded database has the machine's own clock and no other: it
// only shows when that was set back, because its file was then written in the future; else 0. Nobody but the watcher and
// doctor asks: everything else lives by the time that it is given.
func (s *Store) ClockAhead(ctx context.Context, now policy.Instant) (time.Duration, error) {
	if s.dialect == "mysql" {
		var micro int64 // UTC_TIMESTAMP alone: UNIX_TIMESTAMP would take its argument for local time
		err := s.read.WithContext(ctx).Raw("SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6))").Scan(&micro).Error
		return time.Duration(micro)*time.Microsecond - time.Duration(now)*time.Millisecond, readable(err)
	}
	var file string
	if err := s.read.WithContext(ctx).Raw("SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&file).Error; err != nil {
		return 0, readable(err)
	}
	ahead := time.Duration(0)
	for _, name := range []string{file, file + "-wal"} {
		info, err := os.Stat(name)
		if os.IsNotExist(err) && name != file {
			continue // everything is in the file itself
		}
		if err != nil {
			return 0, fmt.Errorf("数据库文件: %w", err)
		}
		ahead = max(ahead, time.Duration(policy.InstantOf(info.ModTime())-now)*time.Millisecond)
	}
	return ahead, nil
}
