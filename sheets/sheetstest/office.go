package sheetstest

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Office is work for LibreOffice, which is another program than ours with another mind about what a cell means. Starting it takes
// seconds, so a test collects all its work and runs it once.
type Office struct{ orders strings.Builder }

// Open loads a file; Type, Sheet, Save and Close are about it.
func (o *Office) Open(path string) { o.order("open", link(path)) }

// Type enters text into a cell as a person would: what looks like a number or a day becomes one, unless the cell's format says text.
// Column and row count from 0.
func (o *Office) Type(column, row int, text string) {
	o.order("type", fmt.Sprint(column), fmt.Sprint(row), strings.NewReplacer("\t", " ", "\n", " ").Replace(text))
}

// SaveXLSX stores what is open as a workbook.
func (o *Office) SaveXLSX(path string) { o.order("save", link(path), "Calc MS Excel 2007 XML", "") }

// SaveCSV stores the first sheet of what is open as UTF-8 text, as its cells are stored and not as they are shown.
func (o *Office) SaveCSV(path string) {
	o.order("save", link(path), "Text - txt - csv (StarCalc)", "44,34,76,1,,0,false,false,false")
}

// Recompute computes every formula anew.
func (o *Office) Recompute() { o.order("compute") }

// Close closes what is open.
func (o *Office) Close() { o.order("close") }

func (o *Office) order(words ...string) { o.orders.WriteString(strings.Join(words, "\t") + "\n") }

func link(path string) string { return (&url.URL{Scheme: "file", Path: path}).String() }

// Run starts LibreOffice once, with a profile of its own, and fails the test when it is missing or when an order fails.
func (o *Office) Run(t testing.TB) {
	t.Helper()
	program, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal("this test opens our workbooks with LibreOffice, which is not on this machine. Try: scripts/need libreoffice")
	}
	home := t.TempDir()
	library := filepath.Join(home, "user", "basic", "Standard")
	orders, answer := filepath.Join(home, "orders"), filepath.Join(home, "answer")
	for path, text := range map[string]string{
		orders:                                                   o.orders.String(),
		filepath.Join(library, "script.xlb"):                     libraryXML,
		filepath.Join(library, "dialog.xlb"):                     dialogsXML,
		filepath.Join(library, "Orders.xba"):                     fmt.Sprintf(moduleXML, link(orders), link(answer)),
		filepath.Join(library, "../script.xlc"):                  librariesXML,
		filepath.Join(home, "user", "registrymodifications.xcu"): settledXML,
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-env:UserInstallation="+link(home), "--headless", "--invisible", "--norestore", "--nologo", "--nolockcheck", "macro:///Standard.Orders.Main")
	cmd.Env = append(os.Environ(), "HOME="+home, "LC_ALL=C.UTF-8")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("LibreOffice: %v\n%s", err, said.String())
	}
	got, err := os.ReadFile(answer)
	if err != nil {
		t.Fatalf("LibreOffice did not carry out its orders: %v\n%s", err, said.String())
	}
	if text := strings.TrimSpace(string(got)); text != "done" {
		t.Fatalf("LibreOffice: %s", text)
	}
}

const (
	// settledXML says that the profile is complete: into a new one LibreOffice would copy an empty library over ours.
	settledXML = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/Office"><prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop></item></oor:items>`
	libraryXML = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false"><library:element library:name="Orders"/></library:library>`
	dialogsXML = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false"/>`
	librariesXML = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink"><library:library library:name="Standard" library:link="false"/></library:libraries>`

	// moduleXML carries the orders out one line at a time. The answer is written last, so that a program that died leaves none.
	moduleXML = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Orders" script:language="StarBasic">
Sub Main
  Dim files, orders, answer, order, w, doc, said
  Dim how(0) As New com.sun.star.beans.PropertyValue
  Dim way(1) As New com.sun.star.beans.PropertyValue
  files = CreateUnoService("com.sun.star.ucb.SimpleFileAccess")
  orders = CreateUnoService("com.sun.star.io.TextInputStream")
  orders.setInputStream(files.openFileRead("%s"))
  orders.setEncoding("UTF-8")
  said = "done"
  On Error GoTo Failed
  Do While Not orders.isEOF()
    order = orders.readLine()
    If order &lt;&gt; "" Then
      w = Split(order, Chr(9))
      Select Case w(0)
      Case "open"
        how(0).Name = "Hidden"
        how(0).Value = True
        doc = StarDesktop.loadComponentFromURL(w(1), "_blank", 0, how())
      Case "type"
        doc.Sheets.getByIndex(0).getCellByPosition(CLng(w(1)), CLng(w(2))).FormulaLocal = w(3)
      Case "save"
        way(0).Name = "FilterName"
        way(0).Value = w(2)
        way(1).Name = "FilterOptions"
        way(1).Value = w(3)
        doc.storeToURL(w(1), way())
      Case "compute"
        doc.calculateAll()
      Case "close"
        doc.close(True)
      End Select
    End If
  Loop
  GoTo Finish
Failed:
  said = "order " &amp; order &amp; ": " &amp; Error()
Finish:
  answer = CreateUnoService("com.sun.star.io.TextOutputStream")
  answer.setOutputStream(files.openFileWrite("%s"))
  answer.setEncoding("UTF-8")
  answer.writeString(said)
  answer.closeOutput()
  StarDesktop.terminate()
End Sub
</script:module>`
)
