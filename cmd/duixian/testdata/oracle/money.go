package main

import (
	"fmt"
	"strconv"
	"strings"
)

// fen is money, a hundredth of a yuan.
type fen int64

const yuan fen = 100

// none marks an amount or a number that nobody has given. It is not zero.
const none = -1

func (f fen) String() string { return fmt.Sprintf("%d.%02d", f/yuan, f%yuan) }

// decimal reads a number with at most the given decimals as an integer of that scale: decimal("66.6", 2) is 6660. An
// empty cell is none.
func decimal(cell string, places int) (int64, error) {
	if cell == "" {
		return none, nil
	}
	whole, fraction, _ := strings.Cut(cell, ".")
	if len(fraction) > places {
		return 0, fmt.Errorf("%q has more than %d decimals", cell, places)
	}
	n, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", places-len(fraction)), 10, 62)
	return int64(n), err
}

// portion is a percentage of an amount, the percentage in millionths of a percent. What is less than a fen is cut.
func (f fen) portion(rate int64) fen { return f * fen(rate) / (100 * 1_000_000) }

// stages splits 40/30/30; the last one takes the remainder.
func (f fen) stages() []fen {
	first, second := f*40/100, f*30/100
	return []fen{first, second, f - first - second}
}
