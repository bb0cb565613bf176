package roughtest

import "testing"

// TestACalmNightIsTheSameOnEachDatabase is the yardstick of all others: the story without any disturbance.
func TestACalmNightIsTheSameOnEachDatabase(t *testing.T) {
	night := calm(t)
	for _, table := range []string{"awards", "instalments", "instalment changes", "insurance changes", "notices", "imports", "plan lines"} {
		if len(night.contents[table]) == 0 {
			t.Errorf("the story makes no %s: comparing them proves nothing", table)
		}
	}
	for name, n := range night.chunks {
		if n == 0 {
			t.Errorf("scene %q has no chunk: it cannot be disturbed", name)
		}
	}
}
