package policy_test

import (
	"testing"

	"pgregory.net/rapid"

	"duixian/policy"
)

func split(t interface{ Fatal(...any) }, rules ...policy.ChannelRule) policy.ChannelSplit {
	s, err := policy.NewChannelSplit(rules)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func shares(city, district int64) []policy.ChannelShare {
	return []policy.ChannelShare{{Channel: "市级", Share: city}, {Channel: "区级", Share: district}}
}

// The day that counts is that of the approval; a district with a rule of its own leaves the common one from that rule's day on.
func TestWhoBearsWhatFollowsTheApprovalDayAndTheDistrict(t *testing.T) {
	s := split(t,
		policy.ChannelRule{From: 20260101, Shares: shares(60, 40)},
		policy.ChannelRule{Shares: shares(50, 50)},
		policy.ChannelRule{From: 20250701, District: "义乌市", Shares: []policy.ChannelShare{{Channel: "区级（义乌市）", Share: 1}}},
	)
	for _, c := range []struct {
		amount   policy.Fen
		district string
		on       policy.Date
		want     []policy.ChannelPart
	}{
		{101, "urban", 20251231, []policy.ChannelPart{{Channel: "市级", Amount: 50}, {Channel: "区级", Amount: 51}}},
		{101, "urban", 20260101, []policy.ChannelPart{{Channel: "市级", Amount: 60}, {Channel: "区级", Amount: 41}}},
		{101, "义乌市", 20250630, []policy.ChannelPart{{Channel: "市级", Amount: 50}, {Channel: "区级", Amount: 51}}},
		{101, "义乌市", 20260101, []policy.ChannelPart{{Channel: "区级（义乌市）", Amount: 101}}},
		{1, "urban", 20260101, []policy.ChannelPart{{Channel: "区级", Amount: 1}}}, // a part of nothing is no part
		{0, "urban", 20260101, nil},
	} {
		got := s.Parts(c.amount, c.district, c.on)
		if len(got) != len(c.want) {
			t.Errorf("%d fen, %s, %s: %v, want %v", c.amount, c.district, c.on, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%d fen, %s, %s: %v, want %v", c.amount, c.district, c.on, got, c.want)
			}
		}
	}
	if got := (policy.ChannelSplit{}).Parts(7, "", 20260101); len(got) != 1 || got[0] != (policy.ChannelPart{Channel: "市级", Amount: 7}) {
		t.Errorf("nothing configured: %v, want all of it on the city", got)
	}
}

// Whatever the ratio and the sum: the parts sum to the amount, none is negative, and no part but the last differs from its exact share by a fen or more.
func TestPartsOfASumAreTheSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := []policy.Channel{"市级", "区级", "省级", "区级（婺城区）"}
		var sh []policy.ChannelShare
		sum := int64(0)
		for i := range rapid.IntRange(1, len(names)).Draw(t, "channels") {
			sh = append(sh, policy.ChannelShare{Channel: names[i], Share: rapid.Int64Range(0, 1_000_000).Draw(t, "share")})
			sum += sh[i].Share
		}
		if sum == 0 {
			t.Skip("nobody bears anything")
		}
		amount := policy.Fen(rapid.Int64Range(1, 1_000_000_000_000).Draw(t, "amount"))
		got, at := policy.Fen(0), map[policy.Channel]policy.Fen{}
		for _, p := range split(t, policy.ChannelRule{Shares: sh}).Parts(amount, "", 20260101) {
			if p.Amount <= 0 {
				t.Fatalf("a part of %d fen", p.Amount)
			}
			got, at[p.Channel] = got+p.Amount, p.Amount
		}
		if got != amount {
			t.Fatalf("parts of %d fen sum to %d", amount, got)
		}
		for _, s := range sh[:len(sh)-1] {
			if diff := int64(amount)*s.Share/sum - int64(at[s.Channel]); sum < 9_000_000 && diff != 0 {
				t.Fatalf("%s bears %d fen, its share of %d fen is %d larger", s.Channel, at[s.Channel], amount, diff)
			}
		}
	})
}

func TestRulesThatCannotApplyAreRefused(t *testing.T) {
	for name, rules := range map[string][]policy.ChannelRule{
		"no common rule":  {{District: "义乌市", Shares: shares(1, 1)}},
		"none from start": {{From: 20260101, Shares: shares(1, 1)}},
		"twice":           {{Shares: shares(1, 1)}, {Shares: shares(2, 1)}},
		"nobody":          {{}},
		"nothing":         {{Shares: shares(0, 0)}},
		"negative":        {{Shares: shares(-1, 2)}},
	} {
		if _, err := policy.NewChannelSplit(rules); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestChannelsAreReadAsPeopleWriteThem(t *testing.T) {
	for in, want := range map[string]policy.Channel{"市级": "市级", " 市本级 ": "市级", "区财政": "区级", "区级(婺城区)": "区级（婺城区）", "省级": "省级", "国家": "", "区级（": "", "区级（）": ""} {
		got, err := policy.ParseChannel(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is read as %q (%v), want %q", in, got, err, want)
		}
	}
}

// 2025年12月20日 is a Saturday that is not worked: the year closes the day before. Of 2031 nobody knows the exchanges yet.
func TestTheYearClosesOnAWorkingDay(t *testing.T) {
	calendar := policy.BuiltinCalendar()
	for _, c := range []struct {
		year int
		want policy.Date
		open bool // whether it is provisional
	}{{2024, 20241220, false}, {2025, 20251219, false}, {2031, 20311219, true}} {
		got, provisional := policy.DefaultClosing.In(c.year, calendar)
		if got != c.want || provisional != c.open {
			t.Errorf("%d closes on %s (provisional %v), want %s (%v)", c.year, got, provisional, c.want, c.open)
		}
	}
	for _, c := range []struct {
		on   policy.Date
		year int
		err  bool
	}{{20251219, 2025, false}, {20251220, 0, false}, {20260105, 2026, false}, {20311201, 2031, false}, {20311215, 0, true}} {
		year, _, err := policy.DefaultClosing.OrderYear(c.on, calendar)
		if year != c.year || (err != nil) != c.err {
			t.Errorf("an order on %s is of %d (%v), want %d, error %v", c.on, year, err, c.year, c.err)
		}
	}
}
