package models

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// rowGuards are the triggers by which the database itself refuses what this program never does: a transfer or a row of the audit trail is neither changed
// nor deleted. On SQLite they come with the schema, and somebody has taken away what is missing.
var rowGuards = []rowGuard{
	{"transfers_no_update", "transfers", "UPDATE", "transfers are never changed"},
	{"transfers_no_delete", "transfers", "DELETE", "transfers are never deleted"},
	{"audit_log_no_update", "audit_log", "UPDATE", "audit_log is append-only"},
	{"audit_log_no_delete", "audit_log", "DELETE", "audit_log is append-only"},
}

type rowGuard struct{ name, table, event, says string }

func (g rowGuard) statement(dialect string) string {
	if dialect == "sqlite" {
		return fmt.Sprintf("CREATE TRIGGER IF NOT EXISTS %s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, '%s'); END", g.name, g.event, g.table, g.says)
	}
	return fmt.Sprintf("CREATE TRIGGER %s BEFORE %s ON %s FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '%s'", g.name, g.event, g.table, g.says)
}

// GuardRows makes the triggers where there are none. Not every server lets a schema have them: with binary logging MySQL asks for SUPER or
// log_bin_trust_function_creators (1419), some accounts lack the privilege (1142, 1227, 1044), TiDB has none (1064, 1105). Then the rows are guarded by the
// program and by checks 6 and 39 alone, and doctor says so. Another replica may be making them at the same moment (1359).
func (s *Store) GuardRows(ctx context.Context) error {
	guards, err := s.unguarded(ctx)
	if err != nil {
		return err
	}
	for _, g := range guards {
		err := s.write.WithContext(ctx).Exec(g.statement(s.dialect)).Error
		my, _ := errors.AsType[*mysql.MySQLError](err)
		switch {
		case err == nil, my != nil && my.Number == 1359:
		case my != nil && (my.Number == 1419 || my.Number == 1142 || my.Number == 1227 || my.Number == 1044 || my.Number == 1064 || my.Number == 1105):
			return nil
		default:
			return fmt.Errorf("账目和审计记录的保护: %w", readable(err))
		}
	}
	return nil
}

// Guard is how far the database itself refuses changes of the ledger and of the audit trail.
type Guard struct {
	Dialect string
	Tables  []string // those that lack a trigger: transfers, audit_log
	// Grant is what the server's administrator types so that the program may make them; empty where there is nothing to be granted (SQLite, TiDB).
	Grant []string
}

// Guarded looks whether the triggers are there.
func (s *Store) Guarded(ctx context.Context) (Guard, error) {
	guard := Guard{Dialect: s.dialect}
	missing, err := s.unguarded(ctx)
	if err != nil || len(missing) == 0 {
		return guard, err
	}
	for i, g := range missing {
		if i == 0 || g.table != missing[i-1].table {
			guard.Tables = append(guard.Tables, g.table)
		}
	}
	if s.dialect != "mysql" {
		return guard, nil
	}
	var server struct{ Version, Account, Name string }
	if err := s.read.WithContext(ctx).Raw("SELECT VERSION() AS version, CURRENT_USER() AS account, DATABASE() AS name").Scan(&server).Error; err != nil {
		return guard, readable(err)
	}
	if strings.Contains(server.Version, "TiDB") {
		return guard, nil
	}
	user, host := server.Account, "%"
	if i := strings.LastIndex(server.Account, "@"); i >= 0 {
		user, host = server.Account[:i], server.Account[i+1:]
	}
	guard.Grant = []string{fmt.Sprintf("GRANT TRIGGER ON `%s`.* TO '%s'@'%s';", server.Name, user, host), "SET GLOBAL log_bin_trust_function_creators = 1;"}
	return guard, nil
}

func (s *Store) unguarded(ctx context.Context) ([]rowGuard, error) {
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
	var missing []rowGuard
	for _, g := range rowGuards {
		if !there[g.name] {
			missing = append(missing, g)
		}
	}
	return missing, nil
}
