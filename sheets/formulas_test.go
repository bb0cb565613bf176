package sheets_test

// formulas is what people have tried in order to have a spreadsheet program compute, fetch or start something: plain, behind blanks and
// line breaks, full-width, as links, as calls of other programs.
var formulas = func() (list []string) {
	starts := []string{"=", "+", "-", "@", "\t=", " =", "\u00a0=", "\u3000=", "\ufeff=", "\u200b=", "\r=", "\n=", "a\n=", "a\r\n=", "＝", "＋", "－", "＠", "'=", "\"=", ",=", ";="}
	for _, start := range starts {
		for _, rest := range []string{
			"1+1", "SUM(A1:A9)", "HYPERLINK(\"http://127.0.0.1/?\"&A1,\"x\")", "cmd|' /C calc'!A0", "DDE(\"cmd\";\"/C calc\";\"x\")", "IMPORTXML(\"http://127.0.0.1\",\"//a\")",
			"WEBSERVICE(\"http://127.0.0.1/\"&A1)", "'file:///etc/passwd'#$A.A1", "2+3+cmd|'/C calc'!A0",
		} {
			list = append(list, start+rest)
		}
	}
	return append(list, "_x003D_1+1", "%0A=1+1", "{=1+1}", "of:=1+1", "msoxl:=1+1", "\u202e=1+1")
}()
