package notifications

// all is the catalogue of messages, in the order in which a digest shows them: what a person must do, what became of
// money, what else changed.
var all = []Kind{
	alertRaised,
	runFailed,
	quotaLow,
	runHeld,
	morningReport,
	planWaiting,
	deskAsked,
	deskAnswered,
	needsData,
	windowClosing,
	policyEnding,
	licenceEnding,
	annualReportDue,
	materialWaiting,
	instalmentHeld,
	claimHeld,
	holdLifted,
	instalmentDue,
	awardConfirmed,
	claimDecided,
	higherDecision,
	recruitFellOut,
	recruitProgress,
	planOutcome,
	higherDecisions,
	policyEndingSummary,
	droppedFile,
	importSummary,
}
