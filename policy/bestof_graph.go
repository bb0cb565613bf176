package policy

import (
	"slices"
	"strings"
)

// OverlapClause and OverlapPhrase are 五（四）, word for word: what fulfils this policy and another one is paid once, by the better of the two.
const (
	OverlapClause = "五（四）"
	OverlapPhrase = "按照从优从高不重复的原则执行"
)

// exclusion is a sentence of this policy that keeps two of its own benefits apart. Everything else of this policy stacks.
type exclusion struct {
	clause, phrase string
	a, b           func(item string) bool
	sameKey        bool // of the same thing: one group, one event, one contribution base
	scoped         bool // within the scope in time that is in force
}

func named(names ...string) func(string) bool {
	return func(item string) bool { return slices.Contains(names, item) }
}

func beginning(prefix string) func(string) bool {
	return func(item string) bool { return strings.HasPrefix(item, prefix) }
}

// exclusions are the sentences, in the order of the policy.
var exclusions = []exclusion{
	{clause: "三（一）", phrase: "分别给予300万元、200万元、100万元的专项奖励", a: beginning("hq-settle-"), b: beginning("hq-settle-"), sameKey: true},
	{clause: "三（一）", phrase: "给予前3年最高100%的返还奖励", a: named("hq-contribution-rebate"), b: named("park-resident-rebate"), sameKey: true},
	{clause: "三（四）", phrase: "诚信示范机构奖励与人力资源服务业骨干企业奖励不重复享受", a: named("backbone-firm"), b: beginning("integrity-demo-"), scoped: true},
	{clause: "三（五）", phrase: "各单项不重复享受", a: named("specialty-top10-first"), b: named("specialty-top10-first")},
	{clause: "三（八）", phrase: "可申请最高20万元的资助", a: beginning("event-host-"), b: beginning("event-host-"), sameKey: true},
}

// connect finds who excludes whom and what hangs together.
func (g *bestGraph) connect() {
	g.edges, g.group = make([][]*bestEdge, len(g.all)), make([]int, len(g.all))
	for i := range g.group {
		g.group[i] = i
	}
	for i := range g.all {
		for j := range g.all[:i] {
			e := g.between(g.all[i], g.all[j])
			if e == nil {
				continue
			}
			there, back := *e, *e
			there.to, back.to = j, i
			there.stands, back.stands = e.stands && g.all[j].Promised, e.stands && g.all[i].Promised
			g.edges[i], g.edges[j] = append(g.edges[i], &there), append(g.edges[j], &back)
			if e.hard() {
				g.join(i, j)
			}
		}
	}
	for i := range g.edges {
		slices.SortFunc(g.edges[i], func(a, b *bestEdge) int { return a.to - b.to })
	}
	g.open = make([]bool, len(g.all))
	for i, b := range g.all {
		if b.Unknown && !b.Waived {
			g.open[g.group[i]] = true
		}
	}
}

// join puts two conflict groups together.
func (g *bestGraph) join(i, j int) {
	from, to := max(g.group[i], g.group[j]), min(g.group[i], g.group[j])
	for k := range g.group {
		if g.group[k] == from {
			g.group[k] = to
		}
	}
}

// between says whether two benefits exclude each other: the same thing rewarded by this policy and another one, or a sentence of this
// policy. Two other policies are not ours to judge.
func (g *bestGraph) between(a, b Benefit) *bestEdge {
	switch {
	case a.External && b.External:
		return nil
	case a.External != b.External:
		if !share(a.Keys, b.Keys) || a.Promised && b.Paid == 0 || b.Promised && a.Paid == 0 {
			return nil
		}
		return &bestEdge{clause: OverlapClause, phrase: OverlapPhrase, off: waived(a, b)}
	}
	for _, x := range exclusions {
		if !(x.a(a.Item) && x.b(b.Item) || x.a(b.Item) && x.b(a.Item)) || x.sameKey && !share(a.Keys, b.Keys) || !x.sameKey && a.Who != b.Who {
			continue
		}
		return &bestEdge{clause: x.clause, phrase: x.phrase, ask: x.scoped && !g.within(a.On.Year(), b.On.Year()), off: waived(a, b), stands: x.scoped && a.Promised != b.Promised}
	}
	return nil
}

// waived says that one of two has been given up, so that it excludes nothing; what was paid of it has been received all the same.
func waived(a, b Benefit) bool {
	return a.Waived && (a.Paid == 0 || b.Waived) || b.Waived && b.Paid == 0
}

// within says whether two years lie in the scope in time of 不重复享受.
func (g *bestGraph) within(a, b int) bool {
	switch g.opt.Scope {
	case Lifetime:
		return true
	case SameRound:
		return floorDiv(a-g.opt.FirstRound, 2) == floorDiv(b-g.opt.FirstRound, 2)
	}
	return a == b
}

func floorDiv(a, b int) int {
	if a < 0 {
		return -((-a + b - 1) / b)
	}
	return a / b
}

func share(a, b []string) bool {
	return slices.ContainsFunc(a, func(k string) bool { return slices.Contains(b, k) })
}
