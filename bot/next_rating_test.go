package bot

import (
	"testing"

	"duixian/policy"
)

// A firm is told of a rating only when it can be confirmed before the policy ends, and by the rhythm that is configured.
func TestTheNextRating(t *testing.T) {
	book, err := policy.Builtin("")
	if err != nil {
		t.Fatal(err)
	}
	yearly := policy.DefaultRhythm
	yearly.Every, yearly.FirstYear = 1, 2024
	odd := policy.DefaultRhythm
	odd.FirstYear = 2025
	for _, c := range []struct {
		effective policy.Date
		rhythm    policy.Rhythm
		last      int
		want      string
	}{
		{20230901, policy.Rhythm{}, 2024, "评定每两年一次，下一次是2026年度。"},
		{20230901, policy.Rhythm{}, 2026, "评定每两年一次，下一次是2028年度。"}, // by 31 July 2028, a month before the end
		{20230701, policy.Rhythm{}, 2026, "评定每两年一次；政策有效期内不再评定。"},
		{20230901, policy.Rhythm{}, 2028, "评定每两年一次；政策有效期内不再评定。"},
		{0, policy.Rhythm{}, 2028, "评定每两年一次，下一次是2030年度。"}, // no end is known
		{20230901, yearly, 2024, "评定每年一次，下一次是2025年度。"},
		{20230901, odd, 2024, "评定每两年一次，下一次是2025年度。"}, // a rating from before the rhythm
	} {
		b := &Bot{Options: Options{Book: book, Effective: c.effective, Rhythm: c.rhythm}}
		if got := b.ratedAgain(c.last); got != c.want {
			t.Errorf("in force from %s, after %d: %s, want %s", c.effective, c.last, got, c.want)
		}
	}
}

// Late in November no last day for data lets the round of the year be confirmed within it: 轮次 says so and offers no button that would only be refused.
func TestARoundThatIsTooLateIsNotOffered(t *testing.T) {
	book, err := policy.Builtin("")
	if err != nil {
		t.Fatal(err)
	}
	rhythm := policy.DefaultRhythm
	rhythm.FirstYear = 2026
	b := &Bot{Options: Options{Book: book, Effective: 20230901, Rhythm: rhythm}}
	for on, want := range map[policy.Date]string{
		20261101: "",
		20261124: "2026年度的评定已来不及：资料截止日定在今天，也要到2027年1月23日才能确认，晚于2026年12月31日；下一次是2028年度，2028年4月1日启动。",
	} {
		r := &Request{Bot: b, On: on}
		reply := r.unlessLate(Reply{}, 2026)
		if reply.Text != want || (len(reply.Next) == 0) != (want != "") {
			t.Errorf("on %s: %q, buttons %q", on, reply.Text, reply.Next)
		}
	}
}
