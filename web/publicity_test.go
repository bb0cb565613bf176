package web_test

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/web"
)

// board is the page over one list.
func board(t *testing.T, s *models.Store) (*web.Publicity, models.Publicity) {
	t.Helper()
	var p models.Publicity
	err := s.InTx(t.Context(), func(tx *models.Tx) (err error) {
		p, err = tx.PlanPublicity(models.PublicityDraft{SubjectKind: "plan", SubjectID: 8, Kind: "award", Title: "拟奖补名单 " + hostile, Days: 5, Lines: []models.PublicityLine{
			{LineKey: "claim/1", OrgID: 1, ClaimID: 1, Name: "示例甲" + hostile, Code: "91330702MA2TE5T01Y", Item: "首次认定国家高新技术企业奖励", AmountFen: 100_000_000, Note: "三（二）"},
			{LineKey: "claim/2", OrgID: 2, ClaimID: 2, Name: "示例乙", Code: "330702199001010015", Item: "引才精英奖励", AmountFen: 3_000_000, Note: "三（七）"},
		}}, models.System, 0, morning)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return &web.Publicity{Store: s, Desk: "示例科 0579-0000000", Log: slog.New(slog.NewTextHandler(io.Discard, nil))}, p
}

func publish(t *testing.T, s *models.Store, p *models.Publicity) {
	t.Helper()
	rec := models.Publication{On: 20260213, First: 20260213, Last: 20260226, Where: "市人力社保局网站", ObjectTo: "示例科 0579-0000000"}
	if err := s.InTx(t.Context(), func(tx *models.Tx) error { return tx.StartPublicity(p, rec, models.System, 0, morning) }); err != nil {
		t.Fatal(err)
	}
}

func look(page *web.Publicity, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	page.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func TestOnlyPublishedListsAreShown(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		page, p := board(t, s)
		want := look(page, "GET", "/publicity/999").Body.String()
		hidden := func(path string) {
			t.Helper()
			if w := look(page, "GET", path); w.Code != 404 || w.Body.String() != want {
				t.Errorf("%s: %d\n%s", path, w.Code, w.Body)
			}
		}
		hidden("/publicity/1") // approved, and not published
		hidden("/publicity/1.xlsx")
		publish(t, s, &p)
		w := look(page, "GET", "/publicity/1")
		body := w.Body.String()
		for _, says := range []string{"2026年2月13日至2026年2月26日", "市人力社保局网站", "示例科 0579-0000000", "913307********T01Y", "3307**********0015", "1,000,000.00 元", "1,030,000.00 元"} {
			if !strings.Contains(body, says) {
				t.Errorf("%d, the page does not say %q", w.Code, says)
			}
		}
		for _, secret := range []string{"91330702MA2TE5T01Y", "330702199001010015"} {
			if strings.Contains(body, secret) {
				t.Errorf("the page says %q", secret)
			}
		}
		for _, path := range []string{"/publicity/", "/publicity/01", "/publicity/+1", "/publicity/1/", "/publicity/1.xlsx.xlsx", "/publicity/-1", "/publicity/99999999999999999999", "/publicity/一"} {
			hidden(path)
		}
		x := look(page, "GET", "/publicity/1.xlsx")
		if x.Code != 200 || !strings.HasPrefix(x.Body.String(), "PK") || !strings.Contains(x.Header().Get("Content-Disposition"), "publicity-1.xlsx") {
			t.Errorf("the sheet: %d %v", x.Code, x.Header())
		}
		if w := look(page, "POST", "/publicity/1"); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("POST: %d", w.Code)
		}
		modelstest.Exec(t, s, "UPDATE publicity_lines SET amount_fen = 1 WHERE no = 1")
		if w := look(page, "GET", "/publicity/1"); w.Code != 503 || strings.Contains(w.Body.String(), "示例甲") {
			t.Errorf("a list that is not what was frozen: %d\n%s", w.Code, w.Body)
		}
	})
}

// A held line says that it is being looked at, and neither who objected nor why.
func TestAHeldLineSaysNothingOfTheObjector(t *testing.T) {
	s := modelstest.New(t)
	page, p := board(t, s)
	publish(t, s, &p)
	err := s.InTx(t.Context(), func(tx *models.Tx) error {
		o := models.Objection{Request: "m1", PublicityID: p.ID, LineNo: 1, ByOrg: 2, ByMember: 7, MadeOn: 20260224, MadeAt: morning, DueOn: 20260310}
		return tx.Object(&o, "示例乙认为人数不实", models.System)
	})
	if err != nil {
		t.Fatal(err)
	}
	body := look(page, "GET", "/publicity/1").Body.String()
	if !strings.Contains(body, "有异议，正在核实") || strings.Contains(body, "人数不实") || strings.Count(body, "示例乙") != 1 {
		t.Errorf("%s", body)
	}
}

func TestThePublicPageAllowsOnlyItsOwnStyle(t *testing.T) {
	s := modelstest.New(t)
	page, p := board(t, s)
	publish(t, s, &p)
	for _, path := range []string{"/publicity/1", "/publicity/2"} {
		w := look(page, "GET", path)
		_, style, _ := strings.Cut(w.Body.String(), "<style>")
		style, _, _ = strings.Cut(style, "</style>")
		sum := sha256.Sum256([]byte(style)) // the browser's own reckoning
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none';") || !strings.Contains(csp, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s", csp)
		}
		allowed := regexp.MustCompile(`^/?(!doctype|html|head|meta|title|style|body|main|header|section|footer|h1|p|a|strong|br|dl|dt|dd|table|thead|tbody|tfoot|tr|th|td)$`)
		for _, tag := range regexp.MustCompile(`<([^\s>]*)([^>]*)>`).FindAllStringSubmatch(w.Body.String(), -1) {
			if !allowed.MatchString(tag[1]) || strings.Contains(tag[2], "onerror") {
				t.Errorf("an element %s", tag[0])
			}
		}
	}
}
