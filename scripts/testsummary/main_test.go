package main

import (
	"strings"
	"testing"
)

// The stream is what go test -json printed for a passing, a failing, a panicking, a broken and an empty package.
const stream = `{"ImportPath":"x/broken","Action":"build-output","Output":"broken.go:3: undefined: y\n"}
{"ImportPath":"x/broken","Action":"build-fail"}
{"Action":"start","Package":"x/broken"}
{"Action":"output","Package":"x/broken","Output":"FAIL\tx/broken [build failed]\n"}
{"Action":"fail","Package":"x/broken","Elapsed":0,"FailedBuild":"x/broken"}
{"Action":"start","Package":"x/good"}
{"Action":"run","Package":"x/good","Test":"TestA"}
{"Action":"output","Package":"x/good","Test":"TestA","Output":"chatter\n"}
{"Action":"run","Package":"x/good","Test":"TestA/one"}
{"Action":"pass","Package":"x/good","Test":"TestA/one"}
{"Action":"pass","Package":"x/good","Test":"TestA"}
{"Action":"output","Package":"x/good","Test":"TestB","Output":"no server\n"}
{"Action":"skip","Package":"x/good","Test":"TestB"}
{"Action":"output","Package":"x/good","Output":"PASS\n"}
{"Action":"output","Package":"x/good","Output":"ok  \tx/good\t0.1s\n"}
{"Action":"pass","Package":"x/good"}
{"Action":"output","Package":"x/bad","Test":"TestC","Output":"want 1, got 2\n"}
{"Action":"fail","Package":"x/bad","Test":"TestC"}
{"Action":"output","Package":"x/bad","Output":"FAIL\n"}
{"Action":"fail","Package":"x/bad"}
{"Action":"output","Package":"x/panic","Test":"TestD","Output":"panic: oh\n"}
{"Action":"output","Package":"x/panic","Output":"FAIL\tx/panic\t0.1s\n"}
{"Action":"fail","Package":"x/panic"}
{"Action":"output","Package":"x/none","Output":"?   \tx/none\t[no test files]\n"}
{"Action":"skip","Package":"x/none"}
a line that is not an event
`

func TestSummarise(t *testing.T) {
	var out strings.Builder
	total, err := summarise(strings.NewReader(stream), &out)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := total.String(), "2 passed, 3 failed, 1 skipped"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	const want = "broken.go:3: undefined: y\nFAIL\tx/broken [build failed]\n" +
		"no server\nok  \tx/good\t0.1s\n" +
		"want 1, got 2\nFAIL\n" +
		"FAIL\tx/panic\t0.1s\npanic: oh\n" +
		"?   \tx/none\t[no test files]\na line that is not an event\n"
	if out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
	}
}
