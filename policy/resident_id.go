package policy

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// ResidentID is a resident identity number (公民身份号码, GB 11643-1999). It is personal data: everything that
// prints it prints the masked form, and Reveal is the only way to the digits. Errors about numbers never contain
// them.
type ResidentID struct{ number string }

// ParseResidentID reads an 18-character number and checks the birthday and the check character. The area is not
// checked: abolished areas stay valid on cards.
func ParseResidentID(s string) (ResidentID, error) {
	n := strings.ToUpper(narrow(s))
	switch {
	case strings.Contains(n, "E+"):
		return ResidentID{}, errors.New("身份证号被电子表格改成了科学计数法，后几位已丢失；请把该列设为文本格式后重新填写")
	case len(n) == 15 && digits(n):
		return ResidentID{}, errors.New("身份证号是15位旧号，请换成18位号码")
	case len(n) != 18 || !digits(n[:17]) || !strings.ContainsRune("0123456789X", rune(n[17])):
		return ResidentID{}, fmt.Errorf("身份证号应为18位（前17位为数字，末位为数字或X），现为%d位", len([]rune(n)))
	}
	id := ResidentID{n}
	if n[17] != id.check() {
		if strings.HasSuffix(n, "000") {
			return ResidentID{}, errors.New("身份证号末尾为000且校验不符，很可能被电子表格截断；请把该列设为文本格式后重新填写")
		}
		return ResidentID{}, errors.New("身份证号校验位不符，请核对是否录错")
	}
	if b := id.Birth(); b.String() != n[6:10]+"-"+n[10:12]+"-"+n[12:14] {
		return ResidentID{}, errors.New("身份证号中的出生日期不存在")
	}
	return id, nil
}

func (id ResidentID) check() byte {
	sum := 0
	for i, w := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(id.number[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// Birth is the birthday in the number.
func (id ResidentID) Birth() Date {
	d := 0
	for _, r := range id.number[6:14] {
		d = d*10 + int(r-'0')
	}
	return NewDate(d/10000, time.Month(d/100%100), d%100)
}

// CheckOn refuses a birthday after the day on.
func (id ResidentID) CheckOn(on Date) error {
	if id.Birth() > on {
		return errors.New("身份证号中的出生日期晚于当前日期")
	}
	return nil
}

// WarningOn is a sentence when the person was not between 16 and 70 years old on that day, else empty.
func (id ResidentID) WarningOn(on Date) string {
	if b := id.Birth(); on < b.AddYears(16) || on >= b.AddYears(71) {
		return "按身份证号推算年龄不在16至70周岁之间，请核对"
	}
	return ""
}

// Reveal returns the number itself, for the cipher and the lookup hash only.
func (id ResidentID) Reveal() string { return id.number }

// String is the masked form, 3307**********0010.
func (id ResidentID) String() string {
	if id.number == "" {
		return ""
	}
	return id.number[:4] + "**********" + id.number[14:]
}

// GoString masks the number in %#v.
func (id ResidentID) GoString() string { return id.String() }

// MarshalText masks the number in JSON and YAML.
func (id ResidentID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// LogValue masks the number in logs.
func (id ResidentID) LogValue() slog.Value { return slog.StringValue(id.String()) }
