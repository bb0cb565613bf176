package dingtalk

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// MediaType is a kind of upload.
type MediaType string

// The kinds that are of use here.
const (
	MediaFile  MediaType = "file"
	MediaImage MediaType = "image"
)

// uploadable are the endings that each kind takes; csv and txt are not among them. upload-media-files.
var uploadable = map[MediaType][]string{
	MediaFile:  {"doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "pdf", "rar"},
	MediaImage: {"jpg", "jpeg", "gif", "png", "bmp"},
}

// Upload hands a file to DingTalk and returns its media id, which opens inside DingTalk clients only. Uploading twice does no
// harm. Page: upload-media-files.
func (c *Client) Upload(ctx context.Context, t MediaType, name string, content io.ReadSeeker) (media string, err error) {
	if endings := uploadable[t]; !slices.Contains(endings, endingOf(name)) {
		return "", refused(KindMediaUpload, "ending", "钉钉不接受这种文件，可用：%s", strings.Join(endings, "、"))
	}
	size, err := content.Seek(0, io.SeekEnd)
	if err != nil {
		return "", refused(KindMediaUpload, "file", "文件无法读取")
	}
	limit := int64(MaxUploadFile)
	if t == MediaImage {
		limit = MaxUploadImage
	}
	if size == 0 || size > limit {
		return "", refused(KindMediaUpload, "size", "文件有 %d 字节，钉钉接受 1 到 %d 字节", size, limit)
	}
	var out struct {
		Media text `json:"media_id"`
	}
	r := request{
		kind: KindMediaUpload, method: http.MethodPost, path: "/media/upload", old: true, safe: true, out: &out,
		query: url.Values{"type": {string(t)}}, file: &upload{name, content},
	}
	if err := c.call(ctx, r); err != nil {
		return "", err
	}
	if out.Media == "" {
		return "", r.unclear("no-media", "回答中没有文件编号")
	}
	return string(out.Media), nil
}
