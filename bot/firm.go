package bot

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"duixian/models"
)

// notYours answers for a firm that is not the asker's and for one that does not exist: the two cannot be told apart.
const notYours = "您登记的企业里没有“%s”。"

// chooseFirm sets r.Org to the firm the question is about. Who speaks for several firms and named none, or named one
// that is not theirs, gets a reply that asks.
func (r *Request) chooseFirm(c *Command) (Reply, error) {
	byID, err := r.Organisations(r.Asker.firmIDs()...)
	if err != nil {
		return Reply{}, err
	}
	own := slices.SortedFunc(maps.Values(byID), func(a, b models.Organisation) int { return cmp.Compare(a.ID, b.ID) })
	matching := own
	if named := r.Args[firmParam.Name]; named != "" {
		matching = meant(own, named)
	}
	if len(matching) == 1 {
		r.Org = matching[0]
		return Reply{}, nil
	}
	ask := Reply{Text: "请选择企业：", Outcome: Asked, Want: firmParam.Name, Args: r.Args}
	if len(matching) == 0 {
		ask.Text, matching = fmt.Sprintf(notYours, plain(r.Args[firmParam.Name]))+ask.Text, own
	}
	for _, o := range matching {
		ask.Text += "\n- " + plain(o.Name)
		ask.Next = append(ask.Next, c.again(r.Args)+forFirm(o))
	}
	return ask, nil
}

// meant lists the firms that were typed by credit code, by name, or, if no name is the same, by a part of it.
func meant(own []models.Organisation, typed string) []models.Organisation {
	part := string(phraseOf(typed).key)
	var same, like []models.Organisation
	for _, o := range own {
		name := string(phraseOf(o.Name).key)
		switch {
		case strings.EqualFold(o.Code, typed), name == part:
			same = append(same, o)
		case part != "" && strings.Contains(name, part):
			like = append(like, o)
		}
	}
	if len(same) > 0 {
		return same
	}
	return like
}

// again is the line that asks the same once more, without the firm.
func (c *Command) again(args map[string]string) string {
	var line strings.Builder
	line.WriteString(c.Name)
	for _, p := range c.Params {
		if v := args[p.Name]; v != "" {
			line.WriteString(" " + p.Name + "=" + quoted(v))
		}
	}
	return line.String()
}

// forFirm names the firm at the end of a line, for people who speak for several.
func forFirm(o models.Organisation) string { return " " + firmParam.Name + "=" + quoted(o.Name) }

// quoted keeps a value with spaces together.
func quoted(s string) string {
	if strings.ContainsAny(s, " =") {
		return "“" + s + "”"
	}
	return s
}
