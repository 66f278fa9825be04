package gold

import (
	"math/rand"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// seedOf gives the seed of a test that is another each time: GONGKAI_SEED repeats one.
func seedOf(t *testing.T) int64 {
	t.Helper()
	seed := time.Now().UnixNano()
	if s := os.Getenv("GONGKAI_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseInt(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("GONGKAI_SEED=%d", seed)
	return seed
}

// randomly reads n reports that a change has harmed by chance, each in a format by chance: no silent error, and nothing
// wrong that is proved or inferred.
func randomly(t *testing.T, n int, formats []Format, change func(*Report, *rand.Rand)) {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewSource(seedOf(t)))
	reports := Reports()
	var all Score
	for i := range n {
		r, f := reports[rng.Intn(len(reports))].Clone(), formats[rng.Intn(len(formats))]
		change(r, rng)
		doc, err := extract.Read(f.Write(r, int64(i)), f.File)
		if err != nil {
			t.Errorf("#%d %s %s: %v", i, f.Name, r.ID, err)
			continue
		}
		s, failures := r.Judge(normalize.Read(doc, forms))
		all.Add(s)
		for _, x := range failures {
			if strings.HasPrefix(x, "silent ") || strings.HasPrefix(x, "proved ") {
				t.Errorf("#%d %s %s: %s", i, f.Name, r.ID, x)
			}
		}
	}
	t.Logf("%d documents, %.3f %% exact, %d abstained, %d flagged, %d silent, %d wrong and proved", all.Documents,
		100*all.ExactShare(), all.Abstained, all.Flagged, all.Silent, all.Proved)
}

// samples is how many documents a test by chance tries: n in the long run.
func samples(n int) int {
	switch {
	case longRun:
		return n
	case testing.Short():
		return n / 40
	}
	return n / 10
}

// TestRandomOrder reads reports whose columns and groups stand in any order below headers worded by chance.
func TestRandomOrder(t *testing.T) {
	randomly(t, samples(2400), Formats(), RandomOrder)
}

// TestLostZeros reads flattened texts that have lost zeros.
func TestLostZeros(t *testing.T) {
	var texts []Format
	for _, f := range Formats() {
		if strings.HasPrefix(f.Name, "text") {
			texts = append(texts, f)
		}
	}
	for range 2 { // one cell a line as often as all others together, for there nothing but the order tells
		texts = append(texts, Format{"text " + Parted, "report.txt", false, func(r *Report, _ int64) []byte { return r.Text(Parted) }})
	}
	randomly(t, samples(2400), texts, func(r *Report, rng *rand.Rand) {
		if rng.Intn(4) == 0 {
			RandomOrder(r, rng)
		}
		r.loseZeros(rng, 1+rng.Intn(6))
	})
}
