package roughtest

import "testing"

// TestACalmNightHasSomethingToDisturb looks at the yardstick of all others, the story without any disturbance: what it does
// not do, no rough night can do wrong.
func TestACalmNightHasSomethingToDisturb(t *testing.T) {
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
