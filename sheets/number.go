package sheets

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseCount reads a whole number that is not negative, with thousands separators, a zero fraction or a counting word:
// 1,200 and 51家 and 3.0 and 第7名.
func ParseCount(s string) (int, error) {
	t := strings.ReplaceAll(squash(s), ",", "")
	t = strings.TrimPrefix(t, "第")
	for _, word := range []string{"家", "人次", "人", "个", "名", "位", "项", "届", "年"} {
		if rest, found := strings.CutSuffix(t, word); found {
			t = rest
			break
		}
	}
	if whole, frac, found := strings.Cut(t, "."); found && strings.Trim(frac, "0") == "" {
		t = whole
	}
	n, err := strconv.Atoi(t)
	if err != nil || !digitsOnly(t) || n > 1_000_000_000 {
		return 0, fmt.Errorf("“%s”不是整数", s)
	}
	return n, nil
}

// ParseYear reads a year of this century: 2024, 2024年, 2024年度.
func ParseYear(s string) (int, error) {
	t := strings.TrimSuffix(strings.TrimSuffix(squash(s), "度"), "年")
	n, err := ParseCount(t)
	if err != nil || n < 2000 || n > 2100 {
		return 0, fmt.Errorf("“%s”不是年份", s)
	}
	return n, nil
}

// ParseStars reads a rating: 3, 3星, 三星级, ★★★; 无星 and 0 are no star.
func ParseStars(s string) (int, error) {
	t := strings.TrimSuffix(strings.TrimSuffix(squash(s), "级"), "星")
	if n := strings.Count(t, "★"); n > 0 && strings.Trim(t, "★☆") == "" {
		t = strconv.Itoa(n)
	}
	for i, words := range []string{"无零0", "一1", "二两2", "三3", "四4", "五5"} {
		for _, word := range words {
			if t == string(word) {
				return i, nil
			}
		}
	}
	return 0, fmt.Errorf("“%s”不是星级（0至5，或无星、一星至五星）", s)
}

// ParsePercent reads a rate between 0 and 100 and returns it as plain decimal text. A figure between 0 and 1 without a
// percent sign is refused: a spreadsheet stores 80% as 0.8.
func ParsePercent(s string) (string, error) {
	t, sign := strings.CutSuffix(squash(s), "%")
	whole, frac, _ := strings.Cut(t, ".")
	frac = strings.TrimRight(frac, "0")
	if !digitsOnly(whole) || frac != "" && !digitsOnly(frac) || len(whole) > 9 || len(frac) > 9 {
		return "", fmt.Errorf("“%s”不是百分比", s)
	}
	n, _ := strconv.Atoi(whole)
	switch {
	case n == 0 && frac != "" && !sign || n == 1 && frac == "" && !sign:
		return "", fmt.Errorf("“%s”看不出是百分之%s还是百分之%s", s, t, hundredfold(whole, frac))
	case n > 100 || n == 100 && frac != "":
		return "", fmt.Errorf("“%s”超过100%%", s)
	}
	if frac == "" {
		return strconv.Itoa(n), nil
	}
	return strconv.Itoa(n) + "." + frac, nil
}

func hundredfold(whole, frac string) string {
	for len(frac) < 2 {
		frac += "0"
	}
	out := strings.TrimLeft(whole+frac[:2], "0")
	if out == "" {
		out = "0"
	}
	if frac[2:] != "" {
		out += "." + frac[2:]
	}
	return out
}

// ParseYesNo reads an answer: 是 or 否, 有 or 无, √ or ×, Y or N, 1 or 0.
func ParseYesNo(s string) (bool, error) {
	switch strings.ToUpper(squash(s)) {
	case "是", "有", "√", "✓", "Y", "YES", "TRUE", "1", "对", "通过", "已":
		return true, nil
	case "否", "无", "×", "✗", "X", "N", "NO", "FALSE", "0", "不", "未", "未通过", "没有", "非":
		return false, nil
	}
	return false, fmt.Errorf("“%s”不是“是”或“否”", s)
}
