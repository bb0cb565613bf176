package sheets_test

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"duixian/models"
	"duixian/sheets"
)

// What a list says is text and amounts are numbers; nothing in it is computed by whoever opens it, whatever a firm is called.
func TestAPublishedListIsTypedAndComputesNothing(t *testing.T) {
	p := models.Publicity{ID: 3, Title: "拟奖补名单", Days: 5, PublishedOn: 20260608, FirstOn: 20260608, LastOn: 20260612, WhereText: "=HYPERLINK(\"x\")", ListHash: "abc"}
	lines := []models.PublicityLine{
		{No: 1, Name: "=1+1", Code: "913307********T01Y", Item: "+cmd|' /C calc'!A0", AmountFen: 1_000_000, Note: "@SUM(A1)", State: models.LineFree},
		{No: 2, Name: "示例乙", Code: "3307**********0010", Item: "引才精英奖励", AmountFen: 3_000_000, State: models.LineHeldUp},
	}
	var out bytes.Buffer
	if err := sheets.PublicityExport(p, lines).Write(&out); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close() //nolint:errcheck // in memory
	for cell, want := range map[string]string{"A1": "拟奖补名单", "B6": "=1+1", "D6": "+cmd|' /C calc'!A0", "E6": "@SUM(A1)", "C7": "3307**********0010", "G7": "有异议，正在核实"} {
		got, err := book.GetCellValue("公示 3", cell)
		if err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", cell, got, err, want)
		}
		if f, err := book.GetCellFormula("公示 3", cell); err != nil || f != "" {
			t.Errorf("%s computes %q, %v", cell, f, err)
		}
	}
	if kind, err := book.GetCellType("公示 3", "F6"); err != nil || kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("the amount is %v, %v", kind, err)
	}
	if f, _ := book.GetCellFormula("公示 3", "F8"); f != "SUM(F6:F7)" {
		t.Errorf("the sum is %q", f)
	}
}
