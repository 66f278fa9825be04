package gold

import (
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

var (
	showFailures = flag.Int("failures", 0, "print this many failures of each format and fault")
	only         = flag.String("fault", "", "try this fault only")
	onlyFormat   = flag.String("format", "", "try this format only")
	rounds       = flag.Int("rounds", 1, "how often each fault is tried on each report in each format")
	update       = flag.Bool("update", false, "raise the floors to what is reached and rewrite docs/accuracy.md")
	lower        = flag.String("lower", "", "lower the floors to what is reached, for this reason")
)

type task struct {
	report *Report
	fault  Fault
	format Format
	round  int
}

type outcome struct {
	task
	score    Score
	failures []string
}

// try writes one report with one fault in one format, reads it, and scores what was read.
func (k task) try(forms *form.Forms) (outcome, bool) {
	h := fnv.New64a()
	fmt.Fprint(h, k.report.ID, k.fault.Name, k.format.Name, k.round)
	seed := int64(h.Sum64() >> 1)
	r := k.report.Clone()
	if !k.fault.Apply(r, rand.New(rand.NewSource(seed)), k.format) {
		return outcome{}, false
	}
	body := k.format.Write(r, seed)
	doc, err := extract.Read(body, k.format.File)
	got := normalize.Unread("")
	if err == nil {
		got = normalize.Read(doc, forms)
	}
	o := outcome{task: k}
	o.score, o.failures = r.Judge(got)
	if k.fault.Name == "none" && k.report.Options.Mistake == "" {
		for _, f := range got.Findings {
			if f.Severity != normalize.Note {
				o.score.Alarms++
				o.failures = append(o.failures, fmt.Sprintf("alarm %s %s: %s", f.Code, f.Name, f.Message))
				break
			}
		}
	}
	for i := range o.failures {
		o.failures[i] = fmt.Sprintf("%s/%s/%s #%d: %s", k.format.Name, k.fault.Name, k.report.ID, k.round,
			o.failures[i])
	}
	return o, true
}

func tryAll(t *testing.T, rounds int) []outcome {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	var tasks []task
	for ri, r := range Reports() {
		for _, fm := range Formats() {
			for fi, ft := range Faults() {
				if *only == "" && *onlyFormat == "" && rounds == 1 && !*update && *lower == "" && !tried(ri+fi, 11, 61) {
					continue
				}
				if *only != "" && ft.Name != *only || *onlyFormat != "" && fm.Name != *onlyFormat {
					continue
				}
				for i := 0; i < rounds; i++ {
					tasks = append(tasks, task{r, ft, fm, i})
				}
			}
		}
	}
	out := make([]outcome, len(tasks))
	applied := make([]bool, len(tasks))
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				out[i], applied[i] = tasks[i].try(forms)
			}
		}()
	}
	for i := range tasks {
		next <- i
	}
	close(next)
	wg.Wait()
	var kept []outcome
	for i := range out {
		if applied[i] {
			kept = append(kept, out[i])
		}
	}
	return kept
}

// A floor is what a format must reach over the whole gold set with every fault.
type floor struct {
	Exact     float64 `json:"exact"`     // share of cells exactly as printed, at least
	Abstained int     `json:"abstained"` // printed cells said to be absent, at most
	Silent    int     `json:"silent"`    // wrong values without a finding, at most
	Alarms    int     `json:"alarms"`    // faultless documents with a warning of ours, at most
}

type floors struct {
	Formats map[string]floor `json:"formats"`
	Lowered []string         `json:"lowered"` // the reason for each time that a floor was lowered
}

const (
	floorsFile   = "floors.json"
	accuracyFile = "../../docs/accuracy.md"
)

// TestGate holds the accuracy: no silent error, and in each format no less than the floors. It writes what it found as
// docs/accuracy.md with -update, and checks that file without; both in the long run only.
func TestGate(t *testing.T) {
	outs := tryAll(t, *rounds)
	byFault, byFormat, both := map[string]*Score{}, map[string]*Score{}, map[[2]string]*Score{}
	var all Score
	shown := map[string]int{}
	for _, o := range outs {
		add(byFault, o.fault.Name, o.score)
		add(byFormat, o.format.Name, o.score)
		family, _, _ := strings.Cut(o.format.Name, " ")
		add(both, [2]string{o.fault.Name, family}, o.score)
		all.Add(o.score)
		for _, f := range o.failures {
			key := o.fault.Name + o.format.Name
			if shown[key] < *showFailures || strings.Contains(f, ": silent ") || strings.Contains(f, ": proved ") {
				shown[key]++
				t.Log(f)
			}
		}
	}
	if all.Silent > 0 {
		t.Errorf("%d silent errors", all.Silent)
	}
	if all.Proved > 0 {
		t.Errorf("%d wrong values proved or inferred", all.Proved)
	}
	least := 0.95
	if !longRun && !*update && *lower == "" {
		least = 0.9 // of few documents
	}
	for name, s := range byFault {
		if s.ExactShare() < least && s.Documents > 10 {
			t.Errorf("fault %s: %.2f %% of cells exact, less than %.0f %%", name, 100*s.ExactShare(), 100*least)
		}
	}
	t.Logf("%d documents, %d cells, %.3f %% exact, %d abstained, %d flagged, %d silent", all.Documents, all.Cells,
		100*all.ExactShare(), all.Abstained, all.Flagged, all.Silent)
	if !longRun && !*update && *lower == "" || *only != "" || *onlyFormat != "" || *rounds != 1 {
		return // a part of the set, or more of it, than floors and table are for
	}
	checkFloors(t, byFormat)
	checkAccuracy(t, all, byFault, byFormat, both)
}

func add[K comparable](m map[K]*Score, k K, s Score) {
	if m[k] == nil {
		m[k] = &Score{}
	}
	m[k].Add(s)
}

// checkFloors compares with the committed floors; -update raises them, -lower with a reason lowers them.
func checkFloors(t *testing.T, byFormat map[string]*Score) {
	var have floors
	if b, err := os.ReadFile(floorsFile); err == nil {
		if err := json.Unmarshal(b, &have); err != nil {
			t.Fatalf("%s: %v", floorsFile, err)
		}
	}
	next := floors{Formats: map[string]floor{}, Lowered: have.Lowered}
	for name, s := range byFormat {
		f := floor{Exact: math.Floor(s.ExactShare()*1e5) / 1e5, Abstained: s.Abstained, Silent: s.Silent,
			Alarms: s.Alarms}
		old, ok := have.Formats[name]
		if !ok {
			old = floor{Abstained: 1 << 30, Silent: 0, Alarms: 0}
		}
		if f.Exact < old.Exact || f.Abstained > old.Abstained || f.Silent > old.Silent || f.Alarms > old.Alarms {
			if *lower == "" {
				t.Errorf("%s: %+v is below the floor %+v", name, f, old)
			}
		} else if *lower == "" && *update {
			f.Exact, f.Abstained = max(f.Exact, old.Exact), min(f.Abstained, old.Abstained)
		}
		next.Formats[name] = f
	}
	for name := range have.Formats {
		if byFormat[name] == nil && *lower == "" {
			t.Errorf("%s: the floors name a format that is not tried", name)
		}
	}
	if t.Failed() || !*update && *lower == "" {
		return
	}
	if *lower != "" {
		next.Lowered = append(next.Lowered, *lower)
	}
	b, err := json.MarshalIndent(next, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(floorsFile, append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// checkAccuracy writes or compares docs/accuracy.md.
func checkAccuracy(t *testing.T, all Score, byFault, byFormat map[string]*Score, both map[[2]string]*Score) {
	var b strings.Builder
	percent := func(s *Score) string {
		if s == nil {
			return "–"
		}
		return fmt.Sprintf("%.2f", 100*s.ExactShare())
	}
	b.WriteString(`# Accuracy

Written by ` + "`go test ./normalize/gold -run TestGate -update`" + ` and checked by the same test; do not edit.

The gold set is ` + fmt.Sprint(len(Reports())) +
		` reports of our own making in every layout that offices use for the form. Each is written in
` + fmt.Sprint(len(Formats())) +
		` formats, once as it is and once with each fault below, at a place chosen by chance, and read again. What the
document prints under each name is known from how it was made.

- **exact**: of the cells that the document prints unambiguously (or does not print), the share whose text, state and
  number are as printed (or which are said to be absent), in percent;
- **abstained**: cells printed, but said to be absent;
- **flagged**: values published otherwise than printed that carry a finding on the cell, its row or its table;
- **silent**: values published otherwise than printed without one. The promise is none, and the test fails on the first;
- **alarms**: documents without any fault or mistake that carry a warning or an error of ours.

`)
	fmt.Fprintf(&b, "In all: %d documents, %d cells, %.3f %% exact, %d abstained, %d flagged, **%d silent**, %d "+
		"alarms.\n\n## By fault\n\n",
		all.Documents, all.Cells, 100*all.ExactShare(), all.Abstained, all.Flagged, all.Silent, all.Alarms)
	b.WriteString("| fault | what | documents | exact: HTML | text | PDF | OFD | Word | sheet | abstained | flagged | " +
		"silent |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, f := range Faults() {
		s := byFault[f.Name]
		if s == nil {
			t.Fatalf("fault %s was never tried", f.Name)
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %s | %s | %s | %s | %s | %s | %d | %d | %d |\n", f.Name, f.What, s.Documents,
			percent(both[[2]string{f.Name, "html"}]), percent(both[[2]string{f.Name, "text"}]),
			percent(both[[2]string{f.Name, "pdf"}]), percent(both[[2]string{f.Name, "ofd"}]),
			percent(both[[2]string{f.Name, "word"}]), percent(both[[2]string{f.Name, "sheet"}]), s.Abstained, s.Flagged,
			s.Silent)
	}
	b.WriteString("\n## By format\n\n| format | documents | exact | abstained | flagged | silent | alarms " +
		"|\n|---|--:|--:|--:|--:|--:|--:|\n")
	for _, f := range Formats() {
		s := byFormat[f.Name]
		fmt.Fprintf(&b, "| %s | %d | %.3f | %d | %d | %d | %d |\n", f.Name, s.Documents, 100*s.ExactShare(),
			s.Abstained, s.Flagged, s.Silent, s.Alarms)
	}
	if *update {
		if err := os.WriteFile(accuracyFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(accuracyFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != b.String() {
		t.Errorf("%s is not what this program reaches; run go test ./normalize/gold -run TestGate -update and read "+
			"the difference", accuracyFile)
	}
}

// TestFaultsTogether tries reports with several faults at once, chosen by chance: still no silent error.
func TestFaultsTogether(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	n := 300 * *rounds
	if longRun {
		n = 1500 * *rounds
	}
	rng := rand.New(rand.NewSource(12))
	reports, faults, formats := Reports(), Faults(), Formats()
	var all Score
	for i := range n {
		r, f := reports[rng.Intn(len(reports))].Clone(), formats[rng.Intn(len(formats))]
		var names []string
		for range 2 + rng.Intn(2) {
			if ft := faults[rng.Intn(len(faults))]; ft.Name != "half a file" && applies(ft, r, rng, f) {
				names = append(names, ft.Name)
			}
		}
		doc, err := extract.Read(f.Write(r, int64(i)), f.File)
		if err != nil {
			t.Errorf("%s %s %q: %v", f.Name, r.ID, names, err)
			continue
		}
		s, failures := r.Judge(normalize.Read(doc, forms))
		all.Add(s)
		for _, x := range failures {
			if strings.HasPrefix(x, "silent ") {
				t.Errorf("%s %s %q: %s", f.Name, r.ID, names, x)
			}
		}
	}
	t.Logf("%d documents, %.3f %% exact, %d abstained, %d flagged, %d silent", all.Documents, 100*all.ExactShare(),
		all.Abstained, all.Flagged, all.Silent)
	if all.ExactShare() < 0.97 {
		t.Errorf("%.2f %% of cells exact", 100*all.ExactShare())
	}
}

// applies applies a fault to a report that others have harmed already; one that finds no place any more does not apply.
func applies(ft Fault, r *Report, rng *rand.Rand, f Format) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return ft.Apply(r, rng, f)
}
