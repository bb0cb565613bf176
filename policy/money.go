package policy

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Fen is an amount of money in fen (分, 1/100 yuan). All sums in the program and in the database are Fen; there is
// no floating point anywhere near money.
type Fen int64

// Yuan returns n whole yuan.
func Yuan(n int64) Fen { return Fen(n * 100) }

// ParseFen reads a decimal amount in yuan ("12345.67", "1,234.5", "-3") exactly. More than two decimals that are
// not zero are an error, never rounded: the law says how to round, not the parser.
func ParseFen(s string) (Fen, error) {
	t := strings.ReplaceAll(strings.TrimSpace(s), ",", "")
	neg := strings.HasPrefix(t, "-")
	t = strings.TrimPrefix(strings.TrimPrefix(t, "-"), "+")
	whole, frac, _ := strings.Cut(t, ".")
	frac = strings.TrimRight(frac, "0")
	if whole == "" && frac == "" || !digits(whole) || !digits(frac) {
		return 0, fmt.Errorf("金额 %q 不是数字", s)
	}
	if len(frac) > 2 {
		return 0, fmt.Errorf("金额 %q 超过两位小数，请精确到分", s)
	}
	for len(frac) < 2 {
		frac += "0"
	}
	n, err := strconv.ParseInt(whole+frac, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("金额 %q 超出范围", s)
	}
	if neg {
		n = -n
	}
	return Fen(n), nil
}

// ShiftDecimal moves the point of a decimal to the right, exactly: 12.5 in 万元 (four places) is 125000.
func ShiftDecimal(s string, places int) string {
	whole, frac, _ := strings.Cut(s, ".")
	for len(frac) < places {
		frac += "0"
	}
	return whole + frac[:places] + "." + frac[places:]
}

func digits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// String is the plain decimal in yuan with two places, "12000.00": the form of JSON and spreadsheets.
func (f Fen) String() string {
	sign, v := "", uint64(f)
	if f < 0 {
		sign, v = "-", uint64(-(f+1))+1
	}
	return fmt.Sprintf("%s%d.%02d", sign, v/100, v%100)
}

// Text is the form people read: "12,000.00 元".
func (f Fen) Text() string {
	s := f.String()
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	whole, frac, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return sign + whole + "." + frac + " 元"
}

// MarshalText makes Fen a decimal string in yuan in JSON and YAML.
func (f Fen) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (f *Fen) UnmarshalText(b []byte) (err error) {
	*f, err = ParseFen(string(b))
	return err
}

var errOverflow = errors.New("金额超出范围")

// Mul returns f times n, or an error when the product does not fit.
func (f Fen) Mul(n int64) (Fen, error) {
	if n != 0 && (int64(f)*n/n != int64(f) || f == math.MinInt64 && n == -1) {
		return 0, errOverflow
	}
	return f * Fen(n), nil
}

// Split cuts total into parts by percent. Every part but the last is cut down to the fen and the last takes the
// remainder, so that the parts always sum to the total (40/30/30 of 1 fen is 0/0/1). Percents must sum to 100.
func (f Fen) Split(percents ...int) []Fen {
	parts, rest, sum := make([]Fen, len(percents)), f, 0
	for i, p := range percents {
		sum += p
		// In two steps, so that large amounts do not overflow.
		parts[i] = f/100*Fen(p) + f%100*Fen(p)/100
		if i == len(percents)-1 {
			parts[i] = rest
		}
		rest -= parts[i]
	}
	if sum != 100 {
		panic(fmt.Sprintf("policy: percents %v sum to %d", percents, sum))
	}
	return parts
}
