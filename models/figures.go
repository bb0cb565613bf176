package models

// The kinds of facts that ratings are made of, one a source: a firm's own report, finance and tax, the credit office. None of them feeds a claim.
const (
	ReportFigures       = "report-figures"
	ContributionFigures = "contribution-figures"
	CreditGrade         = "credit-grade"
)

// FigureKinds lists them.
var FigureKinds = []string{ReportFigures, ContributionFigures, CreditGrade}
