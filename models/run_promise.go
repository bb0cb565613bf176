package models

// PromiseEnd notes that whoever asked for a run was answered with its number only, and is told how it ends. It changes the row that the
// end changes, so that of the two one is first. False: the run has ended, and the answer can say how.
func (tx *Tx) PromiseEnd(run int64) (bool, error) {
	n, err := affected(tx.db.Exec("UPDATE job_runs SET promised = 1 WHERE id = ? AND state IN ?", run, []RunState{RunQueued, RunRunning}))
	return n == 1, err
}
