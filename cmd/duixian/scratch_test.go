package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A killed simulation leaves its copy of the data behind: the next one removes it, but never that of one that is still at
// work, nor a folder that is not ours.
func TestDeadSimulationsAreSweptAway(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	live, removeLive, err := scratchDir()
	if err != nil {
		t.Fatal(err)
	}
	dead := filepath.Join(tmp, scratchPrefix+"killed")
	others := filepath.Join(tmp, scratchPrefix+"without-our-lock-file")
	for _, file := range []string{filepath.Join(dead, "alive"), filepath.Join(dead, "scratch.db"), filepath.Join(others, "letter.txt"), filepath.Join(live, "scratch.db")} {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	second, removeSecond, err := scratchDir()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{live: true, filepath.Join(live, "scratch.db"): true, second: true, others: true, dead: false} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", filepath.Base(path), err == nil, want)
		}
	}
	for _, remove := range []func() error{removeLive, removeSecond} {
		if err := remove(); err != nil {
			t.Error(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(tmp, "duixian-*")); len(left) != 1 {
		t.Errorf("left behind: %v, want the folder without a lock file alone", left)
	}
}
