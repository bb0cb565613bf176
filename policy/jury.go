package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Jury is a panel of experts: at least three, an odd number, each of whom says for every candidate that they are free of interest and gives points, or
// that they stand aside (回避). Nothing is to be read from it before everybody is in.
type Jury struct {
	Jurors     []string
	Candidates []string
	Votes      []Vote
	DropEnds   bool // 去掉一个最高分和一个最低分, where at least five have voted
}

// Vote is one juror's word on one candidate.
type Vote struct {
	Juror, Subject string
	Aside          bool  // has an interest and gives no points
	Points         int64 // hundredths of a point, 0 … 10000
}

const (
	minJurors    = 3
	maxJurors    = 99        // beyond it averages in millionths could not tell two sums apart
	dropFrom     = 5         // of five votes three are left
	maxPoints    = 10_000    // 100 points
	JuryUnit     = 1_000_000 // of an average: millionths of a point
	hundredthsTo = JuryUnit / 100
)

// Waiting lists the votes that are still out, as juror/candidate, sorted. The panel is sealed until it is empty.
func (j Jury) Waiting() []string {
	in := map[string]bool{}
	for _, v := range j.Votes {
		in[v.Juror+"/"+v.Subject] = true
	}
	var out []string
	for _, juror := range j.Jurors {
		for _, c := range j.Candidates {
			if key := juror + "/" + c; !in[key] {
				out = append(out, key)
			}
		}
	}
	slices.Sort(out)
	return out
}

// Check says what is wrong with a panel, nil when it may sit.
func (j Jury) Check() error {
	sorted := slices.Sorted(slices.Values(j.Jurors))
	switch n := len(sorted); {
	case len(slices.Compact(sorted)) != len(j.Jurors):
		return fmt.Errorf("评委编号有重复")
	case n < minJurors || n%2 == 0:
		return fmt.Errorf("现有评委 %d 名，应为不少于%d名的单数", n, minJurors)
	case n > maxJurors:
		return fmt.Errorf("现有评委 %d 名，超过%d名", n, maxJurors)
	}
	seen := map[string]bool{}
	for _, v := range j.Votes {
		key := v.Juror + "/" + v.Subject
		switch {
		case !slices.Contains(j.Jurors, v.Juror):
			return fmt.Errorf("%s 不是评委", v.Juror)
		case !slices.Contains(j.Candidates, v.Subject):
			return fmt.Errorf("评委 %s 评了不是候选的 %s", v.Juror, v.Subject)
		case seen[key]:
			return fmt.Errorf("评委 %s 对 %s 评了两次", v.Juror, v.Subject)
		case v.Points < 0 || v.Points > maxPoints:
			return fmt.Errorf("评委 %s 对 %s 的评分不在0至100之间", v.Juror, v.Subject)
		}
		seen[key] = true
	}
	return nil
}

// Averages opens the votes: the average of each candidate in millionths of a point, rounded half up. It refuses a panel that may not sit and one that is
// still sealed. A candidate for whom fewer than three votes are left because of interests has no average and is missing from the answer.
func (j Jury) Averages() (map[string]int64, error) {
	if err := j.Check(); err != nil {
		return nil, err
	}
	if out := j.Waiting(); len(out) > 0 {
		return nil, fmt.Errorf("还有 %d 份评分未交齐，全部收齐前不公开", len(out))
	}
	votes := map[string][]int64{}
	for _, v := range j.Votes {
		if !v.Aside {
			votes[v.Subject] = append(votes[v.Subject], v.Points)
		}
	}
	averages := map[string]int64{}
	for subject, points := range votes {
		slices.SortFunc(points, cmp.Compare)
		if j.DropEnds && len(points) >= dropFrom {
			points = points[1 : len(points)-1]
		}
		n := int64(len(points))
		if n < minJurors {
			continue
		}
		sum := int64(0)
		for _, p := range points {
			sum += p
		}
		averages[subject] = (2*sum*hundredthsTo + n) / (2 * n)
	}
	return averages, nil
}

// WaitingFor lists the jurors from whom something is still out, for a reminder that names no candidate.
func (j Jury) WaitingFor() (out []string) {
	for _, key := range j.Waiting() {
		juror, _, _ := strings.Cut(key, "/")
		if !slices.Contains(out, juror) {
			out = append(out, juror)
		}
	}
	return out
}
