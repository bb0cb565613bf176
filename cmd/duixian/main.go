// Command duixian keeps a city's promises to its HR-service firms: see the README.
package main

import (
	"context"
	"os"
	"os/signal"
	"os/user"
	"strconv"
	"syscall"
	"time"
)

// version is set by the Makefile.
var version string

func main() { os.Exit(process(time.Now)) }

// process is the only place that touches the process: signals, standard streams, environment, user.
func process(now func() time.Time) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, os.Args[1:], &program{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ(), user: userName(), now: now, wall: now,
	})
}

// userName is the login name; in a container without one, the number.
func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return strconv.Itoa(os.Getuid())
}
