package jobs

import "duixian/models"

// lineAppliers do one line of a kind of plan and say what became of it; planAppliers do a plan that is one thing, in the transaction
// that closes it. A kind may have both.
var (
	lineAppliers = map[string]func(tx *models.Tx, run *Run, a models.Approval, p models.Plan, l models.PlanLine) (models.LineState, string, error){
		"award":      applyAward,
		"release":    applyRelease,
		volumeKind:   applyVolumeLine,
		batchKind:    applyBatchLine,
		shortageKind: applyShortage,
		amountsKind:  applyAmount,
	}
	planAppliers = map[string]func(tx *models.Tx, run *Run, a models.Approval, p models.Plan) error{
		"roster":          applyRoster,
		"legal-review":    applyLegalReview,
		volumeKind:        applyVolume,
		batchKind:         applyBatch,
		accountsKind:      applyAccounts,
		appropriationKind: applyAppropriation,
		standingKind:      applyStanding,
	}
	// beforePolicy are the kinds that may be carried out while no effective day is configured: they promise nobody money.
	beforePolicy = map[string]bool{"roster": true, accountsKind: true, appropriationKind: true}
)
