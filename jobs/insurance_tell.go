package jobs

import "duixian/models"

func tellRecruits(*models.Tx, *Run, []models.InsuranceChange) error { return nil }
