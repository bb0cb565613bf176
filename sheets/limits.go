package sheets

// What a file may be at most. A bureau's largest real file is a year of insurance rows of a city, some 300,000 lines;
// beyond these limits a file is an accident or an attack and is refused before it costs anything.
const (
	MaxFile        = 256 << 20 // bytes as handed in
	maxColumns     = 100
	maxRowsCSV     = 1_000_000
	maxRowsXLSX    = 200_000
	maxLine        = 1 << 20 // bytes of one CSV record
	maxCell        = 32_767  // characters, the limit of the spreadsheet programs themselves
	maxZipEntries  = 200
	maxZipRatio    = 100       // unpacked to packed
	maxZipUnpacked = 512 << 20 // bytes, all entries together
	smallZipEntry  = 1 << 20   // bytes; smaller entries may be packed as well as they like
	maxStrings     = 64 << 20  // bytes of the shared texts of one workbook, which are kept in memory
	maxSheets      = 20
	headerWithin   = 20 // the header stands within the first rows that are not empty
)
