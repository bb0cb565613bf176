package sheets

import (
	"archive/zip"
	"io"
	"strings"
)

// inspect looks at the directory of the zip before anything is unpacked.
func inspect(pack *zip.Reader) *Refusal {
	if len(pack.File) > maxZipEntries {
		return refuse(Place{}, "用表格软件打开，另存为 .xlsx 后再导入", "压缩包里有 %d 个文件，超过 %d 个", len(pack.File), maxZipEntries)
	}
	var unpacked uint64
	book, seen := false, map[string]bool{}
	for _, part := range pack.File {
		name := strings.ToLower(part.Name)
		switch {
		case seen[name]: // programs differ on which of the two they show
			return refuse(Place{}, "不要打开它，向提供人核实来源", "压缩包里有两个同名文件，可能是恶意文件")
		case part.Flags&1 != 0:
			return refuse(Place{}, "去掉密码另存后再导入", "文件加了密码")
		case strings.Contains(name, "..") || strings.HasPrefix(name, "/") || strings.Contains(name, `\`) || strings.Contains(name, ":"):
			return refuse(Place{}, "不要打开它，向提供人核实来源", "压缩包里的路径不正常，可能是恶意文件")
		case strings.Contains(name, "vbaproject") || strings.Contains(name, "macrosheets/") || strings.HasSuffix(name, ".bin") && strings.Contains(name, "vba"):
			return refuse(Place{}, "另存为不带宏的 .xlsx 后再导入", "文件带有宏")
		case strings.Contains(name, "externallinks/"):
			return refuse(Place{}, "在表格软件里断开外部链接（或选择性粘贴为数值），另存后再导入", "文件引用了别的文件里的数据（外部链接）")
		case strings.Contains(name, "encryptedpackage"):
			return refuse(Place{}, "去掉密码另存后再导入", "文件加了密码")
		case name == "xl/workbook.bin":
			return refuse(Place{}, "另存为 .xlsx 后再导入", "这是 .xlsb 二进制表格，程序不读")
		case name == "xl/workbook.xml":
			book = true
		}
		seen[name] = true
		size, packed := part.UncompressedSize64, part.CompressedSize64
		if unpacked += size; unpacked > maxZipUnpacked || size > maxZipUnpacked {
			return refuse(Place{}, "拆分成几个文件后再导入", "解压后超过 %d MB", maxZipUnpacked>>20)
		}
		if size > smallZipEntry && size/max(packed, 1) > maxZipRatio {
			return refuse(Place{}, "不要打开它，向提供人核实来源", "压缩比超过 %d 倍，可能是恶意文件", maxZipRatio)
		}
	}
	if !book {
		return refuse(Place{}, "用表格软件打开，另存为 .xlsx 后再导入", "这是压缩包，不是 .xlsx 表格")
	}
	return macroTypes(pack)
}

// macroTypes finds macros that hide under another name: the list of content types must call them what they are.
func macroTypes(pack *zip.Reader) *Refusal {
	for _, part := range pack.File {
		if !strings.EqualFold(part.Name, "[Content_Types].xml") {
			continue
		}
		in, err := part.Open()
		if err != nil {
			break
		}
		defer in.Close()
		text, _ := io.ReadAll(io.LimitReader(in, 1<<20))
		if lower := strings.ToLower(string(text)); strings.Contains(lower, "macroenabled") || strings.Contains(lower, "vbaproject") {
			return refuse(Place{}, "另存为不带宏的 .xlsx 后再导入", "文件带有宏")
		}
	}
	return nil
}
