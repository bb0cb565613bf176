package notifications_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
)

// answers writes an answer to each of the firm's contacts, and one to another firm.
func (h *house) answers() {
	h.t.Helper()
	for org, id := range map[int64]int64{1: 11, 2: 22} {
		h.tell(at("2026-02-13 08:00"), notifications.DeskAnswered{Request: id, What: "人工咨询", Answer: "请补交材料", On: 20260213}, notifications.Organisation(org))
	}
}

// One firm's people have one line, and the line one link, also when it is said again after a doubtful try; each firm has its own.
func TestALineSaidAgainHasTheSameLink(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.answers()
		var doubt bool
		robots := &hall{each: func(notifications.Dispatch) error {
			if doubt {
				return &notifications.SendError{Unknown: true, Code: "504", Hint: "没有回音"}
			}
			return nil
		}}
		w := h.worker2(notifications.Route{Name: "group-robot", Keyed: true, Public: true, Channel: robots})
		w.PublicURL = "https://duixian.example.org"
		now := at("2026-02-13 08:30")
		doubt = true
		h.deliver(w, now)
		doubt = false
		h.deliver(w, now.Add(10*time.Minute))
		h.deliver(w, now.Add(20*time.Minute))
		links := map[string][]string{}
		for _, call := range robots.calls {
			for _, d := range call {
				link := d.Link.Reveal()
				if !strings.HasPrefix(link, "https://duixian.example.org/n/") || strings.Contains(d.Link.String(), "http") {
					t.Fatalf("a link %q", link)
				}
				if !slices.Contains(links[d.To.Org], link) {
					links[d.To.Org] = append(links[d.To.Org], link)
				}
				if strings.Contains(d.Title+d.Body, "补交") {
					t.Errorf("others read %q", d.Body)
				}
			}
		}
		if len(robots.calls) < 2 || len(links["A"]) != 1 || len(links["B"]) != 1 || links["A"][0] == links["B"][0] {
			t.Errorf("%d calls, links %v", len(robots.calls), links)
		}
		raw := modelstest.Raw(t, s)
		defer raw.Close()
		var wrong, rows int
		err := raw.QueryRow(`SELECT SUM(CASE WHEN l.org_id <> n.org_id THEN 1 ELSE 0 END), COUNT(*) FROM notice_links l JOIN notice_link_rows r ON r.link_id = l.id JOIN notices n ON n.id = r.notice_id`).Scan(&wrong, &rows)
		if err != nil || wrong != 0 || rows != 3 {
			t.Errorf("%d notices behind links, %d of another firm, %v", rows, wrong, err)
		}
	})
}

// Without a public address, on a channel that only the recipient reads, and for the office's own words there is no link.
func TestLinesWithoutALink(t *testing.T) {
	for name, c := range map[string]struct {
		public  string
		neutral bool
		office  bool
	}{"no address": {"", true, false}, "a chat of two": {"https://duixian.example.org", false, false}, "the office": {"https://duixian.example.org", true, true}} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, modelstest.New(t))
			if c.office {
				h.tell(at("2026-02-13 08:00"), notifications.QuotaLow{Allowance: "api", Title: "接口调用", Month: 202602, Share: 90, Used: 4500, Limit: 5000}, notifications.Role(models.Operator))
			} else {
				h.answers()
			}
			robots := &hall{}
			w := h.worker2(notifications.Route{Name: "test", Keyed: true, Public: c.neutral, Channel: robots})
			w.PublicURL = c.public
			h.deliver(w, at("2026-02-13 09:30"))
			if len(robots.calls) == 0 {
				t.Fatal("nobody was told")
			}
			for _, call := range robots.calls {
				for _, d := range call {
					if d.Link != "" {
						t.Errorf("a link for %+v", d.To)
					}
				}
			}
		})
	}
}
