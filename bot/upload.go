package bot

import (
	"bytes"
	"slices"

	"duixian/models"
	"duixian/sheets"
)

// Upload is a file that somebody sent.
type Upload struct {
	Name string
	Body []byte
}

// importers may hand files in by chat; which kind of file whom, is checked where files are taken in.
var importers = []models.Role{models.Clerk, models.Approver, models.Operator, models.Treasurer}

// upload answers a file: tried out, and its confirmation asked for. What it is, is read from its name, then from its
// titles; when neither says, the sender is asked.
func (r *Request) upload(f Upload) (Reply, error) {
	switch {
	case r.Group:
		return Reply{Text: askPrivately, Outcome: Private}, nil
	case !r.Asker.known():
		return r.Asker.stranger(), nil
	case !r.Asker.has(importers):
		return Reply{Text: "我不能接收您的文件。申报材料请交给经办人；要交什么，请发送“申报”。", Next: []string{"申报", "人工"}, Outcome: Refused}, nil
	}
	kind := sheets.KindOf(f.Name)
	if kind == "" {
		kind = sheets.Detect(f.Name, bytes.NewReader(f.Body), int64(len(f.Body)))
	}
	if kind != "" {
		return r.handIn(kind, f.Name, f.Body)
	}
	staged := models.StagedFile{FileName: f.Name, KnownOn: r.On, Body: f.Body, ExpiresAt: r.Now.Add(staging)}
	if err := r.write(func(tx *models.Tx) error { return tx.StageFile(&staged) }); err != nil {
		return Reply{}, err
	}
	ask := Reply{Text: "看不出“" + plain(f.Name) + "”是哪一类表格，请选择：", Outcome: Asked}
	for _, d := range sheets.All() {
		if !slices.Contains(neverByChat, d.Kind) {
			ask.Text += "\n- " + d.Name
			ask.Next = append(ask.Next, "导入 文件="+staged.SHA256[:8]+" 类型="+d.Name)
		}
	}
	return ask, nil
}
