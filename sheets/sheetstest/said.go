package sheetstest

import (
	"fmt"
	"regexp"
	"strings"

	"duixian/sheets"
)

var where = regexp.MustCompile(`At:\S+ `)

// Said is what records say, one a line, without the places where they stand.
func Said(r sheets.Records) string {
	var b strings.Builder
	list(&b, r.Firms)
	list(&b, r.Members)
	list(&b, r.KeyEnterprises)
	for _, x := range r.Recruits {
		fmt.Fprintf(&b, "%s %s %+v\n", x.Name.Reveal(), x.ID.Reveal(), x)
	}
	list(&b, r.Insurance.Rows)
	list(&b, r.Insurance.Payers)
	for _, x := range r.Insurance.People {
		fmt.Fprintf(&b, "%s %s\n", x.Name.Reveal(), x.ID.Reveal())
	}
	list(&b, r.Insurance.Insurances)
	list(&b, r.Listings)
	list(&b, r.Facts)
	for _, x := range r.External {
		fmt.Fprintf(&b, "%s %+v\n", x.ID.Reveal(), x)
	}
	return where.ReplaceAllString(b.String(), "")
}

func list[T any](b *strings.Builder, rows []T) {
	for _, row := range rows {
		fmt.Fprintf(b, "%+v\n", row)
	}
}
