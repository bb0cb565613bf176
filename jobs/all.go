package jobs

// All lists every duty of the house, in the order in which people see them and in which runs of one instant go.
func All() []Job {
	return []Job{
		importDrop, insuranceCheck, claims, recruitReward,
		instalmentsDue, paymentBatch, standingNight,
		approvalExpiry, expiryReminders, auditAnchor, morningReport,
		importFile, applyPlan, batchExport, suspenseClear,
	}
}
