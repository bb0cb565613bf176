package bot

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"

	"duixian/models"
	"duixian/sheets"
)

// neverByChat are the kinds of files with people's identity numbers or with bank accounts, or with what is sealed: they are not taken in through a chat.
var neverByChat = []string{"recruits", "insurance", "accounts", "nominees", "jury-scores"}

// personalText refuses a file with personal data and says where it goes instead.
const personalText = "这类文件含有个人身份或银行账户信息，不能通过聊天传送，我没有保存它。请在办公电脑上导入（duixian import），或放入社保数据投递文件夹，系统当晚读取。"

// staging is how long a file waits for its confirmation.
const staging = 24 * time.Hour

// handIn tries a file out and, when nothing is refused, keeps it for the word that takes it in. It is the one way for
// files, a line typed and a row of a form: all become a run of the job import.
func (r *Request) handIn(kind, name string, body []byte) (Reply, error) {
	if slices.Contains(neverByChat, kind) {
		return Reply{Text: personalText, Outcome: Refused}, nil
	}
	sha := models.FileSHA(body)
	if old, err := r.ImportBySHA(kind, sha); err == nil {
		return Reply{Text: fmt.Sprintf("“%s”已于%s导入，没有变化。", plain(name), old.At.Text()), Next: []string{"导入"}}, nil
	} else if models.CodeOf(err) != models.NotFound {
		return Reply{}, err
	}
	file, err := sheets.Read(kind, name, bytes.NewReader(body), int64(len(body)), sheets.Options{KnownOn: r.On, Today: r.On})
	if err != nil {
		return Reply{}, err
	}
	if slices.ContainsFunc(file.Records.External, func(x sheets.ExternalRow) bool { return x.ID != "" }) {
		return Reply{Text: personalText, Outcome: Refused}, nil
	}
	report := file.Report
	if report.OK() {
		delta, err := sheets.Resolve(r.Query, file)
		if err != nil {
			return Reply{}, err
		}
		report = delta.Report
	}
	text := reportText(report)
	if !report.OK() {
		return Reply{Text: text + "\n整份文件没有导入。请改正后重新发来。", Next: []string{"导入"}, Outcome: Refused}, nil
	}
	staged := models.StagedFile{Kind: kind, FileName: name, KnownOn: r.On, Body: body, ExpiresAt: r.Now.Add(staging)}
	if err := r.write(func(tx *models.Tx) error { return tx.StageFile(&staged) }); err != nil {
		return Reply{}, err
	}
	confirm := "导入 确认=" + staged.SHA256[:8]
	return Reply{Text: text + "\n以上是预检，还没有导入。确认请发送：" + confirm + "（24小时内有效）", Next: []string{confirm, "导入 放弃=" + staged.SHA256[:8]}, Outcome: Asked}, nil
}

// reportLines is how much of a report a phone shows.
const reportLines = 12

func reportText(report *sheets.Report) string {
	lines := strings.Split(strings.TrimRight(report.Text(), "\n"), "\n")
	for i := range lines {
		lines[i] = plain(lines[i])
	}
	lines = without(lines, "")
	if len(lines) > reportLines {
		lines = append(lines[:reportLines], fmt.Sprintf("……还有%d行，完整的预检报告请在电脑上看（duixian import --dry-run）。", len(lines)-reportLines))
	}
	return strings.Join(lines, "\n")
}

// oneRow is a spreadsheet with one line, as somebody would have filled it in: titles and values in turn.
func oneRow(cells ...string) []byte {
	var titles, values []string
	for i := 0; i+1 < len(cells); i += 2 {
		titles, values = append(titles, cells[i]), append(values, cells[i+1])
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	_ = w.WriteAll([][]string{titles, values}) // into memory
	return out.Bytes()
}
