package bot

import "strings"

// Story is how a thing came about, chapter by chapter: in chat, in the terminal and as JSON.
type Story struct {
	Thing    string    `json:"thing"` // 奖励 12
	Title    string    `json:"title"`
	Chapters []Chapter `json:"chapters"`
	Next     []string  `json:"next,omitempty"` // what can be asked from here
}

// Chapter is one step of a story. One without lines is left out.
type Chapter struct {
	Title string   `json:"title"`
	Lines []string `json:"lines"`
}

func (s *Story) tell(title string, lines ...string) {
	if lines = without(lines, ""); len(lines) > 0 {
		s.Chapters = append(s.Chapters, Chapter{title, lines})
	}
}

// Lines are the story as people read it: a chapter of one line on one line, longer ones as a list.
func (s Story) Lines() []string {
	out := []string{s.Title}
	for _, c := range s.Chapters {
		if len(c.Lines) == 1 {
			out = append(out, c.Title+"："+c.Lines[0])
			continue
		}
		out = append(out, c.Title+"：")
		for _, l := range c.Lines {
			out = append(out, "- "+l)
		}
	}
	return out
}

func (s Story) reply() Reply { return Reply{Text: strings.Join(s.Lines(), "\n"), Next: s.Next} }
