package sheets

import (
	"errors"
	"fmt"
	"strings"

	"duixian/policy"
)

// unit is what one money figure of a column is worth. noUnit is a column that does not say; it is refused, because a
// factor of ten thousand is not for us to guess.
type unit int64

const (
	noUnit  unit = 0
	yuan    unit = 1
	wanYuan unit = 10000
)

var errUnitTwice = errors.New("单元格写的单位与表头不一致")

// splitUnit cuts the unit off a folded title: 金额(万元) and 金额/万元 give 金额, wanYuan.
func splitUnit(s string) (string, unit) {
	for _, u := range []struct {
		text string
		unit unit
	}{{"万元", wanYuan}, {"元", yuan}} {
		for _, form := range []string{"(%s)", "(单位:%s)", "(人民币%s)", "[%s]", "/%s", "_%s", ",%s", "-%s"} {
			if name, found := strings.CutSuffix(s, fmt.Sprintf(form, u.text)); found {
				return name, u.unit
			}
		}
	}
	return s, noUnit
}

// unitLine finds 单位：万元 in a line above the header.
func unitLine(cell string) unit {
	_, after, found := strings.Cut(squash(cell), "单位:")
	switch {
	case found && strings.HasPrefix(after, "万元"):
		return wanYuan
	case found && (strings.HasPrefix(after, "元") || strings.HasPrefix(after, "人民币元")):
		return yuan
	}
	return noUnit
}

// ParseAmount reads a money figure in the column's unit exactly: 12.5 in 万元 is 125000.00 yuan. A currency sign and
// thousands separators are allowed, a unit in the cell only when it is the column's.
func ParseAmount(s string, wan bool) (policy.Fen, error) {
	in := yuan
	if wan {
		in = wanYuan
	}
	t := strings.Trim(squash(s), "¥￥")
	if rest, found := strings.CutSuffix(t, "万元"); found {
		if in != wanYuan {
			return 0, errUnitTwice
		}
		t = rest
	} else if rest, found := strings.CutSuffix(t, "元"); found {
		if in != yuan {
			return 0, errUnitTwice
		}
		t = rest
	}
	if strings.ContainsAny(t, "eE") {
		return 0, errors.New("金额是科学计数法，看不出原数")
	}
	if in == wanYuan {
		t = policy.ShiftDecimal(strings.ReplaceAll(t, ",", ""), 4)
	}
	t = trimNoise(strings.ReplaceAll(t, ",", ""))
	whole, frac, _ := strings.Cut(strings.TrimPrefix(t, "-"), ".")
	switch {
	case !digitsOnly(whole) && whole != "" || frac != "" && !digitsOnly(frac) || whole+frac == "":
		return 0, errors.New("不是金额")
	case len(strings.TrimRight(frac, "0")) > 2:
		return 0, errors.New("金额精确到了分以下")
	}
	return policy.ParseFen(t)
}

// trimNoise takes off what binary numbers in a spreadsheet add to a decimal: 0.1+0.2 is stored as 0.30000000000000004.
// Only figures with all sixteen digits a binary number has are touched, and only when the digits after the second
// decimal, but for the last one, are all 0 or all 9.
func trimNoise(t string) string {
	whole, frac, _ := strings.Cut(t, ".")
	if len(whole)+len(frac) < 16 || len(frac) < 6 {
		return t
	}
	cut := whole + "." + frac[:2]
	switch rest := frac[2 : len(frac)-1]; {
	case strings.Trim(rest, "0") == "":
		return cut
	case strings.Trim(rest, "9") == "":
		f, err := policy.ParseFen(cut)
		if err != nil {
			return t
		}
		if strings.HasPrefix(whole, "-") {
			return (f - 1).String()
		}
		return (f + 1).String()
	}
	return t
}
