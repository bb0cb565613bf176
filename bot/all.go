package bot

// All lists every command in the order in which help shows them.
func All() []*Command {
	return []*Command{
		help,
		progress, rating, awards, payments, recruits, expiries, why,
		policyItems, estimate, materials, appeal, rerating, objection, hearing, human,
		todo, planShow, submit, approve, reject, officialAmount, publicity, publicList, redBlack,
		selection, selectionRuling,
		roundStart, rounds, roundPause, roundResume, roundCancel, roundDecide, roundWhatIf, ratingChange,
		batches, batchExport, reconcile, adjustments, caseTell, caseHear, caseSubmit, caseRepaid, funds, fundsFirst, desk,
		situation, jobList, jobRun, jobPlan, jobPause, jobResume, jobAllow, jobHistory,
		firmDossier, trace, dishonestyList, imports, invite, staff, standingList, standingNew, standingEnd, emergency, restart,
		notices, received, mute, hour, bindFirm, unbindFirm,
	}
}
