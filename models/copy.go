package models

import (
	"context"
	"fmt"
	"strings"
)

// told are the tables of what people told us: a simulation starts from these and from no run, decision or award.
var told = []string{
	"counters", "organisations", "enterprises", "key_enterprises", "members", "member_roles", "imports", "people", "recruits", "month_sets", "month_coverage",
	"listings", "facts", "external_awards", "appropriations", "bank_accounts", "nominees", "jury_scores", "opinions",
}

// copiedMeta marks a database whose members and imports came from another one, where their audit rows are.
const copiedMeta = "copied"

// CopyTold copies what people told us from one database into a new, empty one, of the same or the other kind, and asks the insurance check to
// look at every recruit on each day on which something about it became known. Both must use the same keyset. Numbers go on where the
// source stopped. It returns the number of rows.
func CopyTold(ctx context.Context, from, to *Store) (int, error) {
	total := 0
	err := to.InTx(ctx, func(tx *Tx) error {
		total = 0
		for _, table := range told {
			n, err := copyTable(from.Read(ctx), tx, table)
			if err != nil {
				return fmt.Errorf("复制 %s: %w", table, err)
			}
			total += n
		}
		if err := tx.SetMeta(copiedMeta, "told"); err != nil {
			return err
		}
		// what was only proposed counts nowhere, and the plans behind what counts stay where they are
		if err := tx.db.Exec("DELETE FROM bank_accounts WHERE state <> 'active'").Error; err != nil {
			return readable(err)
		}
		// in the copy everything was recorded on the day on which it became known
		if err := tx.db.Exec("UPDATE imports SET at = 0").Error; err != nil {
			return readable(err)
		}
		if err := tx.db.Exec("UPDATE appropriations SET plan_id = 0, since = 0").Error; err != nil { // their approvals stay behind
			return readable(err)
		}
		return readable(tx.db.Exec(`INSERT INTO rechecks (from_on, root_id)
			SELECT known_on, root_id FROM recruits
			UNION SELECT m.known_on, r.root_id FROM month_sets m JOIN recruits r ON r.person_id = m.person_id AND r.enterprise_id = m.payer_id
			UNION SELECT c.known_on, r.root_id FROM month_coverage c JOIN recruits r ON r.enterprise_id = c.payer_id`).Error)
	})
	return total, err
}

// copyTable copies one table page by page; columns are taken from the source, so a new column needs no change here.
func copyTable(from Query, tx *Tx, table string) (int, error) {
	rows, err := from.db.Raw("SELECT * FROM " + table).Rows()
	if err != nil {
		return 0, readable(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	words, err := wordColumns(tx, table)
	if err != nil {
		return 0, err
	}
	mark := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ") + ")"
	head := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES "
	var args []any
	n, waiting := 0, 0
	flush := func() error {
		if waiting == 0 {
			return nil
		}
		// past gorm, which would take a []byte for a list of values
		_, err := tx.db.Statement.ConnPool.ExecContext(tx.db.Statement.Context, head+strings.TrimSuffix(strings.Repeat(mark+", ", waiting), ", "), args...)
		args, waiting = args[:0], 0
		return readable(err)
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		for i, v := range values {
			b, ok := v.([]byte)
			if !ok {
				continue
			}
			if values[i] = append([]byte{}, b...); words[columns[i]] { // bytes that are empty are not NULL
				values[i] = string(b)
			}
		}
		args, n, waiting = append(args, values...), n+1, waiting+1
		if waiting == 200 {
			if err := flush(); err != nil {
				return n, err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return n, readable(err)
	}
	return n, flush()
}

// wordColumns are the columns of a table that hold words where the target tells words from bytes: the embedded database finds a word that was stored as bytes under
// no key again, and a server keeps both in columns of bytes.
func wordColumns(tx *Tx, table string) (map[string]bool, error) {
	if tx.db.Name() != "sqlite" {
		return nil, nil
	}
	var names []string
	if err := tx.db.Raw("SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT'", table).Scan(&names).Error; err != nil {
		return nil, readable(err)
	}
	words := make(map[string]bool, len(names))
	for _, name := range names {
		words[name] = true
	}
	return words, nil
}
