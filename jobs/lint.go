package jobs

import (
	"errors"
	"fmt"
	"math/bits"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"duixian/models"
	"duixian/policy"
)

// The five fields of a cron line. A step that does not divide size would count anew at each border.
var fields = [5]struct {
	name   string
	option cron.ParseOption
	size   int
	hint   string
}{
	{"分", cron.Minute, 60, "0 到 59"},
	{"时", cron.Hour, 24, "0 到 23"},
	{"日", cron.Dom, 1, "1 到 31"},
	{"月", cron.Month, 12, "1 到 12"},
	{"周", cron.Dow, 1, "0 到 6，周日写作 0"},
}

// ParseSchedule reads a cron line of five fields and the years it counts in. It refuses, in Chinese, what cron would
// accept but nobody means: days that do not exist, a day of the month together with a weekday (cron takes either),
// steps that do not divide the hour or the day.
func ParseSchedule(line string, every, from int) (Schedule, error) {
	if err := lintYears(line, every, from); err != nil || line == "" {
		return Schedule{}, err
	}
	parts := strings.Fields(line)
	switch {
	case strings.Contains(line, "TZ="):
		return Schedule{}, models.E(models.Invalid, "执行时间 %q 不能带时区，一律按北京时间", line)
	case strings.HasPrefix(line, "@"):
		return Schedule{}, models.E(models.Invalid, "执行时间 %q 应写成五段（分 时 日 月 周），不支持 @ 开头的写法", line)
	case len(parts) != len(fields):
		return Schedule{}, models.E(models.Invalid, "执行时间 %q 应为五段（分 时 日 月 周），例如 0 2 * * *，现有 %d 段", line, len(parts))
	}
	for i, f := range fields {
		if _, err := cron.NewParser(f.option).Parse(parts[i]); err != nil {
			return Schedule{}, models.E(models.Invalid, "执行时间 %q 的第 %d 段（%s）%q 看不懂，应为 %s、* 或用逗号、连字符隔开的数", line, i+1, f.name, parts[i], f.hint)
		}
		if err := lintStep(line, i, parts[i]); err != nil {
			return Schedule{}, err
		}
	}
	parsed, err := cron.ParseStandard(line)
	if err != nil {
		return Schedule{}, models.E(models.Invalid, "执行时间 %q 看不懂：%v", line, err)
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return Schedule{}, models.E(models.Invalid, "执行时间 %q 应写成五段（分 时 日 月 周）", line)
	}
	spec.Location = policy.Shanghai
	if err := lintDays(line, parts, spec); err != nil {
		return Schedule{}, err
	}
	return Schedule{line: line, spec: spec, every: every, from: from}, nil
}

func lintYears(line string, every, from int) error {
	switch {
	case every == 0 && from == 0:
		return nil
	case line == "":
		return models.E(models.Invalid, "没有执行时间的任务不能限定年份")
	case every < 1:
		return models.E(models.Invalid, "执行时间 %q 写了从 %d 年起，还须写每几年一次（every）", line, from)
	case from < 2000 || from > 2200:
		return models.E(models.Invalid, "执行时间 %q 每 %d 年一次，还须写从哪一年起（from），例如 2024", line, every)
	}
	return nil
}

func lintStep(line string, i int, part string) error {
	for item := range strings.SplitSeq(part, ",") {
		head, step, found := strings.Cut(item, "/")
		n, err := strconv.Atoi(step)
		if !found || err != nil || n == 1 {
			continue
		}
		if f := fields[i]; (head == "*" || head == "?") && f.size%n != 0 {
			return models.E(models.Invalid, "执行时间 %q 的第 %d 段（%s）%q 并不是每 %d 一次：到头后会从头数起；请逐个写出，用逗号隔开", line, i+1, f.name, item, n)
		}
	}
	return nil
}

func lintDays(line string, parts []string, spec *cron.SpecSchedule) error {
	limited := func(part string) bool { return part != "*" && part != "?" }
	if !limited(parts[2]) {
		return nil
	}
	if limited(parts[4]) {
		return models.E(models.Invalid, "执行时间 %q 同时限定了日（%s）和周（%s）：cron 会在满足任何一个时执行，请只限定其中之一", line, parts[2], parts[4])
	}
	day := bits.TrailingZeros64(spec.Dom)
	for m := time.January; m <= time.December; m++ {
		if spec.Month&(1<<uint(m)) == 0 {
			continue
		}
		if day > policy.NewMonth(2024, m).Last().Day() {
			return models.E(models.Invalid, "执行时间 %q 在 %d 月没有对应的日子（%d 月没有 %d 日），永远不会在该月执行", line, m, m, day)
		}
		if day > policy.NewMonth(2023, m).Last().Day() {
			return models.E(models.Invalid, "执行时间 %q 只在闰年的 2 月 29 日执行，请改为 2 月 28 日或 3 月 1 日", line)
		}
	}
	return nil
}

var slug = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// Lint finds every mistake in a catalogue of jobs.
func Lint(all []Job) error {
	var errs []error
	seen := map[string]bool{}
	for i, j := range all {
		bad := func(format string, args ...any) {
			errs = append(errs, models.E(models.Invalid, "任务 %s：%s", j.Name, fmt.Sprintf(format, args...)))
		}
		if !slug.MatchString(j.Name) || len(j.Name) > 64 {
			bad("名称应由小写字母、数字和连字符组成，不超过 64 个字符")
		}
		if seen[j.Name] {
			bad("名称重复")
		}
		for _, name := range j.After { // one that is not in this catalogue is waited for by nobody
			if slices.ContainsFunc(all[i:], func(later Job) bool { return later.Name == name }) {
				bad("要等的任务 %q 须排在它前面", name)
			}
		}
		seen[j.Name] = true
		if j.Title == "" || j.Summary == "" || strings.HasSuffix(j.Summary, "。") {
			bad("须有标题和一句不带句号的说明")
		}
		if j.Workdays && j.Schedule == "" {
			bad("没有执行时间的任务不能限定工作日")
		}
		if j.Timeout <= 0 {
			bad("须有执行时限")
		}
		if j.Run == nil {
			bad("没有执行内容")
		}
		if _, err := ParseSchedule(j.Schedule, j.Every, j.From); err != nil {
			bad("%v", err)
		}
		if err := j.CatchUp.lint(j.Schedule != ""); err != nil {
			bad("%v", err)
		}
	}
	return errors.Join(errs...)
}

func (c CatchUp) lint(scheduled bool) error {
	switch c.Policy {
	case State, Each, Coalesce, Ask, Skip:
	case "":
		if !scheduled {
			return nil
		}
		return models.E(models.Invalid, "定时任务须写明错过时间后怎么办（state、each、coalesce、ask 或 skip）")
	default:
		return models.E(models.Invalid, "补做方式 %q 应为 state、each、coalesce、ask 或 skip", c.Policy)
	}
	if c.Horizon < 0 || c.Max < 0 || c.Max > 0 && c.Policy != Each {
		return models.E(models.Invalid, "补做期限和上限不能为负，上限只用于逐次补做（each）")
	}
	return nil
}
