package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"duixian/models"
	"duixian/policy"
)

var estimate = &Command{
	Name:    "能领多少",
	Aliases: []string{"算一下", "测算", "能拿多少", "可以领多少", "算算"},
	Params:  []Param{itemParam},
	Example: "能领多少 境内展位补助 展位费=18000",
	Summary: "按您说的情况算一项能领多少",
	Roles:   firms,
	Private: true,
	Free:    true,
	Run:     runEstimate,
}

// valueWord keeps a value that was typed without saying of what: 能领多少 境外展位补助 5.2万.
const valueWord = "数值"

// valueNotFirm moves what stands in the place of the firm's name to the values when it begins like a number, or is a yes or no,
// and is the name of none of the asker's firms.
func (r *Request) valueNotFirm(c *Command) {
	typed := r.Args[firmParam.Name]
	first, _ := utf8.DecodeRuneInString(typed)
	if !c.Free || typed == "" || !unicode.IsDigit(first) && !slices.Contains(yesWords, typed) && !slices.Contains(noWords, typed) {
		return
	}
	byID, err := r.Organisations(r.Asker.firmIDs()...)
	if err != nil || len(meant(slices.Collect(maps.Values(byID)), typed)) > 0 {
		return
	}
	delete(r.Args, firmParam.Name)
	r.Args[valueWord] = typed
}

// placeValue gives a value without a name to the one fact that the item still needs. Otherwise it is asked what was meant.
func (r *Request) placeValue(item *policy.Item) (Reply, error) {
	typed, there := r.Args[valueWord]
	if !there {
		return Reply{}, nil
	}
	delete(r.Args, valueWord)
	ask := Reply{Text: "“" + plain(typed) + "”是哪一项情况？\n" + factsHelp(r.Bot.Book, item), Outcome: Asked}
	facts, _, problem := r.estimateFacts(item)
	if problem != "" {
		return Reply{}, nil // that is asked first
	}
	answer, err := r.Bot.Book.Assess(item.ID, facts, policy.AssessOptions{EffectiveFrom: r.Bot.Effective})
	if err != nil || len(answer.Missing) != 1 {
		return ask, nil //nolint:nilerr // what is wrong with the other values is said when they are asked about
	}
	name := r.Bot.Book.Facts[answer.Missing[0]].Name
	if item.ID == models.RecruitItem && answer.Missing[0] == "recruits" {
		name = headsWord
	}
	r.Args[name] = typed
	return Reply{}, nil
}

// estimateNote ends every estimate.
const estimateNote = "以上为试算，以审核结论和公示为准。"

// runEstimate works an item out for facts that the firm names. What is missing is asked for, one at a time, and the
// answer goes on from there. Nothing is written down; what stands against the firm itself is said below.
func runEstimate(_ context.Context, r *Request) (Reply, error) {
	item, ask := r.oneItem(r.Args[itemParam.Name])
	if item == nil {
		return ask, nil
	}
	r.Args[itemParam.Name] = item.Short // so that an answer goes on with the item that was chosen
	if ask, err := r.placeValue(item); err != nil || ask.Text != "" {
		return ask, err
	}
	facts, wrong, problem := r.estimateFacts(item)
	if problem != "" { // asked once more; what was right is kept
		delete(r.Args, wrong)
		ask := Reply{Text: problem, Outcome: Asked, Args: r.Args, Want: wrong}
		if factNamed(r.Bot.Book, wrong) == "" && wrong != headsWord {
			ask.Text, ask.Want = problem+"\n"+factsHelp(r.Bot.Book, item), ""
		}
		return ask, nil
	}
	answer, err := r.Bot.Book.Assess(item.ID, facts, policy.AssessOptions{EffectiveFrom: r.Bot.Effective})
	if bad, ok := errors.AsType[*policy.InputError](err); ok {
		return Reply{Text: bad.Message + "。\n" + factsHelp(r.Bot.Book, item), Outcome: Asked}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	if len(answer.Missing) > 0 {
		return r.askFact(item, answer.Missing[0]), nil
	}
	d, err := r.Dossier(r.Org.ID, r.On)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{"**" + item.Short + "试算**", answer.Line()}
	for _, s := range answer.Steps {
		if line := "- " + tight(s.Have) + bracketed("要求"+s.Need); s.OK && !strings.HasPrefix(s.Clause, "五") && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	if s := item.Staging(); len(s) > 0 && answer.Fen() > 0 {
		lines = append(lines, stagingText(s)+"。")
	}
	lines = append(lines, r.warnings(d)...)
	if other := factsHelp(r.Bot.Book, item); other != "" {
		lines = append(lines, other)
	}
	return Reply{Text: strings.Join(append(lines, estimateNote), "\n"), Next: []string{"申报 " + item.Short, "政策 " + item.Short, "能领多少"}}, nil
}

// headsWord is how people say how many recruits they have; the rules want them in groups.
const headsWord = "人数"

// estimateFacts reads what was typed as name=value into facts of the book. The day is today, when the policy holds today. A
// problem comes with the name that has it.
func (r *Request) estimateFacts(item *policy.Item) (facts policy.Facts, wrong, problem string) {
	book := r.Bot.Book
	facts = policy.Facts{}
	if r.Bot.Effective != 0 {
		if first, last := book.Validity(r.Bot.Effective); r.On >= first && r.On <= last {
			facts["date"] = r.On
		}
	}
	if item.ID == models.RecruitItem {
		if typed, ok := r.Args[headsWord]; ok {
			n, problem := wholeNumber(typed)
			if problem != "" {
				return nil, headsWord, headsWord + problem
			}
			facts["recruits"] = []map[string]any{{"count": n}}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Args)) {
		if name == itemParam.Name || name == firmParam.Name || item.ID == models.RecruitItem && name == headsWord {
			continue
		}
		id := factNamed(book, name)
		if id == "" {
			return nil, name, "没有“" + plain(name) + "”这一项情况。"
		}
		v, problem := factValue(book.Facts[id], r.Args[name], r.On)
		if problem != "" {
			return nil, name, book.Facts[id].Name + problem
		}
		facts[id] = v
	}
	return facts, "", ""
}

// askFact asks for one thing that the rules must know.
func (r *Request) askFact(item *policy.Item, id string) Reply {
	name, hint := r.Bot.Book.Facts[id].Name, factHint(r.Bot.Book.Facts[id])
	if item.ID == models.RecruitItem && id == "recruits" {
		name, hint = headsWord, "为“2+4+X”重点产业企业新引进、参保满6个月的大学生和高技能人才，写数字，例如 25"
	}
	return Reply{Text: fmt.Sprintf("**%s试算**\n请告诉我%s（%s）。不想继续请发送“取消”。", item.Short, name, hint), Outcome: Asked, Want: name, Args: r.Args}
}

// factsHelp names what else can be said of an item: 可以写：展位费=18000 主办单位=…
func factsHelp(book *policy.Book, item *policy.Item) string {
	var names []string
	for _, id := range book.FactsOf(item.ID) {
		if f := book.Facts[id]; f.Type != "groups" {
			names = append(names, f.Name+"="+factExample(f))
		}
	}
	if item.ID == models.RecruitItem {
		names = append([]string{headsWord + "=25"}, names...)
	}
	if len(names) == 0 {
		return ""
	}
	return "情况不同时可以写明再算：" + strings.Join(names, " ")
}
