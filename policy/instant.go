package policy

import "time"

// Instant is a moment, kept as UTC milliseconds since 1970. It is the only form in which moments reach the database:
// DATETIME columns lose fractions on one server and round them on another. Zero means "never".
type Instant int64

// InstantOf cuts t to the millisecond.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMilli()) }

// Time is the moment in Shanghai.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).In(Shanghai) }

// Date is the civil day in Shanghai.
func (i Instant) Date() Date { return DateOf(i.Time()) }

// Add moves by d.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Milliseconds()) }

// Text is the form people read: 2026年3月1日 08:30.
func (i Instant) Text() string {
	if i == 0 {
		return "—"
	}
	return i.Time().Format("2006年1月2日 15:04")
}

// Stamp is the form that programs read and lists sort by: 2026-03-01 08:30.
func (i Instant) Stamp() string {
	if i == 0 {
		return ""
	}
	return i.Time().Format("2006-01-02 15:04")
}
