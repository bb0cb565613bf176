package charts_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duixian/charts"
	"duixian/models"
	"duixian/policy"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sample is five years of an office: paid, owed, expected, and two years with an appropriation, one of them too small.
func sample() models.Forecast {
	part := func(on policy.Date, kind models.ForecastKind, yuan int64) models.ForecastPart {
		return models.ForecastPart{DueOn: on, Clause: "三（一）", Channel: "市级", Kind: kind, Amount: policy.Yuan(yuan)}
	}
	return models.Forecast{
		On: 20270304, Ends: 20280831,
		Parts: []models.ForecastPart{
			part(20260302, models.ForecastPaid, 3_210_000), part(20270101, models.ForecastPaid, 900_000), part(20270104, models.ForecastOwed, 1_250_005), part(20270304, models.ForecastExpected, 1_000_000),
			part(20280101, models.ForecastOwed, 2_700_000), part(20290101, models.ForecastOwed, 900_000), part(20300101, models.ForecastExpected, 450_000),
		},
		Budgets: []models.BudgetState{
			{Year: 2026, Channel: "市级", Documents: 1, Appropriated: policy.Yuan(4_000_000)}, {Year: 2027, Channel: "市级", Documents: 1, Appropriated: policy.Yuan(2_800_000)},
		},
	}
}

func TestForecastAsSVG(t *testing.T) {
	var got bytes.Buffer
	if err := charts.Forecast(sample()).Draw().WriteSVG(&got); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "forecast.svg")
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || !bytes.Equal(want, got.Bytes()) {
		t.Errorf("%s differs (%v); run go test -update and look at it in a browser", golden, err)
	}
	for _, say := range []string{"2027 已拨付 900,000.00 元 已核定未拨 1,250,005.00 元 预计（尚未核定） 1,000,000.00 元 预算指标（不足为红色） 2,800,000.00 元", ">315<", "政策期满后"} {
		if !strings.Contains(got.String(), say) {
			t.Errorf("the picture does not say %q", say)
		}
	}
}

// Words from outside never become marks of the picture.
func TestWordsStayWords(t *testing.T) {
	c := charts.Bars{Title: `<script>alert("x")</script>&`, Series: []charts.Series{{Name: "<b>", Fill: "#000000"}}, Bars: []charts.Bar{{Name: "a<b", Values: []policy.Fen{1}}}}
	var got bytes.Buffer
	if err := c.Draw().WriteSVG(&got); err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{"svg": true, "title": true, "desc": true, "rect": true, "text": true}
	d := xml.NewDecoder(&got)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && !allowed[e.Name.Local] {
			t.Errorf("the picture has an element %s", e.Name.Local)
		}
	}
}

// Bars are as high as their values, to the pixel, and stand on each other; of nothing nothing is drawn, and a single fen is seen.
func TestBarsAreAsHighAsTheirValues(t *testing.T) {
	heights := func(values ...policy.Fen) (h []int) {
		t.Helper()
		c := charts.Bars{Title: "t", Series: []charts.Series{{"a", "#aa0000", ""}, {"b", "#00bb00", ""}}, Bars: []charts.Bar{{Name: "1", Values: values}}}
		var out bytes.Buffer
		if err := c.Draw().WriteSVG(&out); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			var x, y, w, n int
			if _, err := fmt.Sscanf(line, `<rect x="%d" y="%d" width="%d" height="%d"`, &x, &y, &w, &n); err == nil && (strings.Contains(line, "#aa0000") || strings.Contains(line, "#00bb00")) && n != 14 {
				h = append(h, n)
			}
		}
		return h
	}
	for _, c := range []struct {
		a, b policy.Fen
		want string
	}{
		{policy.Yuan(5_000_000), policy.Yuan(5_000_000), "[168 168]"}, {policy.Yuan(10_000_000), 0, "[336]"}, {policy.Yuan(10_000_000), 1, "[224 1]"}, {0, 0, "[]"}, {-5, policy.Yuan(5), "[336]"},
	} {
		if got := fmt.Sprint(heights(c.a, c.b)); got != c.want {
			t.Errorf("%s and %s are %s pixels high, want %s", c.a, c.b, got, c.want)
		}
	}
}

// The PNG shows the same picture; scripts/need installs a font. A Chinese word leaves more ink than the box of a letter that a font does not have.
func TestForecastAsPNG(t *testing.T) {
	font, err := charts.FindFont("")
	if err != nil {
		t.Fatal(err, "(scripts/need fonts)")
	}
	ink := func(title string) int {
		t.Helper()
		c := charts.Forecast(sample())
		c.Title = title
		var out bytes.Buffer
		if err := c.Draw().WritePNG(&out, font); err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(&out)
		if err != nil {
			t.Fatal(err)
		}
		if img.Bounds() != image.Rect(0, 0, 1920, 1080) {
			t.Errorf("the picture is %v", img.Bounds())
		}
		if r, g, b, _ := img.At(1919, 1079).RGBA(); r+g+b != 3*0xffff {
			t.Error("the picture's corner is not white")
		}
		n := 0
		for y := 20; y < 100; y++ {
			for x := 40; x < 1000; x++ {
				if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
					n++
				}
			}
		}
		return n
	}
	if none, few, many := ink(" "), ink("各年"), ink("各年应付资金"); none != 0 || few < 200 || many < 2*few {
		t.Errorf("titles leave %d, %d and %d dark points", none, few, many)
	}
}

func TestAFontWithoutChineseIsRefused(t *testing.T) {
	for path, say := range map[string]string{"testdata/forecast.svg": "读不出来", "testdata/no-such.ttf": "no such file"} {
		if _, err := charts.FindFont(path); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%s: %v, want %q", path, err, say)
		}
	}
}
