package charts

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// fontFamily names fonts with Chinese letters on the systems people use; the last word is the browser's own choice.
const fontFamily = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','WenQuanYi Micro Hei',sans-serif"

// WriteSVG writes the picture as SVG: the same bytes for the same picture.
func (d *Drawing) WriteSVG(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" font-family="%[3]s">`+"\n", d.Width, d.Height, fontFamily)
	fmt.Fprintf(&b, "<title>%s</title>\n<desc>%s</desc>\n", escape(d.Title), escape(d.About))
	for _, s := range d.shapes {
		switch {
		case s.text != "":
			weight := ""
			if s.bold {
				weight = ` font-weight="600"`
			}
			fmt.Fprintf(&b, `<text x="%d" y="%d" font-size="%d" text-anchor="%s"%s fill="%s">%s</text>`+"\n", s.x, s.y, s.size, s.anchor, weight, s.fill, escape(s.text))
		case s.edge != "":
			fmt.Fprintf(&b, `<rect x="%d.5" y="%d.5" width="%d" height="%d" fill="%s" stroke="%s" stroke-dasharray="4 3"/>`+"\n", s.x, s.y, s.w-1, max(0, s.h-1), s.fill, s.edge)
		default:
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", s.x, s.y, s.w, s.h, s.fill)
		}
	}
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}
