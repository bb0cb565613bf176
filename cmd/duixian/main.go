// Command duixian keeps a city's promises to its HR-service firms: see the README.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// version is set by the Makefile.
var version string

// main is the only place that touches the process: signals, standard streams, environment, clock, exit code.
func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], &program{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ(), now: time.Now,
	})
	stop()
	os.Exit(code)
}
