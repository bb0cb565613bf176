package jobs

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"duixian/models"
	"duixian/policy"
	"duixian/sheets"
)

// droppedFile is one entry of the folder.
type droppedFile struct {
	path   string // below the folder: insurance/2026-02.xlsx
	name   string
	kind   string // of the data; empty when neither folder nor name says it
	marker string // the path of the file that says that this one is whole; empty when there is none
	info   fs.FileInfo
	unfit  string // why it is not even looked at
}

func (f droppedFile) changed() policy.Instant { return policy.InstantOf(f.info.ModTime()) }

// settledDirs are the folders into which files are moved: nothing in them is looked at.
var settledDirs = []string{string(models.DropDone), string(models.DropRefused), string(models.DropSubmit)}

var markers = []string{".ok", ".done"}

// list is what lies in the folder and in the folders of one kind below it, in the order in which datasets need each other, then by name.
// Links are not followed, neither to files nor to folders.
func (d *dropRun) list() ([]droppedFile, error) {
	top, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		return nil, models.E(models.Unavailable, "收件文件夹 %s 读不出：%v", d.Drop.Dir, err)
	}
	files := d.entries("", "", top)
	for _, e := range top {
		if !e.IsDir() || slices.Contains(settledDirs, e.Name()) || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		inside, err := fs.ReadDir(d.root.FS(), e.Name())
		if err != nil {
			return nil, models.E(models.Unavailable, "收件文件夹 %s/%s 读不出：%v", d.Drop.Dir, e.Name(), err)
		}
		files = append(files, d.entries(e.Name(), sheets.KindOf(e.Name()), inside)...)
	}
	order := map[string]int{}
	for i, s := range sheets.All() {
		order[s.Kind] = i + 1
	}
	slices.SortFunc(files, func(a, b droppedFile) int {
		return cmp.Or(cmp.Compare(order[a.kind], order[b.kind]), strings.Compare(a.path, b.path))
	})
	return files, nil
}

// entries are the files of one folder, each with its marker. kind is what the folder says; empty leaves it to the name.
func (d *dropRun) entries(dir, kind string, list []fs.DirEntry) []droppedFile {
	names := map[string]bool{}
	for _, e := range list {
		names[e.Name()] = true
	}
	var files []droppedFile
	for _, e := range list {
		f := droppedFile{path: path.Join(dir, e.Name()), name: e.Name(), kind: cmp.Or(kind, kindOfName(e.Name()))}
		if e.IsDir() {
			if dir != "" {
				f.unfit = "是文件夹，只看一层子文件夹"
			} else {
				continue // its own turn comes
			}
		}
		if isMarker(f.name) {
			continue // speaks of another, or of one that has been moved
		}
		for _, m := range markers {
			if names[f.name+m] {
				f.marker = f.path + m
			}
		}
		var err error
		switch f.info, err = d.root.Lstat(f.path); {
		case errors.Is(err, fs.ErrNotExist):
			continue // taken away while we looked
		case err != nil:
			f.unfit = fmt.Sprintf("读不出：%v", err)
		case f.unfit != "":
		case slices.Contains(settledDirs, f.path):
			f.unfit = "占用了程序要用的文件夹名，请移走"
		case f.info.Mode().Type() == fs.ModeSymlink:
			f.unfit = "是链接，不收；请放文件本身"
		case !f.info.Mode().IsRegular():
			f.unfit = "不是普通文件，不收"
		case isTemporary(f.name):
			f.unfit = "是临时文件名，等待改名"
		}
		files = append(files, f)
	}
	return files
}

func isMarker(name string) bool {
	return slices.ContainsFunc(markers, func(m string) bool { return strings.HasSuffix(name, m) && len(name) > len(m) })
}

// isTemporary recognises the names that programs give to what they are still writing, and the locks of office programs.
func isTemporary(name string) bool {
	lower := strings.ToLower(name)
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~") || strings.HasSuffix(name, "~") {
		return true
	}
	return slices.ContainsFunc([]string{".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".swp", ".writing"}, func(end string) bool {
		return strings.HasSuffix(lower, end)
	})
}

// kindOfName is the kind with which a file's name begins: insurance-2026-02.xlsx, 引才名单_某公司.csv. The longest one counts.
func kindOfName(name string) string {
	base := strings.TrimSuffix(name, path.Ext(name))
	best, length := "", 0
	for _, s := range sheets.All() {
		for _, begin := range []string{s.Kind, s.Name} {
			rest, found := strings.CutPrefix(base, begin)
			if found && len(begin) > length && (rest == "" || strings.ContainsAny(rest[:1], "-_. (") || strings.HasPrefix(rest, "（") || strings.HasPrefix(rest, "—")) {
				best, length = s.Kind, len(begin)
			}
		}
	}
	return best
}

// belongs says where a file is to be put to be taken for another kind, to an office that knows no commands. The name alone is no help in a
// folder of a kind, nor is a name that says another kind.
func (f droppedFile) belongs(kind string) string {
	folder := fmt.Sprintf("放进“%s”文件夹", kind)
	if f.kind != "" {
		return folder
	}
	return folder + fmt.Sprintf("，或把文件名改成“%s-%s”", kind, f.name)
}
