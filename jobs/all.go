package jobs

// All lists every duty of the house, in the order in which people see them and in which runs of one instant go.
func All() []Job {
	return []Job{
		importDrop, publicityClose, starRating, insuranceCheck, selections, claims, recruitReward,
		instalmentsDue, standingNight, paymentBatch,
		approvalExpiry, objections, expiryReminders, auditAnchor, morningReport,
		publicityStart, redList, blackList, selectionRuling,
		importFile, applyPlan, batchExport, suspenseClear,
	}
}
