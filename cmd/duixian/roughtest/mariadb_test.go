package roughtest

import (
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// server is a MariaDB of a test's own, in a private folder and on the loopback interface, to be shut down and killed.
// Unlike that of scripts/with-mariadb it writes each commit to its log before it answers.
type server struct {
	t      *testing.T
	folder string
	port   int
	cmd    *exec.Cmd
	done   chan struct{}
}

const rootless = "rough:rough@tcp(127.0.0.1:%d)/"

func newServer(t *testing.T) *server {
	t.Helper()
	folder, err := os.MkdirTemp("", "rough-mariadb-") // short: a socket's path has a limit
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, folder: folder}
	t.Cleanup(func() {
		if s.cmd != nil && s.cmd.Process != nil {
			s.signal(syscall.SIGKILL)
			s.gone()
		}
		_ = os.RemoveAll(folder)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0") // a free port, free again in a moment
	if err != nil {
		t.Fatal(err)
	}
	s.port = listener.Addr().(*net.TCPAddr).Port
	_ = listener.Close()
	if err := os.Mkdir(filepath.Join(folder, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	install := exec.Command("mariadb-install-db", append(s.options(), "--auth-root-authentication-method=normal", "--skip-test-db")...)
	install.Env = s.environ()
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("mariadb-install-db: %v\n%s", err, out)
	}
	users := "CREATE USER IF NOT EXISTS 'rough'@'127.0.0.1' IDENTIFIED BY 'rough';\nGRANT ALL ON *.* TO 'rough'@'127.0.0.1';\n"
	if err := os.WriteFile(filepath.Join(folder, "init.sql"), []byte(users), 0o600); err != nil {
		t.Fatal(err)
	}
	s.start()
	return s
}

func (s *server) dsn() string { return fmt.Sprintf(rootless, s.port) }

func (s *server) environ() []string {
	return append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/local/sbin:/usr/sbin:/sbin")
}

func (s *server) options() []string {
	o := []string{
		"--no-defaults", "--datadir=" + s.folder + "/data", "--tmpdir=" + s.folder, "--socket=" + s.folder + "/s", "--pid-file=" + s.folder + "/pid",
		"--innodb-flush-log-at-trx-commit=1", "--innodb-log-file-size=48M", "--innodb-buffer-pool-size=128M", "--innodb-lock-wait-timeout=5", "--character-set-server=utf8mb4",
	}
	if os.Geteuid() == 0 {
		o = append(o, "--user=root")
	}
	return o
}

// start starts the server and waits until it answers.
func (s *server) start() {
	s.t.Helper()
	program, err := exec.LookPath("mariadbd")
	if err != nil {
		program = "/usr/sbin/mariadbd"
	}
	s.cmd = exec.Command(program, append(s.options(), "--bind-address=127.0.0.1", fmt.Sprintf("--port=%d", s.port), "--skip-name-resolve", "--skip-log-bin", "--init-file="+s.folder+"/init.sql")...)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	log, err := os.OpenFile(s.folder+"/server.log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close() //nolint:errcheck // the server has its own
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	done, cmd := make(chan struct{}), s.cmd
	s.done = done
	go func() { defer close(done); _ = cmd.Wait() }()
	pool, err := sql.Open("mysql", s.dsn())
	if err != nil {
		s.t.Fatal(err)
	}
	defer pool.Close() //nolint:errcheck // nothing was written
	until(s.t, "MariaDB answers", patience, func() bool {
		select {
		case <-done:
			text, _ := os.ReadFile(s.folder + "/server.log")
			s.t.Fatalf("mariadbd ended:\n%s", tail(string(text)))
		default:
		}
		return pool.Ping() == nil
	})
}

// signal tells the server to end, in good order or at once.
func (s *server) signal(signal syscall.Signal) { _ = s.cmd.Process.Signal(signal) } // it may be gone already

// gone waits until the server has ended.
func (s *server) gone() {
	s.t.Helper()
	select {
	case <-s.done:
	case <-time.After(patience):
		s.t.Error("mariadbd does not end")
	}
}
