package bot

import (
	"strings"

	"duixian/policy"
)

// items lists the items of the policy that were meant: by their short or long name, or a part of it. One whose name is
// the same alone; "展位" means two.
func (b *Bot) items(typed string) []*policy.Item {
	part := string(phraseOf(typed).key)
	var same, like []*policy.Item
	for _, item := range b.Book.Items {
		short, name := string(phraseOf(item.Short).key), string(phraseOf(item.Name).key)
		switch {
		case part == "":
		case short == part || name == part || item.ID == typed:
			same = append(same, item)
		case strings.Contains(short+"|"+name, part):
			like = append(like, item)
		}
	}
	if len(same) > 0 {
		return same
	}
	return like
}

// oneItem is the item that was meant; else a reply that asks, whose buttons go on with the same command.
func (r *Request) oneItem(typed string) (*policy.Item, Reply) {
	found := r.Bot.items(typed)
	switch {
	case len(found) == 1:
		return found[0], Reply{}
	case len(found) == 0:
		then := "，请核对事项名称。"
		if r.Asker.has(firms) {
			then = "，发送“政策”看有哪些。"
		}
		return nil, Reply{Text: "政策里没有“" + plain(typed) + "”这一项" + then, Next: []string{"政策"}, Outcome: Asked}
	}
	ask := Reply{Text: "您想问哪一项？", Outcome: Asked, Want: itemParam.Name, Args: r.Args}
	for _, item := range found[:min(len(found), 8)] {
		ask.Text += "\n- " + item.Short + "：" + item.Name
		ask.Next = append(ask.Next, r.command.Name+" "+item.Short)
	}
	return nil, ask
}

var itemParam = Param{Name: "事项", Also: []string{"项目", "item"}, Must: true}
