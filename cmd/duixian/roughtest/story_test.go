package roughtest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"duixian/models"
)

// A story is what a bureau does and its nights do, always the same: files are taken in, people approve, jobs run, and at
// the end the service makes up for a year of missed nights. How each part is done, calmly or not, is do's affair.
type story struct {
	*house
	do     func(s scene)
	scenes []string // done so far
}

// scene is one part of a story: a command that makes one run, or the service until nothing is left to do.
type scene struct {
	name string
	job  string
	args []string // nil: the service
}

// theClock is the name of the scene in which the service makes up for what was missed.
const theClock = "the clock"

func (s *story) play() {
	s.t.Helper()
	one := func(name, job string, args ...string) {
		s.scenes = append(s.scenes, name)
		s.do(scene{name, job, args})
	}
	count := map[string]int{}
	for _, f := range s.bureau.late {
		count[f.kind]++
		one(fmt.Sprintf("import %s %d", f.kind, count[f.kind]), "import", "import", f.kind, f.path, "--as", "jingban01")
	}
	one("apply-plan roster", "apply-plan", "approve", s.rosterCode(), "--as", "fuhe01")
	run := func(name, job string, params ...string) {
		one(name, job, append([]string{"job", "run", job, "--as", "jingban01"}, params...)...)
	}
	run("insurance-check", "insurance-check")
	run("insurance-check full", "insurance-check", "full=1")
	run("claims", "claims")
	run("recruit-reward 2023", "recruit-reward", "year=2023")
	run("recruit-reward 2024", "recruit-reward", "year=2024")
	awards, recruits := s.submit("claims"), s.submit("recruit-reward")
	run("approval-expiry", "approval-expiry")
	one("apply-plan awards", "apply-plan", "approve", awards, "--as", "fuhe01")
	one("apply-plan recruits", "apply-plan", "approve", recruits, "--as", "fuhe01")
	if stageDue() {
		run("instalments-due", "instalments-due")
	}
	s.scenes = append(s.scenes, theClock)
	s.do(scene{name: theClock})
}

var codeText = regexp.MustCompile(`审批码 ([0-9]{6})`)

// submit asks a second person to approve what a job would do, and returns the code.
func (s *story) submit(job string) string {
	s.t.Helper()
	args := []string{"job", "plan", job, "--submit", "--as", "jingban01"}
	if job != "instalments-due" { // what makes awards says what it rests on
		args = append(args, "--basis", "某人社纪要〔2023〕5号", "--basis-on", "2023-09-05")
	}
	m := codeText.FindStringSubmatch(s.must(args...))
	if m == nil {
		s.t.Fatalf("no code in what submitting %s said", job)
	}
	return m[1]
}

// rosterCode is the code of the roster plan. Nobody but the second person is told; so it is read out of his notice, with
// the keyset.
func (s *story) rosterCode() string {
	s.t.Helper()
	payloads := s.ask("SELECT n.payload FROM notices n JOIN members m ON m.id = n.member_id WHERE n.kind = 'plan-waiting' AND m.code = 'fuhe01' ORDER BY n.id DESC")
	if len(payloads) == 0 {
		s.t.Fatal("no notice to the second person")
	}
	var notice struct {
		Sealed []byte `json:"sealed"`
	}
	if err := json.Unmarshal([]byte(payloads[0]), &notice); err != nil {
		s.t.Fatal(err)
	}
	store, err := models.Open(s.t.Context(), s.dsn, models.Options{Keyset: s.bureau.dir + "/keyset.json"})
	if err != nil {
		s.t.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // only read
	code, err := store.Cipher().Decrypt("notices.code", notice.Sealed)
	if err != nil {
		s.t.Fatal(err)
	}
	return code.Reveal()
}

// idle reports whether the service has nothing left to do: the times until today are recorded, no run is
// open and no notice is due. One that a killed service was sending waits for the lease of its sender.
func (h *house) idle() bool {
	h.t.Helper()
	day := time.Now().Add(-25 * time.Hour).UnixMilli()
	return strings.Join(h.ask("SELECT COUNT(DISTINCT job) FROM job_runs WHERE slot_at > ? AND job IN ('insurance-check', 'claims', 'instalments-due', 'approval-expiry')", day), "") == "4" &&
		strings.Join(h.ask("SELECT COUNT(*) FROM job_runs WHERE state IN ('queued', 'running')"), "") == "0" &&
		strings.Join(h.ask("SELECT COUNT(*) FROM notices WHERE state = 'pending' AND next_at <= ?", time.Now().UnixMilli()), "") == "0"
}

// calmNight is a night on which nothing happens, on SQLite; all others are compared with it.
type calmNight struct {
	contents contents
	chunks   map[string]int           // of each scene
	took     map[string]time.Duration // of the runs themselves
}

var calmOnce sync.Once

var calmly *calmNight

func calm(t *testing.T) *calmNight {
	t.Helper()
	calmOnce.Do(func() {
		began := time.Now()
		h := newHouse(t, bureauOfTheStory(t), "")
		night := &calmNight{chunks: map[string]int{}, took: map[string]time.Duration{}}
		s := &story{house: h}
		s.do = func(sc scene) {
			before := h.count("SELECT COALESCE(MAX(id), 0) FROM job_runs")
			if sc.args != nil {
				h.must(sc.args...)
			} else {
				h.serveUntilIdle("clock", "")
			}
			night.took[sc.name] = time.Duration(h.count("SELECT COALESCE(SUM(finished_at - started_at), 0) FROM job_runs WHERE id > ? AND state = 'succeeded'", before)) * time.Millisecond
			night.chunks[sc.name] = h.count("SELECT COUNT(*) FROM run_chunks WHERE run_id > ?", before)
		}
		s.play()
		h.sound()
		night.contents = h.contents()
		calmly = night
		t.Logf("the calm night took %s: %d awards, %d instalments, %d notices", time.Since(began).Round(time.Millisecond),
			len(night.contents["awards"]), len(night.contents["instalments"]), len(night.contents["notices"]))
		for _, name := range s.scenes {
			t.Logf("  %-24s %3d chunks  %s", name, night.chunks[name], night.took[name].Round(time.Millisecond))
		}
	})
	if calmly == nil {
		t.Fatal("the calm night failed")
	}
	return calmly
}

func (h *house) count(query string, args ...any) (n int) {
	h.t.Helper()
	if _, err := fmt.Sscan(strings.Join(h.ask(query, args...), ""), &n); err != nil {
		h.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// serveUntilIdle runs the service until nothing is left to do and ends it in good order.
func (h *house) serveUntilIdle(config, dsn string) {
	h.t.Helper()
	p := h.start(config, dsn, "serve")
	defer func() {
		if h.t.Failed() {
			h.t.Logf("open runs %v, notices %v\n%s", h.rows("state IN ('queued', 'running')"),
				h.ask("SELECT CONCAT(kind, ' ', state, ' ', reason, ' ', COUNT(*), ' ', MIN(next_at)) FROM notices GROUP BY kind, state, reason"), tail(p.out.String()))
		}
	}()
	until(h.t, "the service has made up for what was missed", patience, func() bool {
		if p.ended(0) {
			h.t.Fatalf("the service ended by itself:\n%s", tail(p.out.String()))
		}
		return h.idle()
	})
	h.stop(p)
}

// stop ends a service in good order.
func (h *house) stop(p *process) {
	h.t.Helper()
	until(h.t, "the service is ready", patience, func() bool { return p.ended(0) || strings.Contains(p.out.String(), "msg=ready") })
	p.signal(syscall.SIGTERM)
	if !p.ended(20 * time.Second) {
		h.t.Fatalf("the service does not stop:\n%s", tail(p.out.String()))
	}
	if p.code != 0 {
		h.t.Errorf("the service stopped with exit code %d:\n%s", p.code, tail(p.out.String()))
	}
}
