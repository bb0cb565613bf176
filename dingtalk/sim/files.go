package sim

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxFile  = 100 << 20 // of a person's file; the true limit is not documented
	maxFiles = 512 << 20 // of all together: the oldest go
)

// files are what people and robots uploaded.
type files struct {
	byCode  map[string]*file // downloadCode: sent by people
	byMedia map[string]*file // media_id: uploaded by apps
	order   []*file
	total   int
}

type file struct {
	code, media string
	name, mime  string
	data        []byte
	robots      []string // client IDs that may download it
	until       time.Time
}

// codeLife is how long a downloadCode works. The vendor says only that codes expire; two hours is an assumption.
const codeLife = 2 * time.Hour

// keep stores a person's file for the robots of a conversation.
func (s *Sim) keep(u Upload, c *conversation) (*file, error) {
	switch {
	case wireToShown[orElse(u.Kind, "file")] == "":
		return nil, fmt.Errorf("there is no kind of file %q", u.Kind)
	case len(u.Data) == 0:
		return nil, errors.New("文件是空的")
	case len(u.Data) > maxFile:
		return nil, fmt.Errorf("文件超过 %d MB", maxFile>>20)
	}
	f := &file{code: s.ids.key64("download"), name: u.Name, mime: mimeOf(u.Name), data: u.Data, robots: slices.Clone(c.Robots), until: s.now().Add(codeLife)}
	f.code = strings.NewReplacer("/", "_", "+", "-", "=", "").Replace(f.code) // stands in a path of the page
	s.files.add(f)
	return f, nil
}

func (fs *files) add(f *file) {
	if f.code != "" {
		fs.byCode[f.code] = f
	}
	if f.media != "" {
		fs.byMedia[f.media] = f
	}
	fs.order = append(fs.order, f)
	fs.total += len(f.data)
	for fs.total > maxFiles {
		old := fs.order[0]
		fs.order, fs.total = fs.order[1:], fs.total-len(old.data)
		delete(fs.byCode, old.code)
		delete(fs.byMedia, old.media)
	}
}

// download is POST /v1.0/robot/messageFiles/download: a code becomes a signed URL that works for an hour.
func (s *Sim) download(c *call) answer {
	var in struct{ DownloadCode, RobotCode string }
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	a, refused := c.robot(in.RobotCode)
	if refused != nil {
		return *refused
	}
	f := s.files.byCode[in.DownloadCode]
	if f == nil || !slices.Contains(f.robots, a.ClientID) || s.now().After(f.until) || s.struck("download-code", a.ClientID) {
		return refuse(400, "invalidParameter.robotCode.downloadCode", "downloadCode无效、已过期或不属于该机器人")
	}
	until := s.now().Add(time.Hour)
	if s.struck("download-expired", a.ClientID) {
		until = s.now().Add(-time.Minute)
	}
	expires := strconv.FormatInt(until.Unix(), 10)
	return ok(map[string]any{"downloadUrl": fmt.Sprintf("%s/fake-oss/%s.file?Expires=%s&Signature=%s", c.base, f.code, expires, s.ids.stable("oss", f.code+expires, 16))})
}

// serveDownload is the storage behind the signed URL.
func (s *Sim) serveDownload(w http.ResponseWriter, r *http.Request) {
	code := strings.TrimSuffix(r.PathValue("file"), ".file")
	expires := r.URL.Query().Get("Expires")
	seconds, err := strconv.ParseInt(expires, 10, 64)
	s.mu.Lock()
	f := s.files.byCode[code]
	good := err == nil && f != nil && r.URL.Query().Get("Signature") == s.ids.stable("oss", code+expires, 16)
	expired := good && s.now().After(time.Unix(seconds, 0))
	big := good && s.struck("file-30mb", "")
	s.mu.Unlock()
	if !good || expired {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Request has expired.</Message></Error>`)
		return
	}
	data := f.data
	if big {
		data = append(slices.Clone(data), make([]byte, max(0, 30<<20-len(data)))...)
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data) // the reader went away
}

// mediaTypes are the endings and sizes that media/upload takes.
var mediaTypes = map[string]struct {
	size    int
	endings []string
}{
	"image": {20 << 20, []string{"jpg", "jpeg", "gif", "png", "bmp"}},
	"voice": {2 << 20, []string{"amr", "mp3", "wav", "ogg"}},
	"video": {20 << 20, []string{"mp4"}},
	"file":  {20 << 20, []string{"doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "pdf", "rar"}},
}

// upload is POST /media/upload.
func (s *Sim) upload(c *call) answer {
	kind := c.query.Get("type")
	allowed, known := mediaTypes[kind]
	if !known {
		return oldError(40004, "不合法的媒体文件类型：type 应写在 URL 里，为 image、voice、video 或 file")
	}
	name, data, err := c.part("media")
	switch {
	case err != nil:
		return oldError(40035, "缺少参数 media："+err.Error())
	case !slices.Contains(allowed.endings, ending(name)):
		return oldError(40005, fmt.Sprintf("不合法的文件类型：%s 不收 .%s", kind, ending(name)))
	case len(data) > allowed.size:
		return oldError(40006, "不合法的文件大小")
	case len(data) == 0:
		return oldError(40035, "media 是空的")
	}
	f := &file{media: "@" + s.ids.next("media", 24), name: name, mime: mimeOf(name), data: data}
	s.files.add(f)
	return ok(map[string]any{"errcode": 0, "errmsg": "ok", "media_id": f.media, "created_at": ms(s.now()), "type": kind})
}

func ending(name string) string {
	return strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
}

// shown is how a message shows an uploaded file; nil when there is none of that id.
func (s *Sim) shown(media, name string) *File {
	f := s.files.byMedia[media]
	if f == nil {
		return nil
	}
	return &File{Name: orElse(name, f.name), Size: len(f.data), Type: f.mime, URL: "/sim/media/" + strings.TrimPrefix(media, "@")}
}
