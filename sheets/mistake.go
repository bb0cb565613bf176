package sheets

import (
	"slices"
	"strings"
)

// mistakes are what a spreadsheet shows in a cell whose formula came to nothing. A CSV that was saved from the sheet, and a column that was
// pasted as values, hold them as ordinary text: without this they would become the names of people and firms.
var mistakes = []string{
	"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!",
	"#GETTING_DATA",
}

func isMistake(s string) bool {
	return strings.HasPrefix(s, "#") && slices.Contains(mistakes, strings.ToUpper(s))
}

// isTruth recognises a cell that holds a truth value, as text of any kind of file: a comparison was left where a word belongs.
func isTruth(s string) bool { return s == "TRUE" || s == "FALSE" }
