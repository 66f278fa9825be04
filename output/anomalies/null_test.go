package anomalies

import (
	"context"
	"math/rand"
	"os"
	"strconv"
	"testing"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
)

// dataset writes what a model made, without documents.
func (m *model) dataset(t testing.TB) *output.Dataset {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	return write(t, func(each func(output.Result)) {
		id := 0
		for y := firstYear; y <= lastYear; y++ {
			for _, b := range m.bodies {
				id++
				each(b.reports[y-firstYear].direct(forms, id))
			}
		}
	})
}

// TestNothingPlanted: in corpora with nothing planted exact rules find nothing, and the lists of the statistical rules
// hold false alarms no more often than the rate says.
func TestNothingPlanted(t *testing.T) {
	corpora, size := 3, 60
	switch {
	case longRun:
		corpora, size = 12, 110
	case testing.Short():
		corpora, size = 1, 30
	}
	if s := os.Getenv("GONGKAI_CORPORA"); s != "" {
		corpora, _ = strconv.Atoi(s)
	}
	alarmed := 0
	for seed := range corpora {
		m := &model{rng: rand.New(rand.NewSource(int64(seed)))}
		m.make(size, size, 25)
		list, err := Find(context.Background(), m.dataset(t), Options{})
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, a := range list.Anomalies {
			if a.Strength.P == nil {
				t.Errorf("seed %d: %s: %s", seed, a.Rule, Text(a.Sentence))
				continue
			}
			found++
			t.Logf("seed %d: %s p %.2g q %.2g: %s", seed, a.Rule, *a.Strength.P, *a.Strength.Q, Text(a.Sentence))
		}
		t.Logf("seed %d: %d reports, %d tests, %d found", seed, list.Reports, list.Tests, found)
		if found > 0 {
			alarmed++
		}
	}
	// where nothing is there, the expected share of false alarms is the chance of any: 5 % of the corpora, of 12 of
	// them three or fewer with a chance of 99.8 %, of 3 of them one or none with one of 99.3 %
	if alarmed > max(1, min(3, corpora/4), corpora/10) {
		t.Errorf("%d of %d corpora with nothing planted raise an alarm", alarmed, corpora)
	}
}
