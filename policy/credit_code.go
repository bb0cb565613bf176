package policy

import (
	"fmt"
	"strings"
)

// CreditCode is a unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, upper case.
type CreditCode string

// creditAlphabet is the 31 characters of the standard, in the order of their values: without I, O, S, V, Z.
const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// What was probably meant when a character outside the alphabet was typed.
var creditLookalike = map[rune]string{'O': "数字 0", 'I': "数字 1", 'Z': "数字 2", 'S': "数字 5", 'V': "字母 U 或 W"}

// ParseCreditCode reads a code as people type it: lower case, full-width forms and spaces are put right. A wrong
// length, a character outside the alphabet or an area that is not six digits is an error. A wrong check character
// is not: legal codes of the first years fail it (see Warning).
func ParseCreditCode(s string) (CreditCode, error) {
	c := strings.ToUpper(narrow(s))
	for i, r := range []rune(c) {
		if strings.ContainsRune(creditAlphabet, r) {
			continue
		}
		if meant, ok := creditLookalike[r]; ok {
			return "", fmt.Errorf("统一社会信用代码 %q 第%d位是字母 %c，代码不使用该字母，可能应为%s", s, i+1, r, meant)
		}
		return "", fmt.Errorf("统一社会信用代码 %q 第%d位 %q 不是数字或大写字母", s, i+1, r)
	}
	if len(c) != 18 {
		return "", fmt.Errorf("统一社会信用代码 %q 应为18位，现为%d位", s, len(c))
	}
	if !digits(c[2:8]) {
		return "", fmt.Errorf("统一社会信用代码 %q 第3至8位是行政区划码，应为6位数字", s)
	}
	return CreditCode(c), nil
}

// Warning is empty when the check character is right, else a sentence for the clerk. Codes given out in a few
// pilot areas fail this check and are in force all the same, so nobody is refused for it.
func (c CreditCode) Warning() string {
	if want := c.check(); c[17] != want {
		return fmt.Sprintf("统一社会信用代码 %s 校验位为 %c，按国家标准 GB 32100-2015 应为 %c，请与营业执照核对", c, c[17], want)
	}
	return ""
}

func (c CreditCode) check() byte {
	sum, weight := 0, 1
	for i := range 17 {
		sum += strings.IndexByte(creditAlphabet, c[i]) * weight
		weight = weight * 3 % 31
	}
	return creditAlphabet[(31-sum%31)%31]
}

// Kind says what the first two characters say of the holder: 企业 (91 to 93), 社会团体 (51), 民办非企业单位 (52),
// 机关事业单位 (11, 12), or 其他.
func (c CreditCode) Kind() string {
	switch c[:2] {
	case "91", "92", "93":
		return "企业"
	case "51":
		return "社会团体"
	case "52":
		return "民办非企业单位"
	case "11", "12":
		return "机关事业单位"
	}
	return "其他"
}

// narrow turns full-width letters and digits into their ASCII forms and drops blanks.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == ' ' || r == '\u3000' || r == '\u00a0' || r == '\t' || r == '\ufeff':
			return -1
		}
		return r
	}, s)
}
