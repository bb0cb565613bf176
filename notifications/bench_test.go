package notifications_test

import (
	"fmt"
	"io"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
)

// BenchmarkTell and BenchmarkDeliver count notices: a simulation of five years makes about a hundred thousand.
func BenchmarkTell(b *testing.B)    { benchmark(b, false) }
func BenchmarkDeliver(b *testing.B) { benchmark(b, true) }

func benchmark(b *testing.B, deliver bool) {
	const firms, chunk = 500, 100
	s := modelstest.New(b)
	outbox := notifications.Outbox{Hours: hours()}
	err := s.InTx(b.Context(), func(tx *models.Tx) error {
		for i := range firms {
			m := models.Member{Code: fmt.Sprint("c", i), Name: "x", Active: true}
			if err := tx.AddMember(1, models.System, &m, models.MemberRole{Role: models.Contact, OrgID: int64(i + 1)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	w := notifications.Worker{Store: s, Hours: hours(), Name: "w", InFlight: 100, Routes: []notifications.Route{{Name: "console", Channel: notifications.NewConsole(io.Discard)}}}
	told, day, now := 0, policy.Date(20260105), policy.Instant(0)
	tell := func() {
		letters := make([]notifications.Letter, chunk)
		for i := range letters {
			letters[i] = notifications.Letter{
				To:      []notifications.To{notifications.Organisation(int64((told+i)%firms + 1))},
				Message: notifications.RecruitProgress{Year: 2000 + told/firms, Reached: told, Need: 20, On: day},
			}
		}
		if err := s.InTx(b.Context(), func(tx *models.Tx) error { return outbox.TellAll(tx, now, 1, letters) }); err != nil {
			b.Fatal(err)
		}
		told += chunk
	}
	now = policy.InstantOf(day.At(2, 0))
	if !deliver {
		for b.Loop() {
			tell()
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(told), "µs/notice")
		return
	}
	for b.Loop() {
		b.StopTimer()
		for range 3 * firms / chunk {
			tell()
		}
		b.StartTimer()
		if _, err := w.Deliver(b.Context(), now.Add(6*3600*1e9+1800*1e9)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(told), "µs/notice")
}
