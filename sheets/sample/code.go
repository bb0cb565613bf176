package sample

import (
	"fmt"
	"strings"

	"duixian/policy"
)

// creditCode is the n-th invented credit code: authority and class 91 (enterprise), 51 (association), area, a body that
// begins with YL (样例) and both check digits of GB 11714 and GB 32100.
func creditCode(class, area string, n int) string {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	body := fmt.Sprintf("YL%06d", n)
	sum := 0
	for i, weight := range []int{3, 7, 9, 10, 5, 8, 4, 2} {
		value := int(body[i] - '0')
		if body[i] >= 'A' {
			value = int(body[i]-'A') + 10
		}
		sum += value * weight
	}
	code := class + area + body + string("0123456789X0"[(11-sum%11)%11])
	sum = 0
	for i, weight := 0, 1; i < len(code); i, weight = i+1, weight*3%31 {
		sum += strings.IndexByte(alphabet, code[i]) * weight
	}
	return code + string(alphabet[(31-sum%31)%31])
}

// residentID is an identity number that nobody has: sequence numbers from 990 on are kept for people over a hundred.
func residentID(area string, birth policy.Date, sequence int) string {
	id := fmt.Sprintf("%s%08d%03d", area, birth, sequence)
	sum := 0
	for i, weight := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(id[i]-'0') * weight
	}
	return id + string("10X98765432"[sum%11])
}
