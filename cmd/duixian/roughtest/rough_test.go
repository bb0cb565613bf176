package roughtest

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"duixian/models/modelstest"
	"duixian/policy"
)

// lease is the runner.lease of all processes here: the shortest that the configuration takes.
const lease = 2 * time.Second

// full is the long form: make rough.
var full = os.Getenv("DUIXIAN_TEST_ROUGH") != ""

var seed = flag.Uint64("seed", 0, "decides when processes are killed; 0 = another one each time")

// program is duixian as make build makes it, built once.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	if *seed == 0 {
		*seed = rand.Uint64N(1_000_000) + 1
	}
	if err := flag.Set("test.parallel", "4"); err != nil { // they mostly wait
		panic(err)
	}
	code, err := func() (int, error) {
		dir, err := os.MkdirTemp("", "duixian-rough-")
		if err != nil {
			return 1, err
		}
		defer os.RemoveAll(dir) //nolint:errcheck // of the system's temporary folder
		program = filepath.Join(dir, "duixian")
		if out, err := exec.Command("go", "build", "-trimpath", "-o", program, "..").CombinedOutput(); err != nil {
			return 1, fmt.Errorf("%w\n%s", err, out)
		}
		awaitMidnight()
		return m.Run(), nil
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, "roughtest: build:", err)
	}
	os.Exit(code)
}

// awaitMidnight lets a midnight pass that is about to come: a calm night before it and a rough one after it would have
// different business days.
func awaitMidnight() {
	need := 2 * time.Minute
	if full {
		need = 15 * time.Minute
	}
	now := time.Now()
	midnight := policy.DateOf(now).AddDays(1).At(0, 1) // when the notices may go out
	if left := midnight.Sub(now); left < need {
		fmt.Fprintf(os.Stderr, "roughtest: waiting %s for midnight in Shanghai to pass\n", left.Round(time.Second))
		time.Sleep(left + time.Second)
	}
}

// either is n in the long form and short in the short one.
func either(n, short int) int {
	if full {
		return n
	}
	return short
}

// dice is a source of chance of its own for each test, all from one printed seed.
func dice(t *testing.T, name string) *rand.Rand {
	t.Helper()
	stream := uint64(0)
	for _, b := range []byte(name) {
		stream = stream*131 + uint64(b)
	}
	t.Logf("seed %d (again: -seed %d)", *seed, *seed)
	return rand.New(rand.NewPCG(*seed, stream))
}

// needServer reports whether there is a MariaDB; on a build server its absence is a failure.
func needServer(t *testing.T) bool {
	t.Helper()
	if modelstest.Server() == "" && os.Getenv("CI") == "true" {
		t.Fatal("DUIXIAN_TEST_MYSQL is not set: run the tests through scripts/with-mariadb")
	}
	return modelstest.Server() != ""
}
