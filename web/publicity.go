package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"duixian/models"
	"duixian/policy"
	"duixian/sheets"
)

// PublicityPath is where published lists are: /publicity/3, and /publicity/3.xlsx.
const PublicityPath = "/publicity/"

// Publicity serves the lists that have been published, to everybody. A list that is not published yet and one that does not exist look the same, and tell
// nothing; so does one that is not what was frozen.
type Publicity struct {
	Store *models.Store
	Desk  string // whom to turn to, one line; empty = the office's counter
	Log   *slog.Logger
}

//go:embed publicity.html
var publicityText string

//go:embed publicity.css
var publicityStyle string

var (
	publicityPage = template.Must(template.New("publicity").Parse(strings.Replace(publicityText, "/* style */", publicityStyle, 1)))

	publicityPolicy = func() string {
		sum := sha256.Sum256([]byte(publicityStyle))
		return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
	}()
)

// publicView is what the page shows; without a list it says that there is none.
type publicView struct {
	List          *models.Publicity
	Lines         []models.PublicityLine
	Money, Closed bool
	Total         policy.Fen
	Objection, To string
	Hash          string
}

func (p *Publicity) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for name, value := range map[string]string{
		"Cache-Control": "no-cache", "Referrer-Policy": "no-referrer", "Content-Security-Policy": publicityPolicy, "X-Content-Type-Options": "nosniff",
		"X-Robots-Tag": "noindex, noarchive", "Content-Type": "text/html; charset=utf-8",
	} {
		h.Set(name, value)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		p.show(w, http.StatusMethodNotAllowed, publicView{})
		return
	}
	number, sheet := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, PublicityPath), ".xlsx")
	list, lines, err := p.find(r.Context(), number)
	switch {
	case models.CodeOf(err) == models.NotFound:
		p.show(w, http.StatusNotFound, publicView{})
	case err != nil:
		if !errors.Is(err, context.Canceled) {
			p.Log.Error("publicity page", "err", err)
		}
		h.Set("Retry-After", "60")
		http.Error(w, "系统繁忙，请稍后再试。", http.StatusServiceUnavailable)
	case sheet:
		p.sheet(w, list, lines)
	default:
		p.show(w, http.StatusOK, viewOf(list, lines, cmp.Or(list.ObjectTo, p.Desk, "办理窗口")))
	}
}

// find reads a list that the public may see: its number as the program writes it, published, and intact.
func (p *Publicity) find(ctx context.Context, number string) (models.Publicity, []models.PublicityLine, error) {
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil || id < 1 || strconv.FormatInt(id, 10) != number {
		return models.Publicity{}, nil, models.ErrNotFound
	}
	q := p.Store.Read(ctx)
	list, err := q.Publicity(id)
	if err != nil {
		return list, nil, err
	}
	if !list.Shown() {
		return list, nil, models.ErrNotFound
	}
	intact, err := q.PublicityIntact(list)
	if err != nil {
		return list, nil, err
	}
	if !intact {
		return list, nil, fmt.Errorf("publicity %d is not what was frozen: it is not shown; see duixian check", id)
	}
	lines, err := q.PublicLines(id)
	return list, lines, err
}

func viewOf(list models.Publicity, lines []models.PublicityLine, to string) publicView {
	v := publicView{List: &list, Lines: lines, Money: sheets.HasAmounts(lines), Closed: list.State == models.PublicityClosed, Objection: sheets.ObjectionText(list), To: to, Hash: list.ListHash[:min(16, len(list.ListHash))]}
	for _, l := range lines {
		v.Total += l.AmountFen
	}
	return v
}

func (p *Publicity) show(w http.ResponseWriter, status int, v publicView) {
	if v.List == nil {
		v.To = p.Desk
	}
	var out bytes.Buffer
	if err := publicityPage.Execute(&out, v); err != nil {
		p.Log.Error("publicity page", "err", err)
		http.Error(w, "系统繁忙，请稍后再试。", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // the asker may have gone
}

func (p *Publicity) sheet(w http.ResponseWriter, list models.Publicity, lines []models.PublicityLine) {
	var out bytes.Buffer
	if err := sheets.PublicityExport(list, lines).Write(&out); err != nil {
		p.Log.Error("publicity sheet", "err", err)
		http.Error(w, "系统繁忙，请稍后再试。", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="publicity-%d.xlsx"`, list.ID))
	_, _ = w.Write(out.Bytes()) // the asker may have gone
}
