package jobs_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
)

// anchorDays lists the days of the anchors that there are.
func (h *house) anchorDays() []string {
	h.t.Helper()
	list, err := h.q().AnchorsAfter(0, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	var days []string
	for _, a := range list {
		days = append(days, a.Day.String())
	}
	return days
}

// A service that was off for three nights makes its anchors one by one when it comes back, and the file outside has a line for each.
func TestEveryNightHasItsAnchor(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		key, err := models.LoadAnchorKey(filepath.Join(t.TempDir(), "anchor-key.pem"), "")
		if err != nil {
			t.Fatal(err)
		}
		h.env.AnchorKey, h.env.AnchorFile = key, filepath.Join(t.TempDir(), "anchors.jsonl")
		h.tick("2026-03-02 06:00")
		h.tick("2026-03-02 06:31")
		h.tick("2026-03-06 10:00")
		h.tick("2026-03-06 10:01")
		want := []string{"2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"}
		if got := h.anchorDays(); !slices.Equal(got, want) {
			t.Errorf("anchors of %v, want %v", got, want)
		}
		file, err := models.ReadAnchorFile(h.env.AnchorFile)
		if err != nil || len(file.Anchors) != len(want) {
			t.Fatalf("file %+v, %v", file, err)
		}
		p, err := h.q().VerifyAnchors(file, nil, key.Public())
		if err != nil || len(p.Findings) > 0 || p.Anchors != len(want) {
			t.Errorf("verified %+v, %v", p, err)
		}
		newest := p.Newest
		if newest.At != at("2026-03-06 10:00") {
			t.Errorf("an anchor made late says %s", newest.At.Text())
		}
		// the same day once more, by hand: the anchor stays
		if _, err := h.sim.Runner.RunFor(t.Context(), models.System, "audit-anchor", nil, 0, at("2026-03-06 11:00")); err != nil {
			t.Fatal(err)
		}
		if again, err := h.q().NewestAnchor(); err != nil || again.Hash != newest.Hash {
			t.Errorf("another anchor of the day: %+v, %v", again, err)
		}
	})
}

// The anchor file on a disk that takes nothing: the anchor is in the database, the run says so, and a later run brings the file up to date.
func TestAnAnchorFileThatCannotBeWritten(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	dir := t.TempDir()
	h.env.AnchorFile = filepath.Join(dir, "elsewhere", "anchors.jsonl")
	h.tick("2026-03-02 06:00")
	h.tick("2026-03-02 06:31")
	got := h.runs("audit-anchor", 20260302)
	if len(got) != 1 || !strings.HasPrefix(got[0], "2026-03-02 failed") || len(h.anchorDays()) != 1 {
		t.Fatalf("runs %v, anchors %v", got, h.anchorDays())
	}
	rows, err := h.q().History("audit-anchor", 1)
	if err != nil || !strings.Contains(rows[0].ErrorText, "审计锚已在数据库里，但锚文件写不进去") {
		t.Errorf("it says %q, %v", rows[0].ErrorText, err)
	}
	if err := os.Mkdir(filepath.Join(dir, "elsewhere"), 0o700); err != nil {
		t.Fatal(err)
	}
	h.tick("2026-03-03 06:31")
	if file, err := models.ReadAnchorFile(h.env.AnchorFile); err != nil || len(file.Anchors) != 2 {
		t.Errorf("file %+v, %v", file, err)
	}
}
