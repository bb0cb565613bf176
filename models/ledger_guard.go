package models

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-sql-driver/mysql"
)

// ledgerTriggers refuse on the server's side what this program never does: a transfer is neither changed nor deleted. On SQLite they come
// with the schema.
var ledgerTriggers = [][2]string{
	{"transfers_no_update", "CREATE TRIGGER transfers_no_update BEFORE UPDATE ON transfers FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'transfers are never changed'"},
	{"transfers_no_delete", "CREATE TRIGGER transfers_no_delete BEFORE DELETE ON transfers FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'transfers are never deleted'"},
}

// guardLedger makes the triggers where there are none. Not every server lets a schema have them: with binary logging MySQL asks for SUPER or
// log_bin_trust_function_creators (1419), some accounts lack the privilege (1142, 1227, 1044), TiDB has none (1064, 1105). Then the ledger is guarded by the
// program and by check 6 alone, and doctor says so. Another replica may be making them at the same moment (1359).
func (s *Store) guardLedger(ctx context.Context) error {
	if s.dialect != "mysql" {
		return nil
	}
	missing, err := s.unguarded(ctx)
	if err != nil {
		return err
	}
	for _, name := range missing {
		for _, t := range ledgerTriggers {
			if t[0] != name {
				continue
			}
			err := s.write.WithContext(ctx).Exec(t[1]).Error
			my, _ := errors.AsType[*mysql.MySQLError](err)
			switch {
			case err == nil, my != nil && my.Number == 1359:
			case my != nil && (my.Number == 1419 || my.Number == 1142 || my.Number == 1227 || my.Number == 1044 || my.Number == 1064 || my.Number == 1105):
				return nil
			default:
				return fmt.Errorf("账目保护: %w", readable(err))
			}
		}
	}
	return nil
}

// LedgerGuarded reports whether the server itself refuses to change a transfer.
func (s *Store) LedgerGuarded(ctx context.Context) (bool, error) {
	missing, err := s.unguarded(ctx)
	return len(missing) == 0, err
}

func (s *Store) unguarded(ctx context.Context) ([]string, error) {
	query := "SELECT name FROM sqlite_master WHERE type = 'trigger'"
	if s.dialect == "mysql" {
		query = "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()"
	}
	var have []string
	if err := s.read.WithContext(ctx).Raw(query).Scan(&have).Error; err != nil {
		return nil, readable(err)
	}
	there := map[string]bool{}
	for _, name := range have {
		there[name] = true
	}
	var missing []string
	for _, t := range ledgerTriggers {
		if !there[t[0]] {
			missing = append(missing, t[0])
		}
	}
	return missing, nil
}
