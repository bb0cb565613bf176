package bot

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"duixian/policy"
)

// factNamed is the fact that people call so: by its Chinese name, a part of it that no other has, or its name in the book.
func factNamed(book *policy.Book, typed string) string {
	part := string(phraseOf(typed).key)
	like := ""
	for id, f := range book.Facts {
		name := string(phraseOf(f.Name).key)
		switch {
		case id == typed || name == part:
			return id
		case part != "" && strings.Contains(name, part):
			if like != "" {
				return ""
			}
			like = id
		}
	}
	return like
}

var yesWords, noWords = []string{"是", "有", "对", "yes", "true", "1", "符合", "y"}, []string{"否", "没有", "不是", "无", "no", "false", "0", "不符合", "不", "n"}

// factValue reads what a person typed for a fact: 1.8万, 25人, 80%, 是, 2025年3月1日, 省人力资源部门. The problem is half a sentence.
func factValue(f *policy.Fact, typed string, on policy.Date) (any, string) {
	typed = strings.TrimSpace(typed)
	switch f.Type {
	case "bool":
		switch lower := strings.ToLower(typed); {
		case slices.Contains(yesWords, lower) || typed == f.Yes:
			return true, ""
		case slices.Contains(noWords, lower) || typed == f.No:
			return false, ""
		}
		return nil, "请写“是”或“否”。"
	case "int":
		n, problem := wholeNumber(typed)
		return n, problem
	case "yuan":
		return yuan(typed)
	case "percent":
		return json.Number(strings.TrimRight(typed, "% ")), ""
	case "day":
		r := Request{On: on}
		day, problem := r.businessDay(typed)
		return day, problem
	case "list":
		var list []string
		for _, one := range strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune("、,，; ", r) }) {
			list = append(list, valueNamed(f, one))
		}
		return list, ""
	}
	return valueNamed(f, typed), ""
}

// valueNamed is the value that people call so, or what they typed.
func valueNamed(f *policy.Fact, typed string) string {
	for v, name := range f.Values {
		if name == typed {
			return v
		}
	}
	return typed
}

// wholeNumber reads 25, 25人, 第3名, 1,200.
func wholeNumber(typed string) (int64, string) {
	n, err := strconv.ParseInt(strings.ReplaceAll(strings.Trim(typed, "第人名家个月年期次 "), ",", ""), 10, 64)
	if err != nil {
		return 0, "“" + plain(typed) + "”不是整数，请写数字，例如 25。"
	}
	return n, ""
}

// yuan reads an amount: 18000, 18,000.50 元, 1.8万, 1.8万元. Nothing is rounded.
func yuan(typed string) (any, string) {
	number := strings.ReplaceAll(strings.TrimSpace(strings.TrimSuffix(typed, "元")), ",", "")
	for unit, places := range map[string]int{"万": 4, "亿": 8} {
		if n, ok := strings.CutSuffix(number, unit); ok {
			number = policy.ShiftDecimal(strings.TrimSpace(n), places)
		}
	}
	fen, err := policy.ParseFen(number)
	if err != nil || fen < 0 {
		return nil, "“" + plain(typed) + "”不是金额，请写成 18000 或 1.8万 的样子。"
	}
	return fen, ""
}

// factHint says how a fact is written.
func factHint(f *policy.Fact) string {
	switch f.Type {
	case "bool":
		return "写“是”或“否”"
	case "yuan":
		return "单位元，例如 18000 或 1.8万"
	case "percent":
		return "百分数，例如 80%"
	case "day":
		return "日期，例如 2024-06-30"
	case "int":
		return "写数字" + strings.TrimSuffix("，单位"+f.Unit, "，单位")
	}
	var names []string
	for _, name := range f.Values {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, "、")
}

// factExample is a value to show behind the equals sign.
func factExample(f *policy.Fact) string {
	switch f.Type {
	case "bool":
		return "是/否"
	case "yuan":
		return "金额"
	case "percent":
		return "比例"
	case "day":
		return "日期"
	case "int":
		return "数字"
	}
	return "…"
}
