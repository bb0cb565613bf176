package jobs

// All lists every duty of the house, in the order in which people see them and in which runs of one instant go.
func All() []Job {
	return []Job{
		importDrop, publicityClose, starRating, insuranceCheck, claims, recruitReward,
		instalmentsDue, paymentBatch,
		approvalExpiry, objections, expiryReminders, auditAnchor, morningReport,
		publicityStart, redList, blackList, importFile, applyPlan, batchExport, suspenseClear,
	}
}
