// Command oracle is a second opinion on the totals of duixian simulate. It reads the files that duixian sample writes
// and lives through the days naively: no database, no rule book, no code shared with the program. Where both agree to
// the fen, either both read the policy alike or both are wrong alike.
//
//	go run ./cmd/duixian/testdata/oracle DIR --from 2023-09-01 --to 2031-12-31
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("usage: oracle DIR --from D --to D [--effective-from D] [--holidays FILE]")
	}
	flags := flag.NewFlagSet("oracle", flag.ContinueOnError)
	from := flags.String("from", "2023-09-01", "first day")
	to := flags.String("to", "2031-12-31", "last day")
	effective := flags.String("effective-from", "2023-09-01", "first day of the policy, valid five years")
	holidays := flags.String("holidays", "", "more days: lines of DAY,off or DAY,work")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	b, err := load(args[0])
	if err != nil {
		return err
	}
	c := newCalendar()
	if *holidays != "" {
		if err := c.read(*holidays); err != nil {
			return err
		}
	}
	r := newReplay(b, c, fiveYears(day(*effective)))
	r.run(day(*from), day(*to))
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	return out.Encode(r.totals(day(*from), day(*to)))
}

// fiveYears is the validity of a policy that begins on a day: the last day is the one before the fifth anniversary.
func fiveYears(from day) validity {
	return validity{from, from.addYears(5).before()}
}
