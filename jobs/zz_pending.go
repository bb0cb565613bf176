package jobs

import (
	"duixian/models"
	"duixian/policy"
)

func tellChanges(*models.Tx, *Run, []change) error { return nil }

func tellInstalment(*models.Tx, *Run, models.Award, models.Instalment) error { return nil }

func tellAward(*models.Tx, *Run, models.Award, []models.Instalment) error { return nil }

func tellHeldClaim(*models.Tx, *Run, models.Claim, models.Decision) error { return nil }

func tellWaiting(*models.Tx, *Run, models.Approval) error { return nil }

func tellExpired(*models.Tx, *Run, models.Plan, models.Approval) error { return nil }

func tellSubmitted(*models.Tx, policy.Instant, models.Plan, models.Approval, models.Member, string) error {
	return nil
}

func tellDecided(*models.Tx, policy.Instant, models.Plan, models.Approval, models.Member, models.Member) error {
	return nil
}
