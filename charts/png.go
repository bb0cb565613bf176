package charts

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"strconv"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// scale is how many pixels of a PNG stand for one of the drawing: a phone's screen is finer than the drawing.
const scale = 2

// WritePNG writes the picture as PNG with letters from a font: see FindFont.
func (d *Drawing) WritePNG(w io.Writer, letters *Font) error {
	img := image.NewRGBA(image.Rect(0, 0, d.Width*scale, d.Height*scale))
	faces := map[int]font.Face{}
	for _, s := range d.shapes {
		fill, err := colour(s.fill)
		if err != nil {
			return err
		}
		if s.text == "" {
			paint(img, s.x, s.y, s.w, s.h, fill)
			if s.edge != "" {
				edge, err := colour(s.edge)
				if err != nil {
					return err
				}
				frame(img, s, edge)
			}
			continue
		}
		if faces[s.size] == nil {
			if faces[s.size], err = opentype.NewFace(letters.face, &opentype.FaceOptions{Size: float64(s.size * scale), DPI: 72, Hinting: font.HintingNone}); err != nil {
				return fmt.Errorf("字体 %s: %w", letters.Path, err)
			}
		}
		pen := font.Drawer{Dst: img, Src: image.NewUniform(fill), Face: faces[s.size]}
		x := fixed.I(s.x * scale)
		switch long := pen.MeasureString(s.text); s.anchor {
		case middle:
			x -= long / 2
		case end:
			x -= long
		}
		for i := range 2 { // a font has one weight here: bold words are painted twice, half a pixel apart
			if i == 1 && !s.bold {
				break
			}
			pen.Dot = fixed.Point26_6{X: x + fixed.Int26_6(32*i), Y: fixed.I(s.y * scale)}
			pen.DrawString(s.text)
		}
	}
	return png.Encode(w, img)
}

func paint(img draw.Image, x, y, w, h int, c color.Color) {
	draw.Draw(img, image.Rect(x*scale, y*scale, (x+w)*scale, (y+h)*scale), image.NewUniform(c), image.Point{}, draw.Src)
}

// frame draws a dashed outline.
func frame(img draw.Image, s shape, c color.Color) {
	for x := s.x; x < s.x+s.w; x++ {
		if (x-s.x)%7 < 4 {
			paint(img, x, s.y, 1, 1, c)
			paint(img, x, s.y+s.h-1, 1, 1, c)
		}
	}
	for y := s.y; y < s.y+s.h; y++ {
		if (y-s.y)%7 < 4 {
			paint(img, s.x, y, 1, 1, c)
			paint(img, s.x+s.w-1, y, 1, 1, c)
		}
	}
}

// colour reads #rrggbb.
func colour(s string) (color.RGBA, error) {
	if len(s) == 7 && s[0] == '#' {
		if n, err := strconv.ParseUint(s[1:], 16, 24); err == nil {
			return color.RGBA{uint8(n >> 16), uint8(n >> 8 & 0xff), uint8(n & 0xff), 0xff}, nil
		}
	}
	return color.RGBA{}, fmt.Errorf("charts: %q is no colour", s)
}
