package notifications

import (
	"strings"
	"unicode/utf8"
)

// titleOnly is what a locked screen may show: no amount and no name, which are nobody's business there.
func titleOnly(title string) string {
	if strings.Contains(title, " 元") || utf8.RuneCountInString(title) > 20 || strings.Contains(title, "公司") {
		return "政策兑现通知"
	}
	return title
}

// neutral is what is said when the words themselves wait in the chat: the same for everybody.
func neutral() (title, body string, next []Button) {
	return "您有新的政策兑现通知", "点下面的“通知”，或发送“通知”两个字，我把全文告诉您。", []Button{{"通知", "通知"}}
}

// public is what others may read beside the recipient: never an amount, an item or a name.
func public() (title, body string) {
	return "政策兑现提醒", "有新的政策兑现通知，请本单位经办人员查询。"
}
