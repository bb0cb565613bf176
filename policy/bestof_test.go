package policy_test

import (
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"duixian/policy"

	"pgregory.net/rapid"
)

// ours and theirs make benefits short to write; amounts are whole yuan.
func ours(id, item, on string, yuan int64, keys ...string) policy.Benefit {
	order := map[string]int{"hq-settle-service500": 30, "hightech-first": 50, "backbone-firm": 70, "integrity-firm": 90, "integrity-demo-provincial": 100, "integrity-demo-national": 110}
	return policy.Benefit{ID: id, Item: item, Order: order[item], Who: "A", On: policy.MustDate(on), Nominal: policy.Yuan(yuan), Keys: keys}
}

func theirs(id, on string, yuan int64, keys ...string) policy.Benefit {
	return policy.Benefit{ID: id, Item: "某局奖补办法", External: true, Who: "A", On: policy.MustDate(on), Nominal: policy.Yuan(yuan), Keys: keys}
}

func paid(b policy.Benefit) policy.Benefit     { b.Paid = b.Nominal; return b }
func waived(b policy.Benefit) policy.Benefit   { b.Waived = true; return b }
func promised(b policy.Benefit) policy.Benefit { b.Promised = true; return b }
func unknown(b policy.Benefit) policy.Benefit  { b.Unknown, b.Nominal = true, 0; return b }
func drawing(b policy.Benefit, pots ...string) policy.Benefit {
	b.Pots = pots
	return b
}

// told is an answer in one line: id due[/entitled when less is due][ reason], in the order of days.
func told(b policy.Best) string {
	var parts []string
	for _, c := range b.Choices {
		s := c.ID + " " + whole(c.Due)
		if c.Entitled != c.Due {
			s += "/" + whole(c.Entitled)
		}
		if c.Reason != "" {
			s += " " + c.Reason
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "; ")
}

func whole(f policy.Fen) string { return strings.TrimSuffix(f.String(), ".00") }

var (
	backbone = ours("backbone", "backbone-firm", "2026-10-31", 200_000)
	prov     = ours("prov", "integrity-demo-provincial", "2026-05-10", 100_000)
	national = ours("national", "integrity-demo-national", "2026-08-20", 200_000)
	hightech = ours("ours", "hightech-first", "2024-12-06", 1_000_000, "hightech:GR1")
)

// at moves a benefit to another day.
func on(b policy.Benefit, day string) policy.Benefit { b.On = policy.MustDate(day); return b }

func lots(n int, with func(i int) policy.Benefit) (list []policy.Benefit) {
	for i := range n {
		list = append(list, with(i))
	}
	return list
}

func TestBestOf(t *testing.T) {
	booth := func(id, day string, yuan int64) policy.Benefit {
		return drawing(ours(id, "expo-booth-overseas", day, yuan, "booth:"+id), "booths:A:2024")
	}
	year := policy.Pot{Key: "booths:A:2024", Limit: policy.Yuan(100_000)}
	heads := func(n int, each int64, elsewhere int, other int64) []policy.Benefit {
		list := lots(n, func(i int) policy.Benefit {
			return drawing(ours(fmt.Sprint(i+1), "recruit-headcount", "2025-03-01", each, fmt.Sprintf("person:%d", i+1)), "recruit-headcount:A:2025")
		})
		return append(list, lots(elsewhere, func(i int) policy.Benefit {
			return theirs(fmt.Sprintf("x%d", i+1), "2025-03-01", other, fmt.Sprintf("person:%d", i+1))
		})...)
	}
	recruits := policy.Pot{Key: "recruit-headcount:A:2025", Limit: policy.Yuan(200_000)}
	for _, c := range []struct {
		name  string
		in    []policy.Benefit
		pots  []policy.Pot
		opt   policy.BestOptions
		total int64 // entitled, in yuan
		want  string
	}{
		// the situations of the reference
		{"S1 骨干与省级诚信示范同年", []policy.Benefit{backbone, prov}, nil, policy.BestOptions{}, 200_000, "prov 0 EXCLUSIVE_WITH_SELF; backbone 200000"},
		{"S2 骨干与国家级诚信示范同年，金额相等取先认定", []policy.Benefit{backbone, national}, nil, policy.BestOptions{}, 200_000, "national 200000; backbone 0 EXCLUSIVE_WITH_SELF"},
		{"S3 骨干与市级诚信企业可同享", []policy.Benefit{backbone, ours("city", "integrity-firm", "2026-10-31", 50_000)}, nil, policy.BestOptions{}, 250_000, "backbone 200000; city 50000"},
		{"S4 总部返还六成与入园返还八成，同一贡献额", []policy.Benefit{
			ours("hq", "hq-contribution-rebate", "2026-01-31", 600_000, "contribution:A:2025"), ours("park", "park-resident-rebate", "2026-01-31", 800_000, "contribution:A:2025"),
		}, nil, policy.BestOptions{}, 800_000, "hq 0 EXCLUSIVE_WITH_SELF; park 800000"},
		{"S5 高企，其他政策较低未付", []policy.Benefit{hightech, theirs("other", "2024-12-06", 200_000, "hightech:GR1")}, nil, policy.BestOptions{}, 1_000_000, "other 0 LOWER_THAN_OTHER; ours 1000000"},
		{"S6 高企，其他政策较高", []policy.Benefit{hightech, theirs("other", "2024-12-06", 1_500_000, "hightech:GR1")}, nil, policy.BestOptions{}, 1_500_000, "other 1500000; ours 0 LOWER_THAN_OTHER"},
		{"S7 较低的已付，补足差额", []policy.Benefit{hightech, paid(theirs("other", "2024-12-06", 200_000, "hightech:GR1"))}, nil, policy.BestOptions{}, 1_000_000, "other 0 LOWER_THAN_OTHER; ours 800000/1000000 TOP_UP"},
		{"S7 较低的已付，不补差", []policy.Benefit{hightech, paid(theirs("other", "2024-12-06", 200_000, "hightech:GR1"))}, nil, policy.BestOptions{PaidLower: policy.NoTopUp}, 1_000_000, "other 0 LOWER_THAN_OTHER; ours 0/1000000 PAID_ELSEWHERE"},
		{"S8 两项诚信示范合计高于骨干", []policy.Benefit{backbone, prov, national}, nil, policy.BestOptions{}, 300_000, "prov 100000; national 200000; backbone 0 EXCLUSIVE_WITH_SELF"},
		{"S11 展位年度限额按活动日期", []policy.Benefit{promised(paid(booth("b0", "2024-01-10", 85_000))), booth("b1", "2024-04-10", 10_000), booth("b2", "2024-05-10", 20_000), booth("b3", "2024-09-10", 9_000)}, []policy.Pot{year}, policy.BestOptions{}, 100_000, "b0 0/85000; b1 10000; b2 5000; b3 0"},
		{"S12 省级诚信2024年已付，骨干2026年", []policy.Benefit{paid(on(prov, "2024-05-10")), backbone}, nil, policy.BestOptions{}, 300_000, "prov 0/100000; backbone 200000 EXCLUSIVE_YEARS"},
		{"S12 整个有效期，补差", []policy.Benefit{paid(on(prov, "2024-05-10")), backbone}, nil, policy.BestOptions{Scope: policy.Lifetime}, 200_000, "prov 0 EXCLUSIVE_WITH_SELF; backbone 100000/200000 TOP_UP"},
		{"S12 整个有效期，不补差", []policy.Benefit{paid(on(prov, "2024-05-10")), backbone}, nil, policy.BestOptions{Scope: policy.Lifetime, PaidLower: policy.NoTopUp}, 200_000, "prov 0 EXCLUSIVE_WITH_SELF; backbone 0/200000 PAID_ELSEWHERE"},

		// and more
		{"没有重叠，原样", []policy.Benefit{hightech, backbone}, nil, policy.BestOptions{}, 1_200_000, "ours 1000000; backbone 200000"},
		{"高企，金额相等：本政策在先", []policy.Benefit{theirs("a", "2024-12-06", 1_000_000, "hightech:GR1"), hightech}, nil, policy.BestOptions{}, 1_000_000, "a 0 LOWER_THAN_OTHER; ours 1000000"},
		{"另一张证书不相干", []policy.Benefit{hightech, theirs("other", "2024-12-06", 1_500_000, "hightech:GR2")}, nil, policy.BestOptions{}, 2_500_000, "other 1500000; ours 1000000"},
		{"其他政策已付更高", []policy.Benefit{hightech, paid(theirs("other", "2024-12-06", 1_500_000, "hightech:GR1"))}, nil, policy.BestOptions{}, 1_500_000, "other 0/1500000; ours 0 PAID_ELSEWHERE"},
		{"其他政策已付同额", []policy.Benefit{hightech, paid(theirs("other", "2024-12-06", 1_000_000, "hightech:GR1"))}, nil, policy.BestOptions{}, 1_000_000, "other 0/1000000; ours 0 PAID_ELSEWHERE"},
		{"两项其他政策都已付较低，合并扣除", []policy.Benefit{hightech, paid(theirs("x", "2024-12-06", 200_000, "hightech:GR1")), paid(theirs("y", "2024-12-06", 300_000, "hightech:GR1"))}, nil, policy.BestOptions{}, 1_000_000, "ours 500000/1000000 TOP_UP; x 0 LOWER_THAN_OTHER; y 0 LOWER_THAN_OTHER"},
		{"两项其他政策合计更高", []policy.Benefit{hightech, theirs("x", "2024-12-06", 600_000, "hightech:GR1"), theirs("y", "2024-12-06", 600_000, "hightech:GR1")}, nil, policy.BestOptions{}, 1_200_000, "ours 0 LOWER_THAN_OTHER; x 600000; y 600000"},
		{"先退后付", []policy.Benefit{hightech, paid(theirs("other", "2024-12-06", 200_000, "hightech:GR1"))}, nil, policy.BestOptions{PaidLower: policy.RepayThen}, 1_000_000, "other 0 LOWER_THAN_OTHER; ours 1000000 REPAY_FIRST"},
		{"金额不明：不猜", []policy.Benefit{hightech, unknown(theirs("other", "2024-12-06", 0, "hightech:GR1"))}, nil, policy.BestOptions{}, 0, "other 0 OVERLAP_UNKNOWN; ours 0 OVERLAP_UNKNOWN"},
		{"金额不明的与己无关", []policy.Benefit{hightech, unknown(theirs("other", "2024-12-06", 0, "hightech:GR2"))}, nil, policy.BestOptions{}, 1_000_000, "other 0 OVERLAP_UNKNOWN; ours 1000000"},
		{"金额不明，企业已选择本政策", []policy.Benefit{hightech, waived(unknown(theirs("other", "2024-12-06", 0, "hightech:GR1")))}, nil, policy.BestOptions{}, 1_000_000, "other 0 WAIVED_FOR_OTHER; ours 1000000"},
		{"企业选择其他政策，虽低", []policy.Benefit{waived(hightech), theirs("other", "2024-12-06", 200_000, "hightech:GR1")}, nil, policy.BestOptions{}, 200_000, "other 200000; ours 0 WAIVED_FOR_OTHER"},
		{"企业选择本政策，但那边已付", []policy.Benefit{hightech, waived(paid(theirs("other", "2024-12-06", 200_000, "hightech:GR1")))}, nil, policy.BestOptions{}, 1_000_000, "other 0 WAIVED_FOR_OTHER; ours 800000/1000000 TOP_UP"},
		{"已核定的不因未付的其他政策收回", []policy.Benefit{promised(hightech), theirs("other", "2024-12-06", 1_500_000, "hightech:GR1")}, nil, policy.BestOptions{}, 2_500_000, "other 1500000; ours 1000000"},
		{"分期的按总额比", []policy.Benefit{ours("hq", "hq-settle-service500", "2024-05-01", 1_000_000, "headquarters:G"), theirs("other", "2024-05-01", 500_000, "headquarters:G")}, nil, policy.BestOptions{}, 1_000_000, "hq 1000000; other 0 LOWER_THAN_OTHER"},
		{"总部三档取高", []policy.Benefit{ours("s", "hq-settle-service500", "2024-05-01", 1_000_000, "headquarters:G"), ours("c", "hq-settle-china500", "2024-06-01", 2_000_000, "headquarters:G")}, nil, policy.BestOptions{}, 2_000_000, "s 0 EXCLUSIVE_WITH_SELF; c 2000000"},
		{"总部两个集团互不影响", []policy.Benefit{ours("s", "hq-settle-service500", "2024-05-01", 1_000_000, "headquarters:G"), ours("c", "hq-settle-china500", "2024-06-01", 2_000_000, "headquarters:H")}, nil, policy.BestOptions{}, 3_000_000, "s 1000000; c 2000000"},
		{"单项上榜两次只奖先的", []policy.Benefit{ours("2", "specialty-top10-first", "2025-09-18", 50_000), ours("1", "specialty-top10-first", "2024-09-18", 50_000)}, nil, policy.BestOptions{}, 50_000, "1 50000; 2 0 EXCLUSIVE_WITH_SELF"},
		{"同一活动两档取高，另一活动照算", []policy.Benefit{
			ours("t1", "event-host-tier1", "2024-06-01", 100_000, "event:E1"), ours("t2", "event-host-tier2", "2024-06-01", 200_000, "event:E1"), ours("u", "event-host-tier1", "2024-07-01", 90_000, "event:E2"),
		}, nil, policy.BestOptions{}, 290_000, "t1 0 EXCLUSIVE_WITH_SELF; t2 200000; u 90000"},
		{"两个年度的同一贡献返还互不影响", []policy.Benefit{ours("hq", "hq-contribution-rebate", "2026-01-31", 600_000, "contribution:A:2025"), ours("park", "park-resident-rebate", "2027-01-31", 800_000, "contribution:A:2026")}, nil, policy.BestOptions{}, 1_400_000, "hq 600000; park 800000"},
		{"同一评选周期：2025与2026不同周期", []policy.Benefit{on(prov, "2025-05-10"), backbone}, nil, policy.BestOptions{Scope: policy.SameRound, FirstRound: 2024}, 300_000, "prov 100000; backbone 200000 EXCLUSIVE_YEARS"},
		{"同一评选周期：2026与2027同周期", []policy.Benefit{on(prov, "2027-05-10"), backbone}, nil, policy.BestOptions{Scope: policy.SameRound, FirstRound: 2024}, 200_000, "backbone 200000; prov 0 EXCLUSIVE_WITH_SELF"},
		{"年度限额使另一处更划算", []policy.Benefit{booth("b1", "2024-04-10", 100_000), booth("b2", "2024-05-10", 20_000), theirs("other", "2024-05-10", 5_000, "booth:b2")}, []policy.Pot{year}, policy.BestOptions{}, 105_000, "b1 100000; b2 0 LOWER_THAN_OTHER; other 5000"},
		{"两层限额：活动在年度之内", []policy.Benefit{drawing(booth("b1", "2024-04-10", 30_000), "booths:A:2024", "event:b1"), booth("b2", "2024-05-10", 95_000)}, []policy.Pot{year, {Key: "event:b1", Limit: policy.Yuan(20_000)}}, policy.BestOptions{}, 100_000, "b1 20000; b2 80000"},
		{"限额给金额未定的留着", []policy.Benefit{booth("b1", "2024-04-10", 90_000), unknown(theirs("other", "2024-04-10", 0, "booth:b1")), booth("b2", "2024-05-10", 20_000)}, []policy.Pot{year}, policy.BestOptions{}, 10_000, "b1 0 OVERLAP_UNKNOWN; other 0 OVERLAP_UNKNOWN; b2 10000"},
		{"诚信示范比骨干早付，同年补差", []policy.Benefit{paid(prov), backbone}, nil, policy.BestOptions{}, 200_000, "prov 0 EXCLUSIVE_WITH_SELF; backbone 100000/200000 TOP_UP"},
		{"诚信示范已核定，骨干留给人决定", []policy.Benefit{promised(prov), backbone}, nil, policy.BestOptions{}, 100_000, "prov 100000; backbone 0 EXCLUSIVE_YEARS"},
		{"一项诚信示范已核定，另一项照给，骨干留给人决定", []policy.Benefit{promised(prov), backbone, on(national, "2026-12-01")}, nil, policy.BestOptions{}, 300_000, "prov 100000; backbone 0 EXCLUSIVE_YEARS; national 200000"},
		{"一项已付抵两项，只抵一次", []policy.Benefit{
			ours("a", "hightech-first", "2024-12-06", 100_000, "k1"), ours("b", "province-top100-first", "2024-12-07", 100_000, "k2"), paid(theirs("other", "2024-12-08", 150_000, "k1", "k2")),
		}, nil, policy.BestOptions{}, 200_000, "a 0/100000 PAID_ELSEWHERE; b 50000/100000 TOP_UP; other 0 LOWER_THAN_OTHER"},
		{"什么都没有", nil, nil, policy.BestOptions{}, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := policy.BestOf(c.in, c.pots, c.opt)
			if err != nil {
				t.Fatal(err)
			}
			if told(got) != c.want || got.Total != policy.Yuan(c.total) {
				t.Errorf("got  %s, total %s\nwant %s, total %d", told(got), got.Total, c.want, c.total)
			}
		})
	}
	for _, c := range []struct {
		name  string
		in    []policy.Benefit
		total int64
		other int // kept elsewhere
	}{
		{"S9 四百人封顶，十人另有一千", heads(400, 500, 10, 1000), 205_000, 10},
		{"S10 四百一十人封顶，十人另有三百", heads(410, 500, 10, 300), 203_000, 10},
		{"四百人恰封顶，十人另有三百：留在本政策", heads(400, 500, 10, 300), 200_000, 0},
		{"四百零四人，十人另有三百：只有四人在那边", heads(404, 500, 10, 300), 201_200, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := policy.BestOf(c.in, []policy.Pot{recruits}, policy.BestOptions{})
			if err != nil {
				t.Fatal(err)
			}
			other := 0
			for _, x := range got.Choices {
				if strings.HasPrefix(x.ID, "x") && x.Kept {
					other++
				}
			}
			if got.Total != policy.Yuan(c.total) || other != c.other {
				t.Errorf("total %s with %d elsewhere, want %d with %d", got.Total, other, c.total, c.other)
			}
		})
	}
}

// A loser's explanation names who won, both amounts, the clause and its words, and whether the firm may choose otherwise.
func TestBestOfExplainsTheLoser(t *testing.T) {
	got, err := policy.BestOf([]policy.Benefit{hightech, theirs("other", "2024-12-06", 1_500_000, "hightech:GR1")}, nil, policy.BestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	lost := got.Choices[1]
	want := policy.Rival{ID: "other", Amount: policy.Yuan(1_500_000), Known: true, Kept: true, Clause: "五（四）", Phrase: "按照从优从高不重复的原则执行"}
	if lost.ID != "ours" || len(lost.Against) != 1 || lost.Against[0] != want || !lost.MayWaive {
		t.Errorf("%+v", lost)
	}
	book := builtinBook(t, "")
	for _, r := range lost.Against {
		if !strings.Contains(book.Clauses[r.Clause], r.Phrase) {
			t.Errorf("%s does not say %q", r.Clause, r.Phrase)
		}
	}
	for _, pair := range [][2]policy.Benefit{
		{backbone, prov},
		{ours("1", "specialty-top10-first", "2024-09-18", 1), ours("2", "specialty-top10-first", "2024-09-18", 1)},
		{ours("1", "hq-contribution-rebate", "2024-09-18", 1, "k"), ours("2", "park-resident-rebate", "2024-09-18", 1, "k")},
		{ours("1", "event-host-tier1", "2024-09-18", 1, "k"), ours("2", "event-host-tier2", "2024-09-18", 1, "k")},
		{ours("1", "hq-settle-china500", "2024-09-18", 1, "k"), ours("2", "hq-settle-global500", "2024-09-18", 1, "k")},
	} {
		got, err := policy.BestOf(pair[:], nil, policy.BestOptions{})
		if err != nil {
			t.Fatal(err)
		}
		r := got.Choices[0].Against
		if len(r) != 1 || !slices.ContainsFunc(book.Items, func(i *policy.Item) bool { return i.Clause == r[0].Clause && strings.Contains(i.Text, r[0].Phrase) }) &&
			!strings.Contains("诚信示范机构奖励与人力资源服务业骨干企业奖励不重复享受", r[0].Phrase) {
			t.Errorf("%s and %s: %+v is not what the policy says", pair[0].Item, pair[1].Item, r)
		}
	}
}

func TestBestOfRefusesWhatMakesNoSense(t *testing.T) {
	for name, ask := range map[string]func() error{
		"two of one name": func() error {
			_, err := policy.BestOf([]policy.Benefit{hightech, hightech}, nil, policy.BestOptions{})
			return err
		},
		"a cap nobody set": func() error {
			_, err := policy.BestOf([]policy.Benefit{drawing(hightech, "none")}, nil, policy.BestOptions{})
			return err
		},
		"negative": func() error {
			_, err := policy.BestOf([]policy.Benefit{ours("a", "hightech-first", "2024-01-01", -1)}, nil, policy.BestOptions{})
			return err
		},
		"caps that cross": func() error {
			_, err := policy.BestOf([]policy.Benefit{drawing(hightech, "p"), drawing(backbone, "p", "q"), drawing(prov, "q")}, []policy.Pot{{"p", 1}, {"q", 1}}, policy.BestOptions{})
			return err
		},
		"rounds without a first": func() error {
			_, err := policy.BestOf(nil, nil, policy.BestOptions{Scope: policy.SameRound})
			return err
		},
	} {
		if ask() == nil {
			t.Errorf("%s is answered", name)
		}
	}
	many := lots(60, func(i int) policy.Benefit {
		return drawing(ours(fmt.Sprint(i), "event-host-tier1", "2024-01-01", int64(100+i), fmt.Sprintf("event:%d", i)), "p")
	})
	many = append(many, lots(60, func(i int) policy.Benefit {
		return theirs(fmt.Sprintf("x%d", i), "2024-01-01", int64(60+i*7%40), fmt.Sprintf("event:%d", i))
	})...)
	if _, err := policy.BestOf(many, []policy.Pot{{"p", policy.Yuan(3000)}}, policy.BestOptions{Limit: 1000}); !errors.Is(err, policy.ErrManyChoices) {
		t.Errorf("a search that was cut short answers %v", err)
	}
}

// question is a random one: small enough that all subsets can be tried.
type question struct {
	in   []policy.Benefit
	pots []policy.Pot
	opt  policy.BestOptions
}

func draw(t *rapid.T) question {
	items := []string{"hightech-first", "backbone-firm", "integrity-demo-provincial", "integrity-demo-national", "integrity-firm", "specialty-top10-first", "hq-contribution-rebate", "park-resident-rebate", "event-host-tier1", "event-host-tier2", "expo-booth-overseas"}
	q := question{pots: []policy.Pot{{"wide", policy.Yuan(rapid.Int64Range(0, 30).Draw(t, "wide"))}, {"narrow", policy.Yuan(rapid.Int64Range(0, 20).Draw(t, "narrow"))}, {"else", policy.Yuan(rapid.Int64Range(0, 20).Draw(t, "else"))}}}
	q.opt.Scope = rapid.SampledFrom([]string{"", policy.Lifetime}).Draw(t, "scope")
	for i := range rapid.IntRange(0, 9).Draw(t, "n") {
		b := policy.Benefit{
			ID: fmt.Sprint(i + 1), Item: rapid.SampledFrom(items).Draw(t, "item"), Order: i % 3, External: rapid.IntRange(0, 2).Draw(t, "external") == 0, Who: "A",
			Keys: []string{rapid.SampledFrom([]string{"k1", "k2", "k3"}).Draw(t, "key")}, On: policy.NewDate(rapid.IntRange(2024, 2025).Draw(t, "year"), 6, rapid.IntRange(1, 3).Draw(t, "day")),
			Nominal: policy.Yuan(rapid.Int64Range(0, 12).Draw(t, "amount")), Waived: rapid.IntRange(0, 9).Draw(t, "waived") == 0,
		}
		if rapid.IntRange(0, 3).Draw(t, "paid") == 0 {
			b.Paid = b.Nominal
		}
		if !b.External {
			b.Waived = b.Waived && b.Paid == 0 // who has been paid has chosen
			b.Promised = rapid.IntRange(0, 5).Draw(t, "promised") == 0
			b.Pots = rapid.SampledFrom([][]string{nil, {"wide"}, {"wide", "narrow"}, {"else"}}).Draw(t, "pots")
		}
		q.in = append(q.in, b)
	}
	return q
}

// apart is the test's own reading of who excludes whom: written as a list of pairs, not as the program has it.
func (q question) apart(a, b policy.Benefit) bool {
	if a.Waived && (a.Paid == 0 || b.Waived) || b.Waived && (b.Paid == 0 || a.Waived) {
		return false
	}
	same := a.Keys[0] == b.Keys[0]
	if a.External != b.External {
		in, ex := a, b
		if a.External {
			in, ex = b, a
		}
		return same && !(in.Promised && ex.Paid == 0)
	}
	if a.External {
		return false
	}
	pair := []string{a.Item, b.Item}
	slices.Sort(pair)
	switch strings.Join(pair, " ") {
	case "backbone-firm integrity-demo-provincial", "backbone-firm integrity-demo-national":
		return a.On.Year() == b.On.Year() || q.opt.Scope == policy.Lifetime
	case "specialty-top10-first specialty-top10-first":
		return true
	case "hq-contribution-rebate park-resident-rebate", "event-host-tier1 event-host-tier2", "event-host-tier1 event-host-tier1", "event-host-tier2 event-host-tier2":
		return same
	}
	return false
}

// most tries all subsets.
func (q question) most() policy.Fen {
	best := policy.Fen(-1)
subsets:
	for set := range 1 << len(q.in) {
		sum, used := policy.Fen(0), map[string]policy.Fen{}
		order := []int{}
		for i, b := range q.in {
			if set>>i&1 == 0 {
				continue
			}
			if b.Waived {
				continue subsets
			}
			for _, x := range q.in {
				if x.Promised && !b.Promised && !b.External && strings.HasPrefix(x.Item, "integrity-demo") != strings.HasPrefix(b.Item, "integrity-demo") && strings.HasPrefix(x.Item+b.Item, "backbone") != strings.HasPrefix(b.Item+x.Item, "backbone") && q.apart(x, b) {
					continue subsets // what was promised by 三（四） stands
				}
			}
			for _, j := range order {
				if q.apart(b, q.in[j]) {
					continue subsets
				}
			}
			order = append(order, i)
		}
		limit := map[string]policy.Fen{}
		for _, p := range q.pots {
			limit[p.Key] = p.Limit
		}
		// nested caps let the same through in whatever order
		for _, i := range order {
			f := q.in[i].Nominal
			for _, p := range q.in[i].Pots {
				f = min(f, limit[p]-used[p])
			}
			for _, p := range q.in[i].Pots {
				used[p] += f
			}
			sum += f
		}
		best = max(best, sum)
	}
	return max(best, 0)
}

func TestBestOfIsTheBestOfAllSubsets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := draw(t)
		got, err := policy.BestOf(q.in, q.pots, q.opt)
		if err != nil {
			t.Fatal(err)
		}
		if want := q.most(); got.Total != want {
			t.Fatalf("%s, total %s; of all subsets the best has %s", told(got), got.Total, want)
		}
		kept := map[string]bool{}
		used := map[string]policy.Fen{}
		for _, c := range got.Choices {
			kept[c.ID] = c.Kept
			if c.Due < 0 || c.Due > c.Entitled {
				t.Fatalf("%s: due %s of %s", c.ID, c.Due, c.Entitled)
			}
			for _, b := range q.in {
				if b.ID == c.ID {
					for _, p := range b.Pots {
						used[p] += c.Entitled
					}
				}
			}
		}
		for _, p := range q.pots {
			if used[p.Key] > p.Limit {
				t.Fatalf("the cap %s of %s is passed: %s", p.Key, p.Limit, used[p.Key])
			}
		}
		for i, a := range q.in {
			for _, b := range q.in[:i] {
				if kept[a.ID] && kept[b.ID] && q.apart(a, b) {
					t.Fatalf("%s and %s are both kept", a.ID, b.ID)
				}
			}
		}
	})
}

func TestBestOfDoesNotDependOnTheOrderOfTheQuestion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := draw(t)
		want, err := policy.BestOf(q.in, q.pots, q.opt)
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		mixed, pots := slices.Clone(q.in), slices.Clone(q.pots)
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		r.Shuffle(len(pots), func(i, j int) { pots[i], pots[j] = pots[j], pots[i] })
		for i := range mixed {
			mixed[i].Pots = slices.Clone(mixed[i].Pots)
			slices.Reverse(mixed[i].Pots)
		}
		got, err := policy.BestOf(mixed, pots, q.opt)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%v\n%v\n%v", got, want, err)
		}
	})
}

// received is what the beneficiary has and gets: paid before, and still due here and elsewhere.
func received(q question, b policy.Best) (sum policy.Fen) {
	for _, x := range q.in {
		sum += x.Paid
	}
	for _, c := range b.Choices {
		sum += c.Due
	}
	return sum
}

// inOrder says that what was paid so far could all be paid by the rules: nothing of it excludes another part, passes a cap, or was
// given up.
func (q question) inOrder() bool {
	only, sum := q, policy.Fen(0)
	only.in = slices.DeleteFunc(slices.Clone(q.in), func(b policy.Benefit) bool { return b.Paid == 0 })
	for i, a := range only.in {
		sum += a.Paid
		for _, b := range only.in[:i] {
			if only.apart(a, b) {
				return false
			}
		}
	}
	return only.most() == sum
}

// One more unpaid offer of somebody else never lowers what the beneficiary gets in total.
func TestAnotherOfferNeverLowersWhatOneGets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := draw(t)
		if !q.inOrder() {
			t.Skip("paid twice already")
		}
		before, err := policy.BestOf(q.in, q.pots, q.opt)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range before.Choices {
			for _, b := range q.in {
				if b.ID == c.ID && !c.Kept && b.Paid > 0 && (len(b.Pots) > 0 || c.Reason == policy.BestOtherYear) {
					t.Skip("paid under a cap, or before it was promised: not undone by choosing")
				}
			}
		}
		more := q
		more.in = append(slices.Clone(q.in), policy.Benefit{
			ID: "offer", Item: "某局", External: true, Who: "A", Keys: []string{rapid.SampledFrom([]string{"k1", "k2", "k3"}).Draw(t, "offer for")}, On: 20240602,
			Nominal: policy.Yuan(rapid.Int64Range(0, 15).Draw(t, "offer")),
		})
		after, err := policy.BestOf(more.in, more.pots, more.opt)
		if err != nil {
			t.Fatal(err)
		}
		if after.Total < before.Total {
			t.Fatalf("entitled %s before and %s after", before.Total, after.Total)
		}
		if received(more, after) < received(q, before) {
			t.Fatalf("%s gets %s, with an offer %s gets %s", told(before), received(q, before), told(after), received(more, after))
		}
	})
}

// Heads under a cap are the same question with an answer for any number of people.
func TestBestHeadsIsTheSameQuestion(t *testing.T) {
	for _, c := range []struct {
		name                string
		alone, others, each int
		total, elsewhere    int64
	}{
		{"S9", 390, 10, 1000, 205_000, 10},
		{"S10", 400, 10, 300, 203_000, 10},
		{"恰封顶", 390, 10, 300, 200_000, 0},
		{"多四人", 394, 10, 300, 201_200, 4},
		{"同额留下", 10, 5, 500, 7_500, 0},
		{"一百人在那边", 310, 100, 300, 203_000, 10},
	} {
		var heads []policy.Head
		for i := range c.others {
			heads = append(heads, policy.Head{Person: fmt.Sprint(i), Other: policy.Yuan(int64(c.each))})
		}
		got := policy.BestHeads(policy.Yuan(500), policy.Yuan(200_000), c.alone, heads)
		if got.Total != policy.Yuan(c.total) || int64(len(got.Elsewhere)) != c.elsewhere {
			t.Errorf("%s: total %s with %d elsewhere, want %d with %d", c.name, got.Total, len(got.Elsewhere), c.total, c.elsewhere)
		}
	}
	got := policy.BestHeads(policy.Yuan(500), policy.Yuan(200_000), 20, []policy.Head{
		{Person: "paid more", Other: policy.Yuan(800), Paid: policy.Yuan(800)},
		{Person: "paid less", Other: policy.Yuan(300), Paid: policy.Yuan(300)},
		{Person: "unknown", Unknown: true},
		{Person: "stays", Other: policy.Yuan(800), Waived: true},
	})
	if fmt.Sprint(got.Elsewhere, got.Unknown) != "[paid more] [paid less unknown]" {
		t.Errorf("%+v", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		alone, limit := rapid.IntRange(0, 6).Draw(t, "alone"), policy.Yuan(rapid.Int64Range(0, 40).Draw(t, "limit"))
		var heads []policy.Head
		var all []policy.Benefit
		head := func(n int) policy.Benefit {
			return drawing(ours(fmt.Sprintf("h%d", n), "recruit-headcount", "2025-03-01", 5, fmt.Sprintf("person:%d", n)), "cap")
		}
		for i := range rapid.IntRange(0, 7).Draw(t, "others") {
			other := rapid.Int64Range(0, 9).Draw(t, "other")
			heads = append(heads, policy.Head{Person: fmt.Sprint(i), Other: policy.Yuan(other)})
			all = append(all, head(i), theirs(fmt.Sprintf("x%d", i), "2025-03-01", other, fmt.Sprintf("person:%d", i)))
		}
		for i := range alone {
			all = append(all, head(100+i))
		}
		want, err := policy.BestOf(all, []policy.Pot{{Key: "cap", Limit: limit}}, policy.BestOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got := policy.BestHeads(policy.Yuan(5), limit, alone, heads); got.Total != want.Total {
			t.Fatalf("heads: %s, search: %s", got.Total, want.Total)
		}
	})
}
