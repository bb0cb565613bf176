package policy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
)

// text is the value as people read it: "20 人", "2024年6月30日", "已取得许可或备案".
func (f *Fact) text(v any) string {
	switch x := v.(type) {
	case nil:
		return f.Null
	case bool:
		if x {
			return cmp.Or(f.Yes, "是")
		}
		return cmp.Or(f.No, "否")
	case int64:
		return strings.TrimSpace(f.Prefix + " " + strconv.FormatInt(x, 10) + " " + f.Unit)
	case Fen:
		return x.Text()
	case *big.Rat:
		return decimal(x) + "%"
	case Date:
		return x.Text()
	case string:
		return cmp.Or(f.Values[x], x)
	case []string:
		if len(x) == 0 {
			return "无"
		}
		names := make([]string, len(x))
		for i, s := range x {
			names[i] = cmp.Or(f.Values[s], s)
		}
		return strings.Join(names, "、")
	}
	return fmt.Sprint(v)
}

// canonical is the value as it is written into stored facts: the same for all ways of giving it.
func (f *Fact) canonical(v any) any {
	switch x := v.(type) {
	case int64:
		return json.Number(strconv.FormatInt(x, 10))
	case *big.Rat:
		return decimal(x)
	case []Group:
		list := make([]map[string]any, len(x))
		for i, g := range x {
			list[i] = map[string]any{}
			for k, v := range g {
				list[i][k] = f.Fields[k].canonical(v)
			}
		}
		return list
	}
	return v
}

// decimal writes a rate that came in as a decimal number, without rounding.
func decimal(r *big.Rat) string {
	s := r.FloatString(maxNumberLength)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// exact reports whether decimal writes all of r.
func exact(r *big.Rat) bool {
	back, ok := new(big.Rat).SetString(decimal(r))
	return ok && back.Cmp(r) == 0
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// suggest is Suggest for the keys of a map.
func suggest[V any](name string, names map[string]V) string { return Suggest(name, sortedKeys(names)) }

// Suggest is "，是否想写 x？" when one of the names is near enough to be meant, else empty.
func Suggest(name string, names []string) string {
	if best := Nearest(name, names); best != "" {
		return "，是否想写 " + best + "？"
	}
	return ""
}

// Nearest is the one of the names that was probably meant, empty when none is near.
func Nearest(name string, names []string) string {
	best, least := "", max(2, len(name)/3)+1
	for _, n := range names {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), n); d < least {
			best, least = n, d
		}
	}
	return best
}

// Show is a given value as people read it: what came out of stored facts, or was typed. What is no value of the fact is
// printed as it is.
func (f *Fact) Show(v any) string {
	if v == nil {
		return f.text(nil)
	}
	d, problem := f.decode(v)
	if problem != "" {
		return fmt.Sprint(v)
	}
	return f.text(d)
}
