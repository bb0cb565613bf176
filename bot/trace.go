package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duixian/models"
	"duixian/policy"
)

var trace = &Command{
	Name:    "溯源",
	Aliases: []string{"这笔钱怎么来的", "来源", "追溯"},
	Params:  []Param{{Name: "对象", Also: []string{"奖励号或企业", "奖励", "企业", "award"}, Must: true}, {Name: "编号", Also: []string{"number"}}, pageParam},
	Example: "溯源 12 或 溯源 人力资源",
	Summary: "一笔钱怎么来的：条款、资料、经办复核和拨付；也能查 12/2（分期）、申报 5、方案 8、导入 3",
	Roles:   []models.Role{models.Clerk, models.Approver, models.Treasurer, models.Auditor},
	Private: true,
	Run:     runTrace,
}

// traceKind is a sort of thing that can be traced by its number. Tell returns ErrNotFound when there is none of that number.
type traceKind struct {
	Name string   // 奖励
	Also []string // what people also type
	Tell func(r *Request, number string) (Story, error)
}

// traceKinds lists what can be traced, in the order in which it is offered. The first is meant by a bare number.
var traceKinds = []traceKind{
	{"奖励", []string{"award"}, numberedStory((*Request).awardStory)},
	{"分期", []string{"instalment", "期"}, (*Request).instalmentStory},
	{"申报", []string{"claim"}, numberedStory((*Request).claimStory)},
	{"结论", []string{"审核结论", "decision"}, numberedStory((*Request).decisionStory)},
	{"方案", []string{"plan"}, numberedStory((*Request).planStory)},
	{"送审", []string{"approval"}, numberedStory((*Request).approvalStory)},
	{"批次", []string{"batch"}, (*Request).batchStory},
	{"付款", []string{"付款编号", "dx"}, (*Request).orderStory},
	{"执行", []string{"run", "任务"}, numberedStory((*Request).runStory)},
	{"导入", []string{"import", "文件"}, numberedStory((*Request).importStory)},
}

// numberedStory is for things whose number is a whole one.
func numberedStory(tell func(r *Request, id int64) (Story, error)) func(r *Request, number string) (Story, error) {
	return func(r *Request, number string) (Story, error) {
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return Story{}, models.ErrNotFound
		}
		return tell(r, id)
	}
}

// runTrace tells how a thing came about. It names officials by name and firms' people by number only; what is asked stands in the inbox with who
// asked, so it needs no audit row of its own: reading changes nothing.
func runTrace(_ context.Context, r *Request) (Reply, error) {
	typed, number := r.Args["对象"], r.Args["编号"]
	kind, id := traced(typed, number)
	if kind != nil {
		s, err := kind.Tell(r, id)
		if models.CodeOf(err) == models.NotFound {
			then := "从它的奖励查起" // all that a firm's name lists
			if kind == &traceKinds[0] {
				then = "看它有哪些奖励"
			}
			return Reply{Text: fmt.Sprintf("没有编号 %s 的%s。可以写企业名称，%s。", plain(strings.ToUpper(id)), kind.Name, then), Outcome: Asked}, nil
		}
		return s.reply(), err
	}
	if r.Args[pageParam.Name] == "" {
		r.Args[pageParam.Name] = number // 溯源 人力资源 2
	}
	return r.traceFirm(typed)
}

// traced reads what is to be traced: 方案 8, 方案8, #12, 12/2. Nil when it is not a numbered thing: a credit code has eighteen digits.
func traced(typed, number string) (kind *traceKind, id string) {
	for i := range traceKinds {
		k := &traceKinds[i]
		for _, name := range append([]string{k.Name}, k.Also...) {
			rest, ok := strings.CutPrefix(strings.ToLower(typed), name)
			if !ok {
				continue
			}
			if rest = strings.Trim(rest, "#：: "); rest == "" {
				rest = strings.TrimPrefix(number, "#")
			}
			if name == "dx" {
				rest = name + rest
			}
			if strings.ContainsAny(rest, "0123456789") && strings.Trim(strings.ToLower(rest), "0123456789/-年第批dx") == "" {
				return k, rest
			}
		}
	}
	id = strings.TrimPrefix(typed, "#")
	if strings.Contains(id, "/") && digits(strings.Replace(id, "/", "", 1)) {
		return &traceKinds[1], id
	}
	if digits(id) && len(id) < 18 {
		return &traceKinds[0], id
	}
	return nil, ""
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// traceFirm lists a firm's awards.
func (r *Request) traceFirm(typed string) (Reply, error) {
	ask, err := r.findFirm(typed)
	if err != nil || ask.Text != "" {
		for i := range ask.Next {
			ask.Next[i] = strings.Replace(ask.Next[i], "企业 ", "溯源 ", 1)
		}
		return ask, err
	}
	list, err := r.AwardsOfOrg(r.Org.ID)
	if err != nil {
		return Reply{}, err
	}
	if len(list) == 0 {
		return Reply{Text: "**" + plain(r.Org.Name) + "**没有核定的奖励。", Next: []string{"企业 " + r.Org.Code}}, nil
	}
	reply := Reply{Text: "**" + plain(r.Org.Name) + "**的奖励："}
	part := page(r, list, 6, "溯源 "+r.Org.Code)
	for _, a := range part.shown {
		item, err := r.Bot.Book.Item(a.Item)
		if err != nil {
			return Reply{}, err
		}
		reply.Text += fmt.Sprintf("\n- %d：%s，%s，%s核定", a.ID, item.Short, a.AmountFen.Text(), a.ApprovedOn.Text())
		reply.Next = append(reply.Next, fmt.Sprintf("溯源 %d", a.ID))
	}
	if part.note != "" {
		reply.Text += "\n" + part.note
	}
	reply.Next = append(reply.Next, part.next...)
	return reply, nil
}

// Trace tells the story of a thing to whoever sits at the machine: the same as 溯源, for a command line and for scripts. Of a firm it tells what
// awards there are.
func (b *Bot) Trace(ctx context.Context, thing string, now policy.Instant) (Story, error) {
	words := strings.Fields(thing)
	if len(words) == 0 {
		return Story{}, models.E(models.Invalid, "请写明要查什么，例如：12、12/2、方案 8、导入 3 或企业名称")
	}
	r := b.request(ctx, b.Store.Read(ctx), person{}, Message{At: now})
	r.Args = map[string]string{}
	number := ""
	if len(words) > 1 {
		number = words[len(words)-1]
	}
	if kind, id := traced(words[0], number); kind != nil {
		s, err := kind.Tell(r, id)
		if models.CodeOf(err) == models.NotFound {
			return s, models.E(models.NotFound, "没有编号 %s 的%s", id, kind.Name)
		}
		return s, err
	}
	if n, ok := strings.CutPrefix(words[len(words)-1], pageParam.Name+"="); ok { // as the story's own last line says
		r.Args[pageParam.Name], words = n, words[:len(words)-1]
	}
	reply, err := r.traceFirm(strings.Join(words, " "))
	if err != nil || reply.Outcome == Asked {
		if err == nil {
			err = models.E(models.NotFound, "%s", reply.Text)
		}
		return Story{}, err
	}
	text := strings.Split(reply.Text, "\n")
	s := Story{Thing: "机构 " + r.Org.Code, Title: text[0], Next: slices.Clone(reply.Next)}
	for _, l := range text[1:] {
		s.tell("奖励", strings.TrimPrefix(l, "- "))
	}
	return s, nil
}
