package main

import (
	"database/sql"
	"fmt"
)

// books are the rows of money as they stand in the tables.
type books struct {
	awards      map[int64]award
	instalments map[part]instalment
	batches     map[int64]batch
	lines       []line
	transfers   []transfer
	steps       []step
	caps        map[string]int64 // what each says is used
	uses        []use
	accounts    map[string]account
	rounds      map[int64]round
	places      []seat
	chosen      []chosen
}

type award struct{ amount int64 }

type part struct{ award, no int64 }

type instalment struct {
	amount, due int64
	state       string
}

type batch struct {
	on, count, total int64
	state            string
}

type line struct {
	batch, no, attempt, amount int64
	of                         part
	state                      string
}

type transfer struct {
	id, kind, pending, debit, credit string
	amount, award                    int64
}

// step is what a case of 追回 took back: set off against what was not paid, or paid back.
type step struct {
	kind          string
	award, amount int64
}

type use struct {
	cap           string
	award, amount int64
}

type account struct{ posted, out, in int64 }

func load(db *sql.DB) (*books, error) {
	b := &books{awards: map[int64]award{}, instalments: map[part]instalment{}, batches: map[int64]batch{}, accounts: map[string]account{}, rounds: map[int64]round{}, caps: map[string]int64{}}
	for _, table := range []struct {
		query string
		row   func(scan func(...any) error) error
	}{
		{"SELECT id, amount_fen FROM awards", func(scan func(...any) error) error {
			var id int64
			var a award
			err := scan(&id, &a.amount)
			b.awards[id] = a
			return err
		}},
		{"SELECT award_id, no, amount_fen, due_on, state FROM instalments", func(scan func(...any) error) error {
			var p part
			var i instalment
			err := scan(&p.award, &p.no, &i.amount, &i.due, &i.state)
			b.instalments[p] = i
			return err
		}},
		{"SELECT id, business_date, line_count, total_fen, state FROM batches", func(scan func(...any) error) error {
			var id int64
			var x batch
			err := scan(&id, &x.on, &x.count, &x.total, &x.state)
			b.batches[id] = x
			return err
		}},
		{"SELECT batch_id, no, award_id, instalment_no, attempt, amount_fen, state FROM batch_lines ORDER BY batch_id, no", func(scan func(...any) error) error {
			var l line
			err := scan(&l.batch, &l.no, &l.of.award, &l.of.no, &l.attempt, &l.amount, &l.state)
			b.lines = append(b.lines, l)
			return err
		}},
		{"SELECT id, kind, pending_id, debit, credit, amount_fen, award_id FROM transfers", func(scan func(...any) error) error {
			var t transfer
			err := scan(&t.id, &t.kind, &t.pending, &t.debit, &t.credit, &t.amount, &t.award)
			b.transfers = append(b.transfers, t)
			return err
		}},
		{"SELECT kind, award_id, amount_fen FROM adjustment_steps WHERE amount_fen <> 0", func(scan func(...any) error) error {
			var s step
			err := scan(&s.kind, &s.award, &s.amount)
			b.steps = append(b.steps, s)
			return err
		}},
		{"SELECT cap_key, used_fen FROM caps", func(scan func(...any) error) error {
			var key string
			var used int64
			err := scan(&key, &used)
			b.caps[key] = used
			return err
		}},
		{"SELECT cap_key, award_id, amount_fen FROM cap_uses", func(scan func(...any) error) error {
			var u use
			err := scan(&u.cap, &u.award, &u.amount)
			b.uses = append(b.uses, u)
			return err
		}},
		{"SELECT code, posted_fen, pending_out_fen, pending_in_fen FROM accounts", func(scan func(...any) error) error {
			var code string
			var a account
			err := scan(&code, &a.posted, &a.out, &a.in)
			b.accounts[code] = a
			return err
		}},
		{"SELECT id, kind, year, state FROM rounds", func(scan func(...any) error) error {
			var id int64
			var x round
			err := scan(&id, &x.kind, &x.year, &x.state)
			b.rounds[id] = x
			return err
		}},
		{"SELECT round_id, org_id FROM round_places", func(scan func(...any) error) error {
			var s seat
			err := scan(&s.round, &s.org)
			b.places = append(b.places, s)
			return err
		}},
		{`SELECT a.item, a.org_id, c.fact_key, a.amount_fen FROM awards a JOIN claims c ON c.id = a.claim_id
			WHERE a.item IN ('backbone-firm', 'integrity-firm', 'recruit-elite')`, func(scan func(...any) error) error {
			var c chosen
			err := scan(&c.item, &c.org, &c.year, &c.amount)
			b.chosen = append(b.chosen, c)
			return err
		}},
	} {
		rows, err := db.Query(table.query)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", table.query, err)
		}
		for rows.Next() {
			if err := table.row(rows.Scan); err != nil {
				return nil, fmt.Errorf("%s: %w", table.query, err)
			}
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
		if err := rows.Close(); err != nil {
			return nil, err
		}
	}
	return b, nil
}
