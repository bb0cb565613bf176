package charts

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
)

// Font is a font with Chinese letters.
type Font struct {
	Path string
	face *opentype.Font
}

// fontPaths is where systems keep fonts with Chinese letters: Debian's fonts-noto-cjk and fonts-wqy-*, Fedora and its kind, Arch, Windows, macOS.
var fontPaths = []string{
	"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
	"/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
	"/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
	"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
	`C:\Windows\Fonts\msyh.ttc`,
	`C:\Windows\Fonts\simhei.ttf`,
	"/System/Library/Fonts/STHeiti Light.ttc",
	"/System/Library/Fonts/Hiragino Sans GB.ttc",
}

// FindFont opens the first font with Chinese letters that the machine has, or the one at path when it is not empty.
func FindFont(path string) (*Font, error) {
	if path != "" {
		return openFont(path)
	}
	for _, p := range fontPaths {
		f, err := openFont(p)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
	}
	return nil, fmt.Errorf("这台机器上没有找到中文字体，画不出 PNG：请安装（例如 apt-get install fonts-noto-cjk），或用 --font 指定字体文件，或改存为 .svg")
}

func openFont(path string) (*Font, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	collection, err := opentype.ParseCollection(data)
	if err != nil {
		return nil, fmt.Errorf("字体文件 %s 读不出来: %w", path, err)
	}
	best := 0
	for i := range collection.NumFonts() { // of the faces of one file the one for simplified Chinese
		f, err := collection.Font(i)
		if err != nil {
			continue
		}
		if name, err := f.Name(nil, sfnt.NameIDFamily); err == nil && strings.HasSuffix(name, " SC") && !strings.Contains(name, "Mono") {
			best = i
			break
		}
	}
	face, err := collection.Font(best)
	if err != nil {
		return nil, fmt.Errorf("字体文件 %s 读不出来: %w", path, err)
	}
	if glyph, err := face.GlyphIndex(nil, '拨'); err != nil || glyph == 0 {
		return nil, fmt.Errorf("字体文件 %s 里没有中文字", path)
	}
	return &Font{path, face}, nil
}
