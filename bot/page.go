package bot

import (
	"fmt"
	"slices"
	"strconv"
)

// pageParam turns to the next part of a long list.
var pageParam = Param{Name: "页", Also: []string{"第", "page"}, Named: true}

// part is what a phone shows of a long list.
type part[T any] struct {
	shown []T
	first int    // number of the first one shown: numbers are the same on every page
	note  string // how to see the rest, empty when there is none
	next  []string
}

// page cuts a list. The command is the one that shows it.
func page[T any](r *Request, list []T, size int, command string) part[T] {
	n, err := strconv.Atoi(r.Args[pageParam.Name])
	if err != nil || n < 1 {
		n = 1
	}
	n = min(n, max(1, (len(list)+size-1)/size))
	from := (n - 1) * size
	to := min(from+size, len(list))
	p := part[T]{shown: list[from:to], first: from + 1}
	if to < len(list) {
		line := fmt.Sprintf("%s 页=%d", command, n+1)
		p.note, p.next = fmt.Sprintf("还有%d项，发送“%s”查看。", len(list)-to, line), []string{line}
	}
	return p
}

// without drops the lines that turned out empty.
func without(lines []string, empty string) []string {
	return slices.DeleteFunc(lines, func(l string) bool { return l == empty })
}
