package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// program is the world a command runs in.
type program struct {
	in       io.Reader
	out, err io.Writer // results go to out, problems and progress to err
	environ  []string
	user     string           // of the operating system, for audit rows
	now      func() time.Time // the business clock
	wall     func() time.Time // the real clock, where the wire needs it: the same but for a demo whose days are played

	configFile string                                        // --config
	played     *playedClock                                  // of a demo
	adjust     func(*Config)                                 // what a demo changes of its configuration
	advance    func(ctx context.Context, to time.Time) error // plays the days of a demo; set once its service is ready
}

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // the command was understood and did not succeed
	exitMisuse = 2 // the command line or its input is wrong; nothing was done
)

// misuseError is a mistake of the caller. Try is what to type instead; empty means the command's help.
type misuseError struct{ Message, Try string }

func (e *misuseError) Error() string { return e.Message }

func misuse(format string, args ...any) error {
	return &misuseError{Message: fmt.Sprintf(format, args...)}
}

// errSilent fails a command that has said everything on its output already.
var errSilent = errors.New("failed")

// root is the whole command tree. Adding a command is one new file and one line here.
func root(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "duixian",
		Short: "Keep a city's promises to its HR-service firms, unattended",
		Long: `duixian rates HR-service firms, checks at night how long recruits have been insured, pays rewards in
stages, warns before anything expires and talks to everyone in DingTalk.

Results are printed on standard output, problems on standard error.
Exit codes: 0 done, 1 failed, 2 the command line or its input is wrong.`,
		SilenceErrors: true, SilenceUsage: true,
		Args: noSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.CompletionOptions.HiddenDefaultCmd = true
	cmd.PersistentFlags().StringVar(&p.configFile, "config", "",
		"configuration file (default: $DUIXIAN_CONFIG, else duixian.yaml if it is here, else built-in defaults)")
	cmd.AddCommand(
		adjustCommand(p),
		approveCommand(p),
		asOfCommand(p),
		alertsCommand(p),
		amountsCommand(p),
		assessCommand(p),
		auditCommand(p),
		batchCommand(p),
		chatCommand(p),
		checkCommand(p),
		configCommand(p),
		doctorCommand(p),
		initCommand(p),
		migrateCommand(p),
		sampleCommand(p),
		selectionCommand(p),
		serveCommand(p),
		demoCommand(p),
		outboxCommand(p),
		planCommand(p),
		publicityCommand(p),
		notifyCommand(p),
		simCommand(p),
		simulateCommand(p),
		standingCommand(p),
		stopCommand(p),
		resumeCommand(p),
		reportCommand(p),
		rejectCommand(p),
		roundCommand(p),
		jobCommand(p),
		legalReviewCommand(p),
		forecastCommand(p),
		importCommand(p),
		watchCommand(p),
		templateCommand(p),
		traceCommand(p),
		versionCommand(p),
	)
	return cmd
}

// run executes one command line and returns the exit code.
func run(ctx context.Context, args []string, p *program) int {
	cmd := root(p)
	cmd.SetArgs(args)
	cmd.SetIn(p.in)
	cmd.SetOut(p.out)
	cmd.SetErr(p.err)
	began := false // before that, all errors are about the command line
	cmd.PersistentPreRun = func(*cobra.Command, []string) {
		began = true
		_, _ = p.loadConfig() // for its clock: a command reads the day of a flag before it opens anything. What is wrong says the command that needs it
	}
	ran, err := cmd.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	wrong, isMisuse := errors.AsType[*misuseError](err)
	if !isMisuse && !began {
		wrong, isMisuse = &misuseError{}, true
	}
	switch {
	case isMisuse:
		try := wrong.Try
		if try == "" {
			try = ran.CommandPath() + " --help"
		}
		fmt.Fprintf(p.err, "%s: %s\nTry: %s\n", ran.CommandPath(), err, try)
		return exitMisuse
	case !errors.Is(err, errSilent):
		fmt.Fprintf(p.err, "%s: %v\n", ran.CommandPath(), err)
	}
	return exitFailed
}

// noSuchCommand refuses arguments of a command that only holds others, with the command that was probably meant.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	wrong := &misuseError{Message: fmt.Sprintf("there is no command %q", args[0])}
	if meant := cmd.SuggestionsFor(args[0]); len(meant) > 0 {
		wrong.Try = cmd.CommandPath() + " " + meant[0]
	}
	return wrong
}

// group makes a command that only holds others: alone it is misuse.
func group(cmd *cobra.Command, subcommands ...*cobra.Command) *cobra.Command {
	cmd.Args = noSuchCommand
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		names := make([]string, len(subcommands))
		for i, sub := range subcommands {
			names[i] = sub.Name()
		}
		return misuse("say what to do: %s", strings.Join(names, ", "))
	}
	cmd.AddCommand(subcommands...)
	return cmd
}

// printJSON writes one indented JSON value and a newline.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
