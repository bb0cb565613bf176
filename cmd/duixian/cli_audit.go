package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"duixian/models"
)

func auditCommand(p *program) *cobra.Command {
	return group(&cobra.Command{Use: "audit", Short: "The tamper-evident audit log"}, auditVerifyCommand(p))
}

// auditOptions say what the chain is compared with besides itself.
type auditOptions struct {
	file   string   // of anchors; empty = the configured one
	typed  []string // anchors that a person holds
	key    string   // public, that all must be signed with
	asJSON bool
}

func auditVerifyCommand(p *program) *cobra.Command {
	var o auditOptions
	cmd := &cobra.Command{
		Use: "verify", Short: "Walk every chain, name the first row that does not fit, and compare with the anchors",
		Long: `Walks each stream of the audit log from its first row to its head and names the first row that does not fit: stream,
number, when it was written and by whom. Then compares with the nightly anchors in the database, in the anchor file, and
those that people hold: the 16 characters of an old morning report or payment file. That finds also a chain that was
rewritten as a whole, one that was cut back together with its head, anchors that were deleted, and a database that was
put back from an older copy. The exit code is 1 when anything is found.

  duixian audit verify --anchors /mnt/worm/anchors.jsonl --anchor "2026年3月2日 3f9a17c2b04de811"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(a *app) error { return p.verifyAudit(cmd.Context(), a, o) })
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.file, "anchors", "", "a file of anchors, instead of the configured audit.anchor_file")
	f.StringArrayVar(&o.typed, "anchor", nil, "an anchor that somebody noted down, with or without its day; may be repeated")
	f.StringVar(&o.key, "key", "", "the public key that all anchors must be signed with, as doctor printed it")
	f.BoolVar(&o.asJSON, "json", false, "print JSON")
	return cmd
}

// auditProof is the result as scripts read it.
type auditProof struct {
	Rows   int64               `json:"rows"`
	Breaks []models.AuditBreak `json:"breaks"`
	models.AnchorProof
}

func (p *program) verifyAudit(ctx context.Context, a *app, o auditOptions) error {
	if o.file != "" { // one that is named must be there
		if _, err := os.Stat(o.file); err != nil {
			return misuse("--anchors: %v", err)
		}
	} else {
		o.file = a.config.Audit.AnchorFile
	}
	file, err := models.ReadAnchorFile(o.file)
	if err != nil {
		return err
	}
	q := a.store.Read(ctx)
	proof := auditProof{Breaks: []models.AuditBreak{}}
	rows, breaks, err := q.VerifyAudit()
	if err != nil {
		return err
	}
	proof.Rows, proof.Breaks = rows, append(proof.Breaks, breaks...)
	if proof.AnchorProof, err = q.VerifyAnchors(file, o.typed, o.key); err != nil {
		return err
	}
	if o.asJSON {
		if err := printJSON(p.out, proof); err != nil {
			return err
		}
	} else {
		printProof(p, proof)
	}
	if len(proof.Breaks)+len(proof.Findings) > 0 {
		return errSilent
	}
	return nil
}

func printProof(p *program, proof auditProof) {
	for _, b := range proof.Breaks {
		lines(p.out, "%s", b.Text())
	}
	for _, f := range proof.Findings {
		lines(p.out, "%s", f)
	}
	for _, n := range proof.Notes {
		lines(p.out, "（%s）", n)
	}
	if newest := proof.Newest; newest.No > 0 {
		lines(p.out, "审计锚：数据库里 %d 个，锚文件里 %d 个，最新 %s %s", proof.Anchors, proof.Lines, newest.Day.Text(), newest.Short)
	} else {
		lines(p.out, "还没有审计锚：每天 6:30 生成第一个之后，才能发现整条审计链被改写")
	}
	lines(p.out, "查 %d 行，%d 处异常", proof.Rows, len(proof.Breaks)+len(proof.Findings))
}
