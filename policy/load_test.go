package policy_test

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"duixian/policy"
)

// A small book: one condition, one sum per person with a cap, and a pair of tiers.
const (
	smallText = "本办法有效期为5年。第一条 招用20人以上的，按照500元/人的标准给予奖励，最高上限为20万元。第二条 超过50人的给予1万元，超过100人的给予2万元。"
	smallBook = `name: small
title: 示例办法
validity: {years: 5, phrase: 有效期为5年, clause: 总则}
general:
  - name: validity
    code: OUTSIDE_VALIDITY
    measure: in_validity
    op: "=="
    values:
      start: {value: true, phrase: 有效期为5年, clause: 总则}
facts:
  date: {name: 日期, type: day, default: 2024-06-30}
  people: {name: 人数, type: int, unit: 人, required: true}
  paid: {name: 已发, type: yuan, default: 0}
  decided: {name: 核定, type: yuan}
  projects: {name: 项目数, type: int, default: 1}
reasons:
  OK: {text: 符合条件}
  CAP: {text: 已达上限}
  FEW: {text: 人数不足}
  OTHER: {text: 属于另一档}
  MISSING_FACT: {text: 资料不全}
  OUTSIDE_VALIDITY: {text: 不在有效期内}
`
	smallItem = `id: hire
order: 10
name: 招用奖励
clause: 第一条
text: 招用20人以上的，按照500元/人的标准给予奖励
beneficiary: 企业
general: [validity]
conditions:
  - code: FEW
    fact: people
    op: ">="
    values:
      start: {value: 20, phrase: 20人以上, clause: 第一条}
amount:
  kind: per_unit
  per: projects_paid
  values:
    start: {value: "500.00", phrase: 500元/人, clause: 第一条}
  caps:
    - code: CAP
      scope: year
      used: paid
      values:
        start: {value: "200000.00", phrase: 最高上限为20万元, clause: 第一条}
options:
  - id: hire.reading
    question: 问题
    default: a
    text: 甲
    used_by: fixed
    fixed: 没有其他口径
cases:
  - name: 二十人
    facts: {people: 20, projects: 3}
    want: {reason: OK, amount: "1500.00"}
  - name: 十九人
    facts: {people: 19}
    want: {reason: FEW}
`
	smallTier = `id: size1
order: 20
name: 规模奖励一档
clause: 第二条
text: 超过50人的给予1万元
beneficiary: 企业
tier:
  family: size
  level: 1
  from:
    - fact: people
      op: ">"
      values:
        start: {value: 50, phrase: 超过50人, clause: 第二条}
conditions:
  - code: OTHER
    measure: tier
    op: "=="
    values:
      start: {value: 1, phrase: 超过50人, clause: 第二条}
amount:
  kind: fixed
  values:
    start: {value: "10000.00", phrase: 给予1万元, clause: 第二条}
cases:
  - name: 五十一人
    facts: {people: 51}
    want: {reason: OK, amount: "10000.00"}
`
)

func smallFiles() fstest.MapFS {
	second := strings.NewReplacer("size1", "size2", "order: 20", "order: 30", "level: 1", "level: 2", "value: 50", "value: 100", "超过50人", "超过100人",
		"value: 1,", "value: 2,", "10000.00", "20000.00", "1万元", "2万元", "people: 51", "people: 101").Replace(smallTier)
	return fstest.MapFS{
		"book.yaml": {Data: []byte(smallBook)}, "law.txt": {Data: []byte(smallText)},
		"items/hire.yaml": {Data: []byte(smallItem)}, "items/size1.yaml": {Data: []byte(smallTier)}, "items/size2.yaml": {Data: []byte(second)},
	}
}

func TestLoadSmallBook(t *testing.T) {
	b, err := policy.Load(smallFiles())
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Items) != 3 || b.Items[0].ID != "hire" || b.Items[2].ID != "size2" {
		t.Errorf("items: %v", b.Items)
	}
}

// Each mistake is found, with its file, line and column, and a sentence that says what to do.
func TestLoadRefuses(t *testing.T) {
	for _, c := range []struct {
		name, file, old, new, want string
	}{
		{"an unknown key", "items/hire.yaml", "beneficiary: 企业", "benefitiary: 企业", `items/hire.yaml:6:1：不认识的键 "benefitiary"`},
		{"a doubled key", "items/hire.yaml", "order: 10", "order: 10\norder: 11", "items/hire.yaml:3:1"},
		{"a value without clause", "items/hire.yaml", "value: 20, phrase: 20人以上, clause: 第一条", "value: 20, phrase: 20人以上", "items/hire.yaml:13:7：这个值没有写明条款"},
		{"a value without phrase", "items/hire.yaml", "phrase: 20人以上, clause", "clause", "items/hire.yaml:13:7：这个值没有写明原文"},
		{"a value without value", "items/hire.yaml", "value: 20, phrase", "phrase", "items/hire.yaml:13:7：缺少 value"},
		{"an unknown key beside a value", "items/hire.yaml", "value: 20, phrase", "value: 20, unit: 人, phrase", `items/hire.yaml:13:26：不认识的键 "unit"`},
		{"a phrase not in the text", "items/hire.yaml", "phrase: 20人以上", "phrase: 二十人以上", "items/hire.yaml:13:22：“二十人以上”不是政策原文"},
		{"an operator against the words", "items/hire.yaml", `op: ">="`, `op: ">"`, "items/hire.yaml:13:22：原文“20人以上”应按 >= 比较"},
		{"an operator that does not fit", "items/hire.yaml", `op: ">="`, `op: contains`, "items/hire.yaml:9:5：条件 FEW：int 类不能用"},
		{"an unknown fact", "items/hire.yaml", "fact: people", "fact: peple", "是否想写 people"},
		{"an unknown measure", "items/hire.yaml", "fact: people", "measure: tiers", "items/hire.yaml:9:5：条件 FEW：不认识的量 \"tiers\"，是否想写 tier"},
		{"a fact and a measure", "items/hire.yaml", "fact: people", "fact: people\n    measure: tier", "应写 fact 或 measure 之一"},
		{"a number that is not", "items/hire.yaml", "value: 20,", "value: 20.5,", "items/hire.yaml:13:22：应为整数"},
		{"dates out of order", "items/hire.yaml", "      start: {value: 20, phrase: 20人以上, clause: 第一条}", "      start: {value: 20, phrase: 20人以上, clause: 第一条}\n      2026-01-01: {value: 20, phrase: 20人以上, clause: 第一条}\n      2025-01-01: {value: 20, phrase: 20人以上, clause: 第一条}", "items/hire.yaml:15:7：日期 2025-01-01 没有按先后排列"},
		{"no start", "items/hire.yaml", "      start: {value: 20,", "      2025-01-01: {value: 20,", "items/hire.yaml:13:7：第一个值须以 start 开头"},
		{"a day that does not exist", "items/hire.yaml", "      start: {value: 20,", "      2025-02-30: {value: 20,", "items/hire.yaml:13:7"},
		{"an amount beyond the fen", "items/hire.yaml", `value: "500.00"`, `value: "500.005"`, "items/hire.yaml:18:20：金额应为元，精确到分"},
		{"an unknown kind of amount", "items/hire.yaml", "kind: per_unit", "kind: per_head", "items/hire.yaml:15:9：不认识的金额种类"},
		{"a count that does not exist", "items/hire.yaml", "per: projects_paid", "per: people", "items/hire.yaml:16:8"},
		{"a cap on a fact that is no sum", "items/hire.yaml", "used: paid", "used: people", "不是 yuan 类的资格信息"},
		{"a reason without words", "items/hire.yaml", "code: FEW", "code: TOO_FEW", "结论 TOO_FEW 没有中文说明"},
		{"a text that is not the law", "items/hire.yaml", "text: 招用20人以上的", "text: 招用30人以上的", "items/hire.yaml:5:7：text 不是政策原文"},
		{"another name than the file", "items/hire.yaml", "id: hire\n", "id: hires\n", "items/hire.yaml:1:5：文件名应与编号"},
		{"a general check that does not exist", "items/hire.yaml", "general: [validity]", "general: [validty]", "items/hire.yaml:7:11：没有通用条件"},
		{"a fact of an open point that there is not", "book.yaml", "name: 人数, type: int,", "name: 人数, reading: heads, type: int,", "reading：没有口径"},
		{"a reading that does not exist", "items/hire.yaml", "  - code: FEW", "  - reading: hire.reading=b\n    code: FEW", "items/hire.yaml:9:5：reading：没有口径"},
		{"an option without reason", "items/hire.yaml", "    fixed: 没有其他口径\n", "", "不可选的口径应说明原因"},
		{"a case that fails", "items/hire.yaml", `amount: "1500.00"`, `amount: "1500.01"`, "items/hire.yaml:33:5：用例“二十人”不符：金额为 1500.00，应为 1500.01"},
		{"a case with another reason", "items/hire.yaml", "want: {reason: FEW}", "want: {reason: OK}", "items/hire.yaml:36:5：用例“十九人”不符：结论为 FEW"},
		{"a case with an unknown fact", "items/hire.yaml", "facts: {people: 19}", "facts: {poeple: 19}", "是否想写 people"},
		{"no cases", "items/size1.yaml", smallTier[strings.Index(smallTier, "cases:"):], "", "没有核对用例"},
		{"the same place twice", "items/size1.yaml", "order: 20", "order: 30", "顺序 30"},
		{"tiers that overlap", "items/size2.yaml", "value: 100, phrase: 超过100人", "value: 50, phrase: 超过50人", "items/size2.yaml:14:24：与下一档重叠"},
		{"a tier that is missing", "items/size2.yaml", "level: 2", "level: 3", "各档应依次为"},
		{"a tier compared otherwise", "items/size2.yaml", `op: ">"`, `op: "=="`, "各档应以同样的方式比较"},
		{"a default of another kind", "book.yaml", "type: yuan, default: 0", "type: yuan, default: 0.001", "资格信息 paid：默认值金额应精确到分"},
		{"an unknown kind of fact", "book.yaml", "type: yuan, default: 0", "type: money, default: 0", "book.yaml:14:10：资格信息 paid：类型 \"money\""},
		{"no years of validity", "book.yaml", "years: 5", "years: 0", "book.yaml:3:12：有效期"},
		{"a tab", "items/hire.yaml", "order: 10", "\torder: 10", "items/hire.yaml:2"},
		{"an alias", "items/hire.yaml", "value: 20, phrase", "value: *x, phrase", "items/hire.yaml"},
		{"an empty file", "items/hire.yaml", smallItem, "", "items/hire.yaml：应有且只有一个 YAML 文档"},
		{"not a mapping", "items/hire.yaml", smallItem, "- 1", "items/hire.yaml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := smallFiles()
			old := string(files[c.file].Data)
			if !strings.Contains(old, c.old) {
				t.Fatalf("%q is not in %s", c.old, c.file)
			}
			files[c.file] = &fstest.MapFile{Data: []byte(strings.Replace(old, c.old, c.new, 1))}
			_, err := policy.Load(files)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v\nwant %s", err, c.want)
			}
			if e, ok := errors.AsType[*policy.LoadError](err); !ok || e.File == "" {
				t.Errorf("%#v does not say which file", err)
			}
		})
	}
}

func TestLoadWithoutBook(t *testing.T) {
	if _, err := policy.Load(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "book.yaml") {
		t.Errorf("an empty directory: %v", err)
	}
	files := smallFiles()
	files["items/extra.yml"] = &fstest.MapFile{Data: []byte(smallTier)}
	if _, err := policy.Load(files); err == nil || !strings.Contains(err.Error(), "items/extra.yml") {
		t.Errorf("an item that would not be read: %v", err)
	}
	revision := fstest.MapFS{"revision.yaml": {Data: []byte("base: jinhau\nname: x\n")}}
	if _, err := policy.Load(revision); err == nil || !strings.Contains(err.Error(), "revision.yaml:1:7") {
		t.Errorf("an unknown base: %v", err)
	}
}

// Comments and layout do not change the version of a book, content does.
func TestContentMakesTheVersion(t *testing.T) {
	load := func(edit func(string) string) string {
		files := smallFiles()
		files["items/hire.yaml"] = &fstest.MapFile{Data: []byte(edit(smallItem))}
		b, err := policy.Load(files)
		if err != nil {
			t.Fatal(err)
		}
		return b.Version
	}
	plain := load(func(s string) string { return s })
	if got := load(func(s string) string {
		return "# 说明\n" + strings.Replace(s, "order: 10", "order:   10 # 顺序", 1)
	}); got != plain {
		t.Errorf("a comment makes %s of %s", got, plain)
	}
	if got := load(func(s string) string { return strings.Replace(s, "name: 招用奖励", "name: 招用奖", 1) }); got == plain {
		t.Error("another name is the same version")
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(smallItem))
	f.Add([]byte(smallTier))
	for _, dir := range []string{"books/jinhua/items", "books/example-revision/items"} {
		entries, err := fs.ReadDir(os.DirFS(dir), ".")
		if err != nil {
			f.Fatal(err)
		}
		for _, e := range entries {
			data, err := os.ReadFile(dir + "/" + e.Name())
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		files := smallFiles()
		files["items/hire.yaml"] = &fstest.MapFile{Data: data}
		b, err := policy.Load(files)
		if err == nil && (b == nil || len(b.Items) == 0) {
			t.Fatal("neither a book nor an error")
		}
	})
}
