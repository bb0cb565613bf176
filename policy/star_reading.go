package policy

import "cmp"

// starsOption is the open point of 五（二）上一年度星级评定: the text never says that ratings are yearly.
const starsOption = "stars.previous_year"

// Its readings.
const (
	StarsInForce  = "in_force"        // the rating in force on the last day of the year before
	RatedThatYear = "rated_that_year" // only a rating confirmed in the year before
)

// StarReading says which rating is that of the year before: StarsInForce unless RatedThatYear was chosen.
func (b *Book) StarReading() string { return cmp.Or(b.Option(starsOption), StarsInForce) }

// StarReadingText says it in half a sentence.
func (b *Book) StarReadingText(reading string) string { return b.Means(starsOption, reading) }
