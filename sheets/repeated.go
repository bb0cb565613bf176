package sheets

// once drops rows that say a second time on the same day what an earlier row says, and refuses rows that say something else
// about the same thing on the same day: which of the two is true, nobody can tell. Both rows are named.
func once[T any, K comparable](l *lines, rows []T, what string, key func(T) K, at func(T) Place, same func(a, b T) bool) []T {
	seen := make(map[K]int, len(rows))
	kept := rows[:0]
	for _, row := range rows {
		before, twice := seen[key(row)]
		switch {
		case !twice:
			seen[key(row)] = len(kept)
			kept = append(kept, row)
		case same(kept[before], row):
			l.warn(at(row), "", "", "删去其中一行", "与%s重复，只算一次", at(kept[before]))
		default:
			l.refuse(at(row), "", "", "核对两行，留下正确的一行；如是更正，请写上较晚的报送日期", "与%s说的是同一%s，内容却不同", at(kept[before]), what)
		}
	}
	return kept
}
