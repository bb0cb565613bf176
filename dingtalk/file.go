package dingtalk

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"duixian/secret"
)

// storage are the hosts from which DingTalk hands out files, besides its own. The page names none; others belong into
// Options.Hosts.
var storage = []string{".aliyuncs.com", ".alicdn.com"}

// fetchTime bounds the transfer of a file's bytes.
const fetchTime = 2 * time.Minute

// Download writes to w what somebody sent to the robot in its 1:1 chat, at most limit bytes, and returns their number. The code
// came with the message and dies soon; the name comes with the message too. After an error w may hold a part.
// The address is one that DingTalk names: others than its hosts' are refused, and redirects are not followed.
// Page: download-the-file-content-of-the-robot-receiving-message.
func (c *Client) Download(ctx context.Context, code string, w io.Writer, limit int64) (int64, error) {
	var out struct {
		URL text `json:"downloadUrl"`
	}
	r := request{
		kind: KindFileLink, method: http.MethodPost, path: "/v1.0/robot/messageFiles/download", safe: true, out: &out,
		body: map[string]string{"downloadCode": code, "robotCode": c.o.RobotCode}, hide: []secret.Text{secret.Text(code)},
	}
	if err := c.call(ctx, r); err != nil {
		return 0, err
	}
	if out.URL == "" {
		return 0, r.unclear("no-link", "回答中没有下载地址")
	}
	return c.fetch(ctx, string(out.URL), w, limit)
}

func (c *Client) fetch(ctx context.Context, link string, w io.Writer, limit int64) (int64, error) {
	u, err := url.Parse(link)
	if err != nil || u.User != nil || u.Scheme != "http" && u.Scheme != "https" || !c.serves(u) {
		return 0, &Error{Kind: KindFileContent, Class: Configuration, Code: "host", Hint: "下载地址不在允许的主机之内，没有访问；如确属钉钉的文件服务，请加入允许的主机"}
	}
	if err := c.mayCall(ctx, KindFileContent); err != nil {
		return 0, err
	}
	within, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	var line wire
	r := request{kind: KindFileContent, safe: true}
	req, err := http.NewRequestWithContext(line.watch(within), http.MethodGet, link, nil)
	if err != nil {
		return 0, refused(KindFileContent, "link", "下载地址不正确")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, line.failure(ctx, r, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		e := &Error{Kind: KindFileContent, Class: Retry, Status: resp.StatusCode, Hint: "文件服务没有给出文件，下载地址可能已过期"}
		return 0, e
	}
	if resp.ContentLength > limit {
		return 0, tooBig(limit)
	}
	sink := &sinkError{w: w}
	n, err := io.Copy(sink, io.LimitReader(resp.Body, limit+1))
	switch {
	case sink.err != nil:
		return n, sink.err // the caller's own
	case n > limit:
		return n, tooBig(limit)
	case err != nil:
		return n, line.failure(ctx, r, err)
	}
	return n, nil
}

func tooBig(limit int64) *Error {
	e := refused(KindFileContent, "too-big", "文件超过 %d MB", limit>>20)
	e.About = AboutContent
	return e
}

// serves reports whether a host may hand out files.
func (c *Client) serves(u *url.URL) bool {
	if c.named(u) {
		return true
	}
	host := strings.ToLower(u.Hostname())
	for _, s := range storage {
		if strings.HasSuffix(host, s) && (u.Port() == "" || u.Port() == "443" || u.Port() == "80") {
			return true
		}
	}
	return official(host) && (u.Port() == "" || u.Port() == "443" || u.Port() == "80")
}

// sinkError tells the reader's errors from the writer's.
type sinkError struct {
	w   io.Writer
	err error
}

func (s *sinkError) Write(b []byte) (int, error) {
	n, err := s.w.Write(b)
	if err == nil && n < len(b) {
		err = errors.New("short write")
	}
	if err != nil {
		s.err = err
	}
	return n, err
}
