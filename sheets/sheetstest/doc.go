// Package sheetstest looks at workbooks with other eyes than ours: LibreOffice, and excelize as a reader.
package sheetstest
