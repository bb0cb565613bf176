// Package simtest opens the page of a local DingTalk in a headless Chromium, for tests that look at it as people do.
package simtest

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Shots is the folder that keeps the screenshots, to be looked at by people; unset, they go with the test's own folder.
const Shots = "DUIXIAN_SCREENSHOTS"

// Step is something done on the page.
type Step = chromedp.Action[chromedp.Void]

// Open shows the page at url in a fresh profile, far from Shanghai. Below 700 pixels it is a phone's browser. Anything that the
// page reports as an error, or that its Content-Security-Policy refuses, fails the test.
func Open(t *testing.T, url string, width, height int64) context.Context {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if at, err := exec.LookPath(name); err == nil {
			program = at
			break
		}
	}
	if program == "" {
		t.Fatal("chromium is missing: apt-get install -y chromium fonts-noto-cjk")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(program), chromedp.UserDataDir(t.TempDir()), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless,
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "zh-CN"),
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
		cancel()
	})
	messages := chromedp.Console(ctx)
	go func() { // ends with the browser
		for m, err := range messages {
			if err != nil || t.Context().Err() != nil {
				return
			}
			if m.Type == chromedp.ConsoleException || m.Type == chromedp.ConsoleError && !strings.Contains(m.Text, "400 (Bad Request)") {
				t.Errorf("the page reports: %s", m.Text)
			}
		}
	}()
	elsewhere := func(ctx context.Context, tab *chromedp.Target) error { // dates are Shanghai's wherever the browser stands
		_, err := cdp.Call(ctx, tab, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "America/New_York"})
		return err
	}
	Run(t, ctx, Size(width, height), chromedp.Func(elsewhere), chromedp.Navigate(url), chromedp.WaitVisible(chromedp.CSS(".phone .conversation")))
	return ctx
}

// Size makes the window as large as a desk's or, below 700 pixels, a phone.
func Size(width, height int64) Step {
	if width < 700 {
		return chromedp.EmulateViewport(width, height, chromedp.EmulateMobile, chromedp.EmulatePortrait)
	}
	return chromedp.EmulateViewport(width, height)
}

// Run does the steps in turn and fails the test at the first that cannot be done, with what stands on the page.
func Run(t *testing.T, ctx context.Context, steps ...Step) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		page, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`)) // gone with a browser that died
		t.Fatalf("%v\nThe page reads:\n%s", err, page)
	}
}

// Value is what a JavaScript expression says.
func Value[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Do runs a JavaScript expression.
func Do(expression string) Step { return chromedp.Evaluate[chromedp.Void](expression) }

// Until waits, woken by the page's own animation frames, until a JavaScript expression is true.
func Until(expression string) Step {
	return func(ctx context.Context, tab *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Poll[bool]("("+expression+") ? true : false", chromedp.WithPollingTimeout(time.Minute))(ctx, tab)
		if err != nil {
			err = &pageError{expression, err}
		}
		return chromedp.Void{}, err
	}
}

type pageError struct {
	expression string
	err        error
}

func (e *pageError) Error() string { return "waiting for " + e.expression + ": " + e.err.Error() }
func (e *pageError) Unwrap() error { return e.err }

// Phone is the selector of a person's phone, to be continued.
func Phone(person string) string { return `[data-person="` + person + `"] ` }

// Has waits until an element of a selector holds a text.
func Has(selector, text string) Step { return Until(holding(selector, text) + `.length > 0`) }

// HasNew waits until an element of a selector beyond the first n holds a text: what is said after a moment, not what was there.
func HasNew(selector string, n int, text string) Step {
	return Until(`[...document.querySelectorAll(` + quote(selector) + `)].slice(` + quote(n) + `).some((e) => e.innerText.includes(` + quote(text) + `))`)
}

// Count is how many elements a selector finds.
func Count(t *testing.T, ctx context.Context, selector string) int {
	t.Helper()
	return Value[int](t, ctx, `document.querySelectorAll(`+quote(selector)+`).length`)
}

// Typed types into an element; "\r" is the enter key.
func Typed(selector, text string) Step { return chromedp.SendKeys(chromedp.CSS(selector), text) }

// Tap presses the first element of a selector that holds a text, once a finger would meet it there.
func Tap(selector, text string) Step { return tap(selector, text, 0, 1) }

// TapLast presses the last such element: the newest message's button, where older ones read the same.
func TapLast(selector, text string) Step { return tap(selector, text, -1, 1) }

// TapTwice presses the last such element twice, as an impatient finger does.
func TapTwice(selector, text string) Step { return tap(selector, text, -1, 2) }

// tap waits until the element is there, scrolls to it and clicks it if nothing lies over it, all between two frames.
func tap(selector, text string, which, times int) Step {
	return Until(`(() => {
		const e = ` + holding(selector, text) + `.at(` + quote(which) + `);
		if (!e) return false;
		e.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
		const r = e.getBoundingClientRect();
		const met = [0.5, 0.1, 0.9].some((part) => e.contains(document.elementFromPoint(r.left + r.width / 2, r.top + r.height * part)));
		for (let i = 0; met && i < ` + quote(times) + `; i++) e.click();
		return met;
	})()`)
}

func holding(selector, text string) string {
	return `[...document.querySelectorAll(` + quote(selector) + `)].filter((e) => e.innerText.includes(` + quote(text) + `))`
}

func quote(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts and numbers always become JSON
	}
	return string(text)
}

// Sideways names what is wider than its place: the page itself, a phone's parts, anything that sticks out of the window or a bubble. The
// row of people and long frames of the log are meant to be pushed aside.
func Sideways(t *testing.T, ctx context.Context) []string {
	t.Helper()
	return Value[[]string](t, ctx, `(() => {
		const name = (e) => e.tagName.toLowerCase() + "." + e.className + " " + e.scrollWidth + " > " + e.clientWidth + ": " + e.innerText.slice(0, 40);
		const found = document.documentElement.scrollWidth <= innerWidth ? [] : [name(document.documentElement)];
		return [...found, ...[...document.querySelectorAll("main, .case, .left, .panel, .chat, .stream, .column, .bubble, .card, .composer, #side")].filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0).map(name)];
	})()`)
}

// Picture keeps a screenshot.
func Picture(t *testing.T, name string) Step {
	return func(ctx context.Context, tab *chromedp.Target) (none chromedp.Void, err error) {
		data, err := chromedp.CaptureScreenshot()(ctx, tab)
		if err != nil {
			return none, err
		}
		dir := os.Getenv(Shots)
		if dir == "" {
			dir = t.TempDir()
		}
		return none, os.WriteFile(filepath.Join(dir, name+".png"), data, 0o600)
	}
}
