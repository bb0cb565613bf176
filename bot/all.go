package bot

// All lists every command in the order in which help shows them.
func All() []*Command {
	return []*Command{
		help,
		progress, recruits, payments, why, expiries,
		situation, jobList, jobRun, jobPlan, jobPause, jobResume, jobHistory,
		firmDossier,
	}
}
