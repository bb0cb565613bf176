package policy

import (
	"database/sql/driver"
	"fmt"
	"iter"
	"math/bits"
	"strconv"
)

// The months a MonthSet can hold: 2020-01 to 2030-08, which covers two years before the earliest validity of the
// policy and its five years with a margin.
const (
	FirstMonth = Month(202001)
	LastMonth  = Month(203008)
	monthBits  = 128
)

// MonthSet is a set of calendar months between FirstMonth and LastMonth. It is a value: == compares, assignment
// copies. In the database and in text it is 32 hexadecimal digits, the latest month first.
type MonthSet [2]uint64

func monthBit(m Month) int { return m.Index() - FirstMonth.Index() }

// MonthsOf is the set of the given months; it panics outside the range and is meant for programs and tests.
func MonthsOf(months ...Month) MonthSet {
	var s MonthSet
	for _, m := range months {
		if err := s.Set(m); err != nil {
			panic(err)
		}
	}
	return s
}

// Set adds a month. A month outside the range is an error, never lost silently.
func (s *MonthSet) Set(m Month) error {
	i := monthBit(m)
	if i < 0 || i >= monthBits {
		return fmt.Errorf("月份 %s 超出可记录范围（%s至%s）", m, FirstMonth.Text(), LastMonth.Text())
	}
	s[i/64] |= 1 << (i % 64)
	return nil
}

// SetRange adds the months from first to last, both included.
func (s *MonthSet) SetRange(first, last Month) error {
	for m := first; m <= last; m = m.Add(1) {
		if err := s.Set(m); err != nil {
			return err
		}
	}
	return nil
}

// Clear takes a month out.
func (s *MonthSet) Clear(m Month) {
	if i := monthBit(m); i >= 0 && i < monthBits {
		s[i/64] &^= 1 << (i % 64)
	}
}

// Has reports whether the month is in the set; months outside the range never are.
func (s MonthSet) Has(m Month) bool {
	i := monthBit(m)
	return i >= 0 && i < monthBits && s[i/64]>>(i%64)&1 == 1
}

// Or is the union.
func (s MonthSet) Or(t MonthSet) MonthSet { return MonthSet{s[0] | t[0], s[1] | t[1]} }

// And is the intersection.
func (s MonthSet) And(t MonthSet) MonthSet { return MonthSet{s[0] & t[0], s[1] & t[1]} }

// Without is s less the months of t.
func (s MonthSet) Without(t MonthSet) MonthSet { return MonthSet{s[0] &^ t[0], s[1] &^ t[1]} }

// Len is the number of months in the set.
func (s MonthSet) Len() int { return bits.OnesCount64(s[0]) + bits.OnesCount64(s[1]) }

// All yields the months in order.
func (s MonthSet) All() iter.Seq[Month] {
	return func(yield func(Month) bool) {
		for word, w := range s {
			for ; w != 0; w &= w - 1 {
				if !yield(FirstMonth.Add(word*64 + bits.TrailingZeros64(w))) {
					return
				}
			}
		}
	}
}

// between is the set of the months from first to last as far as they lie in the range.
func between(first, last Month) MonthSet {
	lo, hi := max(monthBit(first), 0), min(monthBit(last), monthBits-1)
	if lo > hi {
		return MonthSet{}
	}
	return upTo(hi).Without(upTo(lo - 1))
}

// upTo has the bits 0 to i; none for i < 0.
func upTo(i int) MonthSet {
	switch {
	case i < 0:
		return MonthSet{}
	case i < 64:
		return MonthSet{^uint64(0) >> (63 - i), 0}
	}
	return MonthSet{^uint64(0), ^uint64(0) >> (127 - i)}
}

// String is the 32 hexadecimal digits.
func (s MonthSet) String() string { return fmt.Sprintf("%016x%016x", s[1], s[0]) }

// ParseMonthSet reads what String wrote; empty is the empty set.
func ParseMonthSet(text string) (MonthSet, error) {
	if text == "" {
		return MonthSet{}, nil
	}
	if len(text) != 32 {
		return MonthSet{}, fmt.Errorf("月份集合 %q 应为32位十六进制", text)
	}
	hi, err1 := strconv.ParseUint(text[:16], 16, 64)
	lo, err2 := strconv.ParseUint(text[16:], 16, 64)
	if err1 != nil || err2 != nil {
		return MonthSet{}, fmt.Errorf("月份集合 %q 应为32位十六进制", text)
	}
	return MonthSet{lo, hi}, nil
}

// MarshalText writes the hexadecimal digits.
func (s MonthSet) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *MonthSet) UnmarshalText(b []byte) (err error) {
	*s, err = ParseMonthSet(string(b))
	return err
}

// Value makes the set a text column.
func (s MonthSet) Value() (driver.Value, error) { return s.String(), nil }

// Scan reads the text column.
func (s *MonthSet) Scan(v any) error {
	switch t := v.(type) {
	case nil:
		*s = MonthSet{}
		return nil
	case string:
		return s.UnmarshalText([]byte(t))
	case []byte:
		return s.UnmarshalText(t)
	}
	return fmt.Errorf("月份集合不能从 %T 读取", v)
}
