package gold

import (
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand"
	"runtime"
	"sort"
	"sync"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
)

var (
	showFailures = flag.Int("failures", 0, "print this many failures of each format and fault")
	only         = flag.String("fault", "", "try this fault only")
	onlyFormat   = flag.String("format", "", "try this format only")
	rounds       = flag.Int("rounds", 2, "how often each fault is tried on each report in each format")
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
func (k task) try(forms *normalize.Forms) (outcome, bool) {
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
		o.failures[i] = fmt.Sprintf("%s/%s/%s #%d: %s", k.format.Name, k.fault.Name, k.report.ID, k.round, o.failures[i])
	}
	return o, true
}

func tryAll(t *testing.T, rounds int) []outcome {
	forms, err := normalize.Load()
	if err != nil {
		t.Fatal(err)
	}
	var tasks []task
	for _, r := range Reports() {
		for _, fm := range Formats() {
			for _, ft := range Faults() {
				if *only != "" && ft.Name != *only || *onlyFormat != "" && fm.Name != *onlyFormat {
					continue
				}
				n := rounds
				if ft.Name == "none" {
					n = 1
				}
				for i := 0; i < n; i++ {
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

func TestTmpGate(t *testing.T) {
	outs := tryAll(t, *rounds)
	byFault, byFormat := map[string]*Score{}, map[string]*Score{}
	var all Score
	shown := map[string]int{}
	for _, o := range outs {
		for m, k := range map[*map[string]*Score]string{&byFault: o.fault.Name, &byFormat: o.format.Name} {
			if (*m)[k] == nil {
				(*m)[k] = &Score{}
			}
			(*m)[k].Add(o.score)
		}
		all.Add(o.score)
		for _, f := range o.failures {
			key := o.fault.Name + o.format.Name
			if shown[key] < *showFailures {
				shown[key]++
				fmt.Println(f)
			}
		}
	}
	for _, m := range []map[string]*Score{byFault, byFormat} {
		var ks []string
		for k := range m {
			ks = append(ks, k)
		}
		sort.Strings(ks)
		for _, k := range ks {
			s := m[k]
			fmt.Printf("%-26s docs %5d exact %7.3f%% abst %6d flagged %6d silent %5d alarms %d\n", k, s.Documents, 100*s.ExactShare(), s.Abstained, s.Flagged, s.Silent, s.Alarms)
		}
	}
	fmt.Printf("all docs %d cells %d exact %.3f%% silent %d\n", all.Documents, all.Cells, 100*all.ExactShare(), all.Silent)
}
