package web

import (
	"html/template"
	"strings"
)

// markdown turns a notice's words into HTML. It knows what the messages use: paragraphs, lists with “- ”, headings with “### ” and **bold**.
// All else is text: every piece is escaped before anything is put around it, and there are neither links nor pictures.
func markdown(text string) template.HTML {
	var out strings.Builder
	open := "" // the element that the next line may continue
	end := func() {
		if open != "" {
			out.WriteString("</" + open + ">\n")
		}
		open = ""
	}
	begin := func(tag string) {
		if open != tag {
			end()
			out.WriteString("<" + tag + ">")
			open = tag
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		item, isItem := strings.CutPrefix(line, "- ")
		head, isHead := strings.CutPrefix(line, "### ")
		switch {
		case line == "":
			if open != "ul" { // an empty line does not end a list: the next one may go on
				end()
			}
		case isItem:
			begin("ul")
			out.WriteString("<li>" + inline(item) + "</li>")
		case isHead:
			end()
			out.WriteString("<h3>" + inline(head) + "</h3>\n")
		default:
			if open == "p" {
				out.WriteString("<br>")
			}
			begin("p")
			out.WriteString(inline(line))
		}
	}
	end()
	return template.HTML(out.String()) //nolint:gosec // inline has escaped every piece
}

// inline escapes and makes **bold** of pairs; a sign without its pair stays what it is.
func inline(text string) string {
	parts := strings.Split(text, "**")
	var out strings.Builder
	for i, part := range parts {
		switch {
		case i%2 == 0:
			out.WriteString(template.HTMLEscapeString(part))
		case i == len(parts)-1:
			out.WriteString("**" + template.HTMLEscapeString(part))
		default:
			out.WriteString("<strong>" + template.HTMLEscapeString(part) + "</strong>")
		}
	}
	return out.String()
}
