package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"duixian/jobs"
	"duixian/models"
	"duixian/policy"
	"duixian/sheets"
)

type importOptions struct {
	all, as, knownOn string
	report           string
	dryRun, asJSON   bool
	told             []*sheets.Report // with asJSON: what is printed as one value at the end
}

func importCommand(p *program) *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use:   "import KIND FILE... | import --all DIR",
		Short: "Take spreadsheets in: first a dry run of every row, then the whole file or nothing",
		Long: `Reads CSV (UTF-8 or GB18030) and XLSX files. Each file is tried out first: accepted, warned and refused rows with sheet,
row, column and what to do. A file with a refused row is not imported at all. The same file again changes nothing.

--all DIR takes every KIND.csv or KIND.xlsx in DIR, in the order in which they depend on each other. Rows without a
报送日期 of their own were learnt on --known-on (default: today).

--report OUT.xlsx writes the file once more with what was found beside each row, refused rows coloured: for whoever has to correct it. It
holds the rows as they were, ID numbers too. With several files OUT is a folder. Made by a dry run, an import and a refused import.

On a database without any member the first import needs no --as: nobody is there yet to say it.`,
		Example: "  duixian import firms 机构名单.xlsx --as jingban01\n  duixian import recruits 引才名单.xlsx --dry-run --report 引才名单-问题.xlsx\n  duixian import --all sample --as jingban01",
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := importFiles(o.all, args)
			if err != nil {
				return err
			}
			if len(files) == 1 { // else it is a folder
				if err := endsIn(o.report, ".xlsx"); err != nil {
					return err
				}
			}
			return p.within(cmd.Context(), appOptions{create: true}, func(a *app) error { return p.importAll(cmd.Context(), a, files, o) })
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.all, "all", "", "a folder with KIND.csv or KIND.xlsx files")
	f.StringVar(&o.as, "as", "", "the member who imports")
	f.StringVar(&o.knownOn, "known-on", "", "day on which the bureau learnt what the files say (default: today)")
	f.BoolVar(&o.dryRun, "dry-run", false, "only say what would happen")
	f.StringVar(&o.report, "report", "", "write the rows with their reasons to this workbook")
	f.BoolVar(&o.asJSON, "json", false, "print the report as JSON; of --all or several files a list of reports")
	return cmd
}

// importSource is one file to take in.
type importSource struct{ kind, path string }

// importFiles lists what is to be imported, in the order of the datasets.
func importFiles(dir string, args []string) ([]importSource, error) {
	if dir == "" {
		if len(args) < 2 {
			return nil, misuse("name a kind and at least one file, or --all DIR")
		}
		if _, ok := sheets.Lookup(args[0]); !ok {
			return nil, misuse("there is no kind %q%s; kinds are: %s", args[0], meant(args[0]), kindNames())
		}
		var files []importSource
		for _, path := range args[1:] {
			files = append(files, importSource{args[0], path})
		}
		return files, nil
	}
	if len(args) > 0 {
		return nil, misuse("--all takes no further files")
	}
	var files []importSource
	for _, d := range sheets.All() {
		for _, ext := range []string{".csv", ".xlsx"} {
			path := filepath.Join(dir, d.Kind+ext)
			if _, err := os.Stat(path); err == nil {
				files = append(files, importSource{d.Kind, path})
			} else if !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
		}
	}
	if len(files) == 0 {
		return nil, misuse("%s holds no file named KIND.csv or KIND.xlsx; kinds are: %s", dir, kindNames())
	}
	return files, nil
}

// meant is ", did you mean X?" for a kind that is nearly one.
func meant(kind string) string {
	var kinds []string
	for _, d := range sheets.All() {
		kinds = append(kinds, d.Kind)
	}
	if near := policy.Nearest(kind, kinds); near != "" {
		return fmt.Sprintf(" (did you mean %s?)", near)
	}
	return ""
}

func kindNames() string {
	var b bytes.Buffer
	for i, d := range sheets.All() {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(d.Kind)
	}
	return b.String()
}

func (p *program) importAll(ctx context.Context, a *app, files []importSource, o importOptions) (err error) {
	knownOn, err := p.day(o.knownOn)
	if err != nil {
		return err
	}
	if knownOn > policy.DateOf(p.now()) {
		return misuse("--known-on %s lies in the future", knownOn)
	}
	who := p.actor(o.as)
	has, err := a.store.Read(ctx).HasMembers()
	if err != nil {
		return err
	}
	if o.as == "" {
		if has && !o.dryRun {
			return needAs(o.as)
		}
		who = models.System // nobody is on the roster yet
		who.OSUser = p.user
	} else if !has && !o.dryRun {
		return models.E(models.Forbidden, "数据库里还没有任何成员，也就没有编号为“%s”的成员；现在导入不用写 --as，或先用 duixian init 登记经办和复核", o.as)
	}
	defer func() { err = errors.Join(err, p.tellJSON(&o, len(files))) }() // also of the files before one that failed
	if o.dryRun {
		return p.tryAll(ctx, a, files, knownOn, who, &o)
	}
	for _, f := range files {
		if err := p.importOne(ctx, a, f, knownOn, who, &o, len(files) > 1); err != nil {
			return err
		}
	}
	return nil
}

// tell prints a report, or keeps it for the one JSON value.
func (p *program) tell(o *importOptions, r *sheets.Report) error {
	if o.asJSON {
		o.told = append(o.told, r)
		return nil
	}
	_, err := fmt.Fprint(p.out, r.Text())
	return err
}

// tellJSON prints what was told: a list, or for one file that was named its report.
func (p *program) tellJSON(o *importOptions, files int) error {
	switch {
	case len(o.told) == 0:
		return nil
	case o.all == "" && files == 1:
		return printJSON(p.out, o.told[0])
	default:
		return printJSON(p.out, o.told)
	}
}

// errTried rolls a dry run back.
var errTried = errors.New("dry run")

// tryAll brings the files in one after the other inside one transaction and takes everything back: later files see what earlier ones
// say. Every file is reported, also after one that is refused.
func (p *program) tryAll(ctx context.Context, a *app, files []importSource, knownOn policy.Date, who models.Actor, o *importOptions) error {
	var reports []rowReport
	refused := 0
	err := a.store.InTx(ctx, func(tx *models.Tx) error {
		refused, reports = 0, nil // the function may run again
		for _, f := range files {
			body, err := readFile(f.path)
			if err != nil {
				return err
			}
			file, err := sheets.Read(f.kind, filepath.Base(f.path), bytes.NewReader(body), int64(len(body)), sheets.Options{KnownOn: knownOn, Today: policy.DateOf(p.now())})
			if err != nil {
				return err
			}
			report := file.Report
			if report.OK() {
				result, err := sheets.Apply(tx, file, sheets.Origin{Actor: who, SHA: models.FileSHA(body), Now: p.instant()})
				if err != nil && models.CodeOf(err) != models.Invalid {
					return err
				}
				report = result.Report
			}
			reports = append(reports, rowReport{report, f.path, body})
			if !report.OK() {
				refused++
			}
		}
		return errTried
	})
	if !errors.Is(err, errTried) {
		return err
	}
	for _, r := range reports {
		if err := p.tell(o, r.Report); err != nil {
			return err
		}
	}
	for _, r := range reports {
		if err := p.writeRowReport(r, o.report, len(files) > 1); err != nil {
			return err
		}
	}
	if refused > 0 {
		return fmt.Errorf("%d 个文件有问题；没有导入任何内容", refused)
	}
	return nil
}

// readFile reads a file that somebody named, and says what to look at when it cannot.
func readFile(name string) ([]byte, error) {
	body, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("没有文件 %s，请核对路径和文件名", name)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("没有读取 %s 的权限，请核对文件的属主和权限", name)
	case err != nil:
		if info, stat := os.Stat(name); stat == nil && info.IsDir() {
			return nil, fmt.Errorf("%s 是文件夹；导入整个文件夹请用 duixian import --all %s", name, name)
		}
		return nil, fmt.Errorf("读取 %s：%w", name, err)
	}
	return body, nil
}

// importOne tries one file out, says what it found, and imports it when nothing was refused.
func (p *program) importOne(ctx context.Context, a *app, src importSource, knownOn policy.Date, who models.Actor, o *importOptions, several bool) error {
	body, err := readFile(src.path)
	if err != nil {
		return err
	}
	name := filepath.Base(src.path)
	sha := models.FileSHA(body)
	if old, err := a.store.Read(ctx).ImportBySHA(src.kind, sha); err == nil {
		report, err := already(old, name, body, o.report != "")
		if err != nil {
			return err
		}
		if err := p.tell(o, report); err != nil {
			return err
		}
		return p.writeRowReport(rowReport{report, src.path, body}, o.report, several)
	} else if models.CodeOf(err) != models.NotFound {
		return err
	}
	progress, done := p.progress(name)
	file, err := sheets.Read(src.kind, name, bytes.NewReader(body), int64(len(body)), sheets.Options{KnownOn: knownOn, Today: policy.DateOf(p.now()), Progress: progress})
	done()
	if err != nil {
		return err
	}
	report := file.Report
	if report.OK() {
		delta, err := sheets.Resolve(a.store.Read(ctx), file)
		if err != nil {
			return err
		}
		report = delta.Report
	}
	if err := p.tell(o, report); err != nil {
		return err
	}
	if err := p.writeRowReport(rowReport{report, src.path, body}, o.report, several); err != nil {
		return err
	}
	switch {
	case !report.OK() && o.report == "":
		return fmt.Errorf("%s 没有导入（加上 --report 问题.xlsx 可以得到逐行写明原因的表格）", name)
	case !report.OK():
		return fmt.Errorf("%s 没有导入", name)
	}
	staged := models.StagedFile{Kind: src.kind, FileName: name, KnownOn: knownOn, Body: body, ExpiresAt: p.instant().Add(24 * time.Hour)}
	if err := a.store.InTx(ctx, func(tx *models.Tx) error { return tx.StageFile(&staged) }); err != nil {
		return err
	}
	began := p.instant()
	watched, done := p.written(ctx, name)
	defer done()
	run, err := a.runner.RunNow(watched, who, jobs.ImportJob, models.Params{"kind": src.kind, "sha256": staged.SHA256}, 0, "", p.instant())
	if err == nil && (run.State == models.RunFailed || run.State == models.RunHalted) && run.QueuedAt < began {
		run, err = a.runner.Retry(watched, who, run.ID, p.instant()) // the same file failed before; what it lacked may be there now
	}
	done()
	if err != nil {
		return err
	}
	return p.printImport(a.store.Read(ctx), run, name, o.asJSON)
}

func (p *program) printImport(q models.Query, run models.Run, name string, quiet bool) error {
	switch run.State {
	case models.RunSucceeded:
	case models.RunQueued, models.RunRunning:
		return fmt.Errorf("%s 尚未导入完（#%d %s）：已由另一个进程接手，或排在前一次导入之后；请稍后用 duixian job history import 查看，或重新执行同一命令", name, run.ID, run.State.Text())
	default:
		return fmt.Errorf("%s 没有导入（#%d %s）：%s", name, run.ID, run.StateText(), run.ErrorText)
	}
	var done jobs.Imported
	if err := json.Unmarshal([]byte(run.Summary), &done); err != nil {
		return err
	}
	if quiet {
		return nil
	}
	switch {
	case done.Approval != 0 && run.Params["kind"] == "accounts":
		lines(p.out, "%s：收款账户变更须两人办理，已送审 #%d，审批码随通知发给复核人", name, done.Approval)
	case done.Approval != 0:
		what := "人员变更"
		switch run.Params["kind"] {
		case "appropriations":
			what = "预算指标"
		case "amounts":
			what = "金额核定"
		}
		asked, err := q.Approval(done.Approval)
		switch {
		case err != nil:
			return err
		case asked.State == models.ApprovalPending:
			lines(p.out, "%s：%s须两人办理，已送审 #%d，审批码随通知发给复核人", name, what, done.Approval)
		case asked.State == models.ApprovalApproved || asked.State == models.ApprovalExecuted:
			lines(p.out, "%s：此前已送审 #%d（%s），没有变化", name, done.Approval, asked.State.Text())
		default:
			lines(p.out, "%s：此前已送审 #%d（%s）；要再次送审，请先改动文件（例如更正一行），同一份文件只送审一次", name, done.Approval, asked.State.Text())
		}
	case done.Already:
		lines(p.out, "%s：此前已经导入，没有变化", name)
	default:
		lines(p.out, "%s：已导入（#%d）", name, run.ID)
	}
	return nil
}

// progress draws a counter of rows that were read on a terminal, and nothing elsewhere.
func (p *program) progress(name string) (func(rows int), func()) {
	if !p.looking() {
		return nil, func() {}
	}
	return func(rows int) { fmt.Fprintf(p.err, "\r%s：已读 %d 行", name, rows) }, p.wipe
}

// written draws the same for rows that are written.
func (p *program) written(ctx context.Context, name string) (context.Context, func()) {
	if !p.looking() {
		return ctx, func() {}
	}
	total := 0
	return models.Watch(ctx, func(rows int) {
		if total += rows; total >= 500 { // what is done at once needs no counter
			fmt.Fprintf(p.err, "\r%s：已写 %d 条", name, total)
		}
	}), p.wipe
}

func (p *program) wipe() { fmt.Fprint(p.err, "\r\033[K") }

// looking is whether somebody sees what is written to standard error.
func (p *program) looking() bool {
	f, ok := p.err.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
