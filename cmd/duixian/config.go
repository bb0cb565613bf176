package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"duixian/dingtalk"
	"duixian/policy"
	"duixian/secret"
)

// Config is what an installation decides; config_example.yaml explains each key. Each room has small options of its
// own, and no room knows this type.
type Config struct {
	DataDir      string               `yaml:"data_dir"`
	Database     DatabaseConfig       `yaml:"database"`
	KeysetFile   string               `yaml:"keyset_file"`
	CalendarFile string               `yaml:"calendar_file"`
	Policy       PolicyConfig         `yaml:"policy"`
	Jobs         map[string]JobConfig `yaml:"jobs"`
	Runner       RunnerConfig         `yaml:"runner"`
	Notices      NoticesConfig        `yaml:"notices"`
	Reminders    RemindersConfig      `yaml:"reminders"`
	Approvals    ApprovalsConfig      `yaml:"approvals"`
	Award        AwardConfig          `yaml:"award"`
	Publicity    PublicityConfig      `yaml:"publicity"`
	Star         StarConfig           `yaml:"star"`
	BestOf       BestOfConfig         `yaml:"best_of"`
	Desk         DeskConfig           `yaml:"desk"`
	DingTalk     DingTalkConfig       `yaml:"dingtalk"`
	CLIOfficials bool                 `yaml:"cli_officials"`
	PlayedClock  string               `yaml:"played_clock"`
	Watch        WatchConfig          `yaml:"watch"`
	Audit        AuditConfig          `yaml:"audit"`
	Volume       VolumeConfig         `yaml:"volume"`
	Import       ImportConfig         `yaml:"import"`
	Payments     PaymentsConfig       `yaml:"payments"`
	Budget       BudgetConfig         `yaml:"budget"`
	Log          LogConfig            `yaml:"log"`
	HTTP         HTTPConfig           `yaml:"http"`

	file yamlFile // where all this was read from; without a name: built-in defaults
}

// DatabaseConfig says where the data live. The DSN may hold a password.
type DatabaseConfig struct {
	DSN          secret.Text `yaml:"dsn"`
	DSNFile      string      `yaml:"dsn_file"`
	MaxPageCount int         `yaml:"max_page_count"`
}

// PolicyConfig chooses the policy, its first day and the readings of its open points.
type PolicyConfig struct {
	Book          string            `yaml:"book"`
	EffectiveFrom policy.Date       `yaml:"effective_from"`
	Options       map[string]string `yaml:"options"`
}

// BestOfConfig chooses the readings of 从优从高不重复.
type BestOfConfig struct {
	PaidLower  string `yaml:"paid_lower"`
	OtherYears string `yaml:"other_years"`
}

// JobConfig changes when one job runs.
type JobConfig struct {
	Schedule string `yaml:"schedule"`
	CatchUp  string `yaml:"catch_up"`
	Disabled bool   `yaml:"disabled"`
}

// RunnerConfig says how long a process that gives no sign of life keeps its run.
type RunnerConfig struct {
	Lease time.Duration `yaml:"lease"`
}

// NoticesConfig says how and when people are told.
type NoticesConfig struct {
	Channel     string                      `yaml:"channel"`
	File        string                      `yaml:"file"`
	Morning     string                      `yaml:"morning"`
	Quiet       QuietConfig                 `yaml:"quiet"`
	UnreadDays  int                         `yaml:"unread_days"`
	GroupRobots map[string]GroupRobotConfig `yaml:"group_robots"`
}

// QuietConfig is the part of the day in which nobody is disturbed; it may span midnight.
type QuietConfig struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

// RemindersConfig sets the days that the ladders of the reminders lead to.
type RemindersConfig struct {
	AnnualReportDeadline  string                  `yaml:"annual_report_deadline"`
	ApplicationTailMonths int                     `yaml:"application_tail_months"`
	Windows               map[string]WindowConfig `yaml:"windows"`
}

// WindowConfig is when material for some items is taken.
type WindowConfig struct {
	Title  string      `yaml:"title"`
	Items  []string    `yaml:"items"`
	Opens  policy.Date `yaml:"opens"`
	Closes policy.Date `yaml:"closes"`
}

// ApprovalsConfig limits how long a plan waits for its second person.
type ApprovalsConfig struct {
	ExpireDays int        `yaml:"expire_days"`
	TypedFrom  policy.Fen `yaml:"typed_from"`
}

// AwardConfig is about plans that make awards.
type AwardConfig struct {
	BasisRequired bool `yaml:"basis_required"`
}

// PublicityConfig says how long lists are shown to the public, and whether awards are.
type PublicityConfig struct {
	Awards        bool `yaml:"awards"`
	Days          int  `yaml:"days"`
	TitleDays     int  `yaml:"title_days"`
	CountStartDay bool `yaml:"count_start_day"`
}

// DeskConfig is whom firms turn to who want a human being.
type DeskConfig struct {
	Name  string `yaml:"name"`
	Phone string `yaml:"phone"`
	Hours string `yaml:"hours"`
	Place string `yaml:"place"`
}

// WatchConfig says how the watcher tells that something is wrong with the house itself. The ping URL is a secret: who knows
// it can pretend that all is well.
type WatchConfig struct {
	Channel       string      `yaml:"channel"`
	File          string      `yaml:"file"`
	SilentMinutes int         `yaml:"silent_minutes"`
	PingURL       secret.Text `yaml:"ping_url"`
}

// AuditConfig says where the nightly anchors of the audit chain are appended to, and with which key they are signed.
type AuditConfig struct {
	AnchorFile string `yaml:"anchor_file"`
	KeyFile    string `yaml:"key_file"`

	key secret.Text // from the environment; it wins over the file
}

// VolumeConfig says from when on a night does so much more than usual that a person must look first.
type VolumeConfig struct {
	Times       int        `yaml:"times"`
	Items       int        `yaml:"items"`
	Amount      policy.Fen `yaml:"amount"`
	AbsenceDays int        `yaml:"absence_days"`
}

// ImportConfig is about the folder into which other offices put files.
type ImportConfig struct {
	DropDir         string `yaml:"drop_dir"`
	DropNeedsMarker bool   `yaml:"drop_needs_marker"`
	DropKeepDays    int    `yaml:"drop_keep_days"`
	DropTellDays    int    `yaml:"drop_tell_days"`
}

// PaymentsConfig is about the list that goes to the treasury.
type PaymentsConfig struct {
	Columns     []string `yaml:"columns"`
	OverdueDays int      `yaml:"overdue_days"`
}

// LogConfig is about the program's own log.
type LogConfig struct {
	Level string `yaml:"level"`
}

// HTTPConfig is about the pages and health checks.
type HTTPConfig struct {
	Listen    string `yaml:"listen"`
	PublicURL string `yaml:"public_url"`
}

func defaultConfig() Config {
	return Config{
		DataDir:   "data",
		Policy:    PolicyConfig{Book: policy.DefaultBook},
		Runner:    RunnerConfig{Lease: time.Minute},
		Notices:   NoticesConfig{Channel: "console", Morning: "08:30", Quiet: QuietConfig{From: "20:00", To: "08:00"}, UnreadDays: 3},
		Reminders: RemindersConfig{AnnualReportDeadline: "03-31", ApplicationTailMonths: 12}, // as policy/reminders/ladders.yaml says
		Approvals: ApprovalsConfig{ExpireDays: 3, TypedFrom: policy.Yuan(1_000_000)},
		Award:     AwardConfig{BasisRequired: true},
		Publicity: PublicityConfig{Days: 5, TitleDays: 7, CountStartDay: true},
		Star:      defaultStar,
		BestOf:    BestOfConfig{PaidLower: policy.TopUp, OtherYears: "allow"},
		DingTalk:  DingTalkConfig{Receive: "stream", APIQuota: dingtalk.StandardAPI, WebhookStreamQuota: dingtalk.StandardWebhookAndStream},
		Watch:     WatchConfig{Channel: "console", SilentMinutes: 5},
		Volume:    VolumeConfig{Times: 5, Items: 200, Amount: 10_000_000_00, AbsenceDays: 31},
		Budget:    BudgetConfig{Closing: "12-20"},
		Import:    ImportConfig{DropKeepDays: 30, DropTellDays: 3},
		Payments:  PaymentsConfig{OverdueDays: 5},
		Log:       LogConfig{Level: "info"},
		HTTP:      HTTPConfig{Listen: "127.0.0.1:8380"},
	}
}

// Environment variables that are read. A secret in the environment wins over the file.
const (
	envConfig = "DUIXIAN_CONFIG"
	envDSN    = "DUIXIAN_DATABASE_DSN"
	envAnchor = "DUIXIAN_AUDIT_KEY"
)

// loadConfig reads the configuration, completes it and checks it. All problems are reported at once. The business clock is from then on the
// one that the configuration names.
func (p *program) loadConfig() (Config, error) {
	c, err := p.readConfig()
	if err == nil {
		err = p.keepTime(c)
	}
	return c, err
}

func (p *program) readConfig() (Config, error) {
	name, given := p.configFile, true
	if name == "" {
		name = p.getenv(envConfig)
	}
	if name == "" {
		name, given = "duixian.yaml", false
	}
	data, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !given:
		c := defaultConfig()
		problems := append(c.complete(p.getenv), c.check()...)
		return c, yamlFile{}.errorOf(problems)
	case errors.Is(err, fs.ErrNotExist):
		return Config{}, &misuseError{"配置文件 " + name + " 不存在", "duixian config example > " + name}
	case err != nil:
		return Config{}, fmt.Errorf("读取配置文件：%w", err)
	}
	return parseConfig(name, data, p.getenv)
}

func parseConfig(name string, data []byte, getenv func(string) string) (Config, error) {
	c, file := defaultConfig(), yamlFile{name, map[string]string{}}
	problems := file.decode(data, &c)
	if len(problems) == 0 {
		problems = append(c.complete(getenv), c.check()...)
	}
	c.file = file
	return c, file.errorOf(problems)
}

// complete reads the secrets and fills what follows from other keys.
func (c *Config) complete(getenv func(string) string) (problems []problem) {
	db := &c.Database
	if db.DSN != "" && db.DSNFile != "" {
		problems = append(problems, problem{"database.dsn_file", "与 database.dsn 只能填写一个"})
	}
	if env := getenv(envDSN); env != "" {
		db.DSN, db.DSNFile = secret.Text(env), ""
	} else if db.DSNFile != "" {
		data, err := os.ReadFile(db.DSNFile)
		if err != nil {
			problems = append(problems, problem{"database.dsn_file", fmt.Sprintf("无法读取：%v", err)})
		}
		db.DSN = secret.Text(strings.TrimSpace(string(data)))
	}
	db.DSN = cmp.Or(db.DSN, secret.Text("sqlite:"+filepath.Join(c.DataDir, "duixian.db")))
	problems = append(problems, c.DingTalk.complete(getenv)...)
	c.KeysetFile = cmp.Or(c.KeysetFile, filepath.Join(c.DataDir, "keyset.json"))
	c.Audit.key = secret.Text(getenv(envAnchor))
	c.Audit.KeyFile = cmp.Or(c.Audit.KeyFile, filepath.Join(filepath.Dir(c.KeysetFile), "anchor-key.pem"))
	c.Audit.AnchorFile = cmp.Or(c.Audit.AnchorFile, filepath.Join(db.besides(c.DataDir), "anchors.jsonl"))
	if c.Notices.Channel != "console" {
		c.Notices.File = cmp.Or(c.Notices.File, filepath.Join(c.DataDir, "notices.log"))
	}
	if c.Watch.Channel == "file" {
		c.Watch.File = cmp.Or(c.Watch.File, filepath.Join(c.DataDir, "alerts.log"))
	}
	return problems
}

// getenv looks a variable up; unset and empty are the same.
func (p *program) getenv(name string) string {
	for _, entry := range p.environ {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}
