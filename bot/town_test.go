package bot_test

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"testing"

	"duixian/bot"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
	"duixian/secret"
)

// town is a bureau for transcripts, with everything in it invented. Its happenings are verbs with arguments; rows are
// made through models, as files and nightly jobs make them.
type town struct {
	t         testing.TB
	store     *models.Store
	bot       *bot.Bot
	book      *policy.Book
	effective policy.Date
	work      *fakeWork
	orgs      map[string]int64
	employers map[string]int64
	people    map[string][]models.Recruit // by label
	persons   int
	revision  int
	codes     int               // invitations that were made
	files     map[string][]byte // that people send, by name
}

func newTown(t testing.TB, s *models.Store) *town {
	t.Helper()
	book, err := policy.Builtin("")
	if err != nil {
		t.Fatal(err)
	}
	w := &town{
		t: t, store: s, book: book, effective: policy.MustDate("2023-09-01"), orgs: map[string]int64{}, employers: map[string]int64{}, people: map[string][]models.Recruit{},
	}
	w.work = &fakeWork{town: w}
	w.open()
	return w
}

// open starts the bot as configured.
func (w *town) open() {
	var err error
	w.bot, err = bot.New(bot.Options{
		Store: w.store, Book: w.book, Effective: w.effective, Work: w.work.funcs(), Log: slog.New(slog.NewTextHandler(w.t.Output(), nil)),
		Hours: notifications.Hours{Calendar: policy.BuiltinCalendar()}, TypedFrom: policy.Yuan(1_000_000), Budget: w.budget(),
		Codes: func() secret.Text { w.codes++; return secret.Text(fmt.Sprintf("SAMPLE%02d", w.codes)) },
		Desk:  bot.Desk{Name: "市人社局示例科", Phone: "0579-00000000", Hours: "工作日9:00—17:00", Place: "市民中心示例窗口"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// verbs are what can happen on a day.
var verbs = map[string]func(w *town, on policy.Date, args []string, opt map[string]string){
	"firm": (*town).firm, "official": (*town).official, "contact": (*town).contact, "leave": (*town).leave, "rated": (*town).rated, "published": (*town).published, "listed": (*town).listed,
	"employer": (*town).employer, "hire": (*town).hire, "insured": (*town).insured, "covered": (*town).covered,
	"claim": (*town).claim, "count": (*town).count, "propose": (*town).propose, "award": (*town).award, "part": (*town).part, "hold": (*town).hold,
	"undated": (*town).undated, "reading": (*town).reading, "ran": (*town).ran, "broken": (*town).broken, "needbasis": (*town).needBasis, "again": (*town).again,
	"adjusted": (*town).adjusted, "allot": (*town).allot, "order": (*town).order, "planned": (*town).planned,
	"shown": (*town).shown, "published-list": (*town).publishedList, "closed-list": (*town).closedList, "noticed": (*town).noticed,
	"round": (*town).round, "announced": (*town).announced,
	"told": (*town).told, "delayed": (*town).delayed, "placed": (*town).placed, "selecting": (*town).selecting,
	"stopped": (*town).stopped, "bank": (*town).bank, "ordered": (*town).ordered, "sent": (*town).sent, "answered": (*town).answered,
}

// happen reads "2025-01-02 verb argument … name=value …". The day is the day on which it became known.
func (w *town) happen(line string) {
	w.t.Helper()
	words := strings.Fields(line)
	if len(words) == 0 || strings.HasPrefix(words[0], "#") {
		return
	}
	var args []string
	opt := map[string]string{}
	for _, word := range words[2:] {
		if name, value, ok := strings.Cut(word, "="); ok {
			opt[name] = value
		} else {
			args = append(args, word)
		}
	}
	verb, ok := verbs[words[1]]
	if !ok {
		w.t.Fatalf("nothing happens by the name of %s: %s", words[1], line)
	}
	verb(w, policy.MustDate(words[0]), args, opt)
}

// stopped 编号 理由: an official has stopped everything.
func (w *town) stopped(on policy.Date, args []string, _ map[string]string) {
	w.tx(func(tx *models.Tx) error {
		_, err := tx.Stop(models.Actor{Member: args[0]}, args[1], noon(on))
		return err
	})
}

func (w *town) tx(fn func(tx *models.Tx) error) {
	w.t.Helper()
	if err := w.store.InTx(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) day(text string, otherwise policy.Date) policy.Date {
	if text == "" {
		return otherwise
	}
	return policy.MustDate(text)
}

// noon is an instant of a day.
func noon(on policy.Date) policy.Instant { return policy.InstantOf(on.At(12, 0)) }

// firm 名称 代码 [permit=许可|备案|无] [permit_end=] [district=] [legal=false] [normal=false] [kind=]: registered from this day.
func (w *town) firm(on policy.Date, args []string, opt map[string]string) {
	permit := opt["permit"]
	if permit == "" {
		permit = "许可"
	}
	attrs, err := models.Canonical(map[string]any{
		"district": either(opt["district"], "urban"), "licensed": permit != "无", "independent_legal_person": opt["legal"] != "false",
		"operating_normally": opt["normal"] != "false", "permit": permit, "permit_end": opt["permit_end"],
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.tx(func(tx *models.Tx) error {
		id, known := w.orgs[args[0]]
		if !known {
			rows := []models.Organisation{{Code: args[1], Kind: either(opt["kind"], models.FirmKind), Name: args[0], KnownOn: on}}
			if err := tx.AddOrganisations(rows); err != nil {
				return err
			}
			id = rows[0].ID
		}
		w.orgs[args[0]] = id
		return tx.AddFacts([]models.Fact{{OrgID: id, Kind: "registration", FactKey: on.String(), OnDay: on, KnownOn: on, Attrs: string(attrs)}})
	})
}

// official 编号 姓名 角色…
func (w *town) official(on policy.Date, args []string, _ map[string]string) {
	var roles []models.MemberRole
	for _, role := range args[2:] {
		roles = append(roles, models.MemberRole{Role: models.Role(role)})
	}
	w.member(on, args, roles)
}

// contact 编号 姓名 企业…
func (w *town) contact(on policy.Date, args []string, _ map[string]string) {
	var roles []models.MemberRole
	for _, firm := range args[2:] {
		roles = append(roles, models.MemberRole{Role: models.Contact, OrgID: w.org(firm)})
	}
	w.member(on, args, roles)
}

func (w *town) member(on policy.Date, args []string, roles []models.MemberRole) {
	w.tx(func(tx *models.Tx) error {
		return tx.AddMember(noon(on), models.System, &models.Member{Code: args[0], Name: args[1], Active: true, Since: noon(on)}, roles...)
	})
}

// leave 编号 企业: the contact does not speak for the firm any more.
func (w *town) leave(on policy.Date, args []string, _ map[string]string) {
	w.tx(func(tx *models.Tx) error {
		return tx.ChangeRoster(noon(on), models.System, models.RosterChange{Code: args[0], Role: models.Contact, OrgID: w.org(args[1])})
	})
}

// told 企业 编号 答复: the firm's people have been sent an answer, and nobody has said to have read it.
func (w *town) told(on policy.Date, args []string, _ map[string]string) {
	w.notice(on, args, models.NoticeAccepted, "")
}

// delayed 企业 编号 答复: the same, but it waits for the next month's allowance.
func (w *town) delayed(on policy.Date, args []string, _ map[string]string) {
	w.notice(on, args, models.NoticePending, models.QuotaWait)
}

func (w *town) notice(on policy.Date, args []string, state models.NoticeState, reason string) {
	number, err := strconv.ParseInt(args[1], 10, 64)
	if err != nil {
		w.t.Fatal(err)
	}
	m := notifications.DeskAnswered{Request: number, What: "人工咨询", Answer: strings.Join(args[2:], " "), On: on}
	w.tx(func(tx *models.Tx) error {
		return notifications.Outbox{Hours: notifications.Hours{Calendar: policy.BuiltinCalendar()}}.Tell(tx, noon(on), 0, m, notifications.Organisation(w.org(args[0])))
	})
	modelstest.Exec(w.t, w.store, "UPDATE notices SET state = ?, reason = ? WHERE thing = ?", state, reason, "desk/"+args[1])
}

// rated 企业 年度 星级 [on=]
func (w *town) rated(known policy.Date, args []string, opt map[string]string) {
	w.fact(known, args[0], "star-rating", args[1], w.day(opt["on"], known), fmt.Sprintf(`{"stars":%s,"year":%s}`, args[2], args[1]))
}

// published 企业 年度: the firm's annual report.
func (w *town) published(known policy.Date, args []string, _ map[string]string) {
	w.fact(known, args[0], policy.AnnualReport, args[1], known, fmt.Sprintf(`{"year":%s}`, args[1]))
}

func (w *town) fact(known policy.Date, firm, kind, key string, on policy.Date, attrs string) {
	w.revision++
	w.tx(func(tx *models.Tx) error {
		return tx.AddFacts([]models.Fact{{OrgID: w.org(firm), Kind: kind, FactKey: key, OnDay: on, KnownOn: known, Rev: w.revision, Attrs: attrs}})
	})
}

// listed 企业 [from=] [to=]: on the list of serious dishonesty.
func (w *town) listed(known policy.Date, args []string, opt map[string]string) {
	w.revision++
	l := models.Listing{
		Code: "?", OrgID: w.org(args[0]), List: models.SeriousDishonesty, Issuer: "某市应急管理部门", Cause: "安全生产违法",
		FromOn: w.day(opt["from"], known), ToOn: w.day(opt["to"], 0), KnownOn: known, Rev: w.revision,
	}
	w.tx(func(tx *models.Tx) error { return tx.AddListings([]models.Listing{l}) })
}

// employer 名称 代码 [key=false]: a client, on the list of key industries unless told otherwise.
func (w *town) employer(on policy.Date, args []string, opt map[string]string) {
	w.tx(func(tx *models.Tx) error {
		rows := []models.Enterprise{{Code: args[1], Name: args[0], KnownOn: on}}
		if err := tx.AddEnterprises(rows); err != nil {
			return err
		}
		w.employers[args[0]] = rows[0].ID
		if opt["key"] == "false" {
			return nil
		}
		return tx.AddKeyEnterprises([]models.KeyEnterprise{{EnterpriseID: rows[0].ID, Chain: "新能源汽车", FromOn: on, KnownOn: on}})
	})
}

// hire 标签 企业 用人单位 人数 [hired=] [category=]: people under a label.
func (w *town) hire(known policy.Date, args []string, opt map[string]string) {
	n, err := strconv.Atoi(args[3])
	if err != nil {
		w.t.Fatal(err)
	}
	cipher := w.store.Cipher()
	people, rows := make([]models.Person, n), make([]models.Recruit, n)
	for i := range people {
		w.persons++
		number := secret.Text(fmt.Sprintf("nobody-%d", w.persons))
		if people[i], err = cipher.NewPerson(number, "无名氏", known); err != nil {
			w.t.Fatal(err)
		}
	}
	w.tx(func(tx *models.Tx) error {
		if err := tx.AddPeople(people); err != nil {
			return err
		}
		for i := range rows {
			rows[i] = models.Recruit{
				OrgID: w.org(args[1]), PersonID: people[i].ID, EnterpriseID: w.client(args[2]), HiredOn: w.day(opt["hired"], known),
				Category: either(opt["category"], "graduate"), PaidElsewhere: opt["elsewhere"] == "true", KnownOn: known,
			}
		}
		return tx.AddRecruits(rows)
	})
	w.people[args[0]] = rows
}

// again 标签 企业 用人单位 [hired=]: the same people, reported once more.
func (w *town) again(known policy.Date, args []string, opt map[string]string) {
	var rows []models.Recruit
	for _, r := range w.people[args[0]] {
		rows = append(rows, models.Recruit{
			OrgID: w.org(args[1]), PersonID: r.PersonID, EnterpriseID: w.client(args[2]), HiredOn: w.day(opt["hired"], known), Category: "graduate", KnownOn: known,
		})
	}
	w.tx(func(tx *models.Tx) error { return tx.AddRecruits(rows) })
}

// insured 标签 2025-11..2026-05: all months in which they are insured, as known from this day on; their employer's
// months are covered.
func (w *town) insured(known policy.Date, args []string, _ map[string]string) {
	months := w.months(args[1])
	w.revision++
	var rows []models.MonthSet
	for _, r := range w.people[args[0]] {
		rows = append(rows, models.MonthSet{PersonID: r.PersonID, PayerID: r.EnterpriseID, Insurance: models.Pension, KnownOn: known, Rev: w.revision, Insured: months})
	}
	if len(rows) == 0 {
		w.t.Fatalf("nobody is called %s", args[0])
	}
	w.tx(func(tx *models.Tx) error { return tx.AddMonthSets(rows) })
	w.cover(known, rows[0].PayerID, months)
}

// covered 用人单位 2025-11..2026-05: files about these months were imported.
func (w *town) covered(known policy.Date, args []string, _ map[string]string) {
	w.cover(known, w.client(args[0]), w.months(args[1]))
}

func (w *town) cover(known policy.Date, payer int64, months policy.MonthSet) {
	w.tx(func(tx *models.Tx) error {
		have, err := tx.Coverage([]int64{payer})
		if err != nil {
			return err
		}
		for _, c := range have {
			months.Clear(c.Month)
		}
		var rows []models.MonthCoverage
		for m := range months.All() {
			rows = append(rows, models.MonthCoverage{PayerID: payer, Insurance: models.Pension, Month: m, KnownOn: known})
		}
		return tx.AddCoverage(rows)
	})
}

func (w *town) months(text string) (set policy.MonthSet) {
	for part := range strings.SplitSeq(text, ",") {
		first, last, ok := strings.Cut(part, "..")
		if !ok {
			last = first
		}
		from, err1 := policy.ParseMonth(first)
		to, err2 := policy.ParseMonth(last)
		if err1 != nil || err2 != nil || set.SetRange(from, to) != nil {
			w.t.Fatalf("months %q", text)
		}
	}
	return set
}

// undated: the day the policy takes effect is not configured.
func (w *town) undated(policy.Date, []string, map[string]string) {
	w.effective = 0
	w.open()
}

// reading: the policy is read otherwise from here on, option and reading.
func (w *town) reading(_ policy.Date, args []string, _ map[string]string) {
	book, err := w.book.With(map[string]string{args[0]: args[1]})
	if err != nil {
		w.t.Fatal(err)
	}
	w.book = book
	w.open()
}

func (w *town) org(name string) int64 {
	id, ok := w.orgs[name]
	if !ok {
		w.t.Fatalf("no firm is called %s", name)
	}
	return id
}

func (w *town) client(name string) int64 {
	id, ok := w.employers[name]
	if !ok {
		w.t.Fatalf("no employer is called %s", name)
	}
	return id
}

func either(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
