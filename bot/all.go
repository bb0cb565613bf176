package bot

// All lists every command in the order in which help shows them.
func All() []*Command {
	return []*Command{
		help,
		progress, rating, awards, payments, recruits, expiries, why,
		policyItems, estimate, materials, appeal, human,
		todo, planShow, submit, approve, reject, officialAmount,
		batches, batchExport, reconcile, funds, fundsFirst, desk,
		situation, jobList, jobRun, jobPlan, jobPause, jobResume, jobAllow, jobHistory,
		firmDossier, trace, dishonestyList, imports, invite, staff, standingList, standingNew, standingEnd, emergency, restart,
		notices, received, mute, hour, bindFirm, unbindFirm,
	}
}
