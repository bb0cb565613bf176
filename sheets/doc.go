// Package sheets reads the spreadsheets a bureau is sent (CSV and XLSX, as messy as they come) and writes those it
// sends. A file becomes rows with a place, rows become typed records of one dataset, and a Report says in Chinese what
// was accepted, warned about or refused, where, and what to do. Nothing is guessed: a unit, a year or a person that a
// file does not say is a finding, never an assumption.
package sheets
