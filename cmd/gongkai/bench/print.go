package bench

import (
	"fmt"
	"io"
	"strings"
)

// A Table is what a result prints: columns whose cells are words, or numbers to the right.
type Table struct {
	Head  []string
	Right []bool
	Rows  [][]string
}

// Tables gives the tables of a result: tools, steps, views, those that it has.
func (r *Result) Tables() (out []Table) {
	if r.Tools != nil {
		out = append(out, r.toolTable())
	}
	if r.Steps != nil {
		out = append(out, r.stepTable())
	}
	if r.Views != nil {
		out = append(out, r.viewTable())
	}
	return out
}

// leastTold is how many seconds of CPU are told from the start of a program, which is taken away: what is less is noise, of
// which nothing is divided.
const leastTold = 0.05

func (r *Result) toolTable() Table {
	t := Table{Head: []string{"tool", "what it does", "CPU s", "ms a document", "against gongkai", "start and first s", "memory",
		"cells found", "failed"}, Right: []bool{false, false, true, true, true, true, true, true, true}}
	for i, x := range r.Tools {
		name := x.Name
		if x.Version != "" {
			name += " (" + strings.TrimPrefix(x.Version, x.Name+" ") + ")"
		}
		if x.Missing != "" {
			t.Rows = append(t.Rows, []string{name, "not installed: " + x.Missing, "–", "–", "–", "–", "–", "–", "–"})
			continue
		}
		times := "1"
		if i > 0 {
			times = fmt.Sprintf("%.2f", x.Times)
		}
		found := "–"
		if x.Of > 0 {
			found = fmt.Sprintf("%d of %d (%.1f %%)", x.Found, x.Of, 100*float64(x.Found)/float64(x.Of))
		}
		memory := megabytes(x.Memory)
		if x.AtMost {
			memory = "≤ " + memory
		}
		cpu, each := fmt.Sprintf("%.2f", x.CPU), fmt.Sprintf("%.1f", x.Each)
		if x.CPU < leastTold {
			cpu, each, times = fmt.Sprintf("< %.2f", leastTold), "–", "–"
		}
		t.Rows = append(t.Rows, []string{name, x.Does, cpu, each, times,
			fmt.Sprintf("%.2f", x.Start), memory, found, fmt.Sprint(x.Failed)})
	}
	return t
}

func (r *Result) stepTable() Table {
	t := Table{Head: []string{"step", "CPU s", "ms a report", "of the first", "memory", "on disk", "files"},
		Right: []bool{false, true, true, true, true, true, true}}
	for _, s := range r.Steps {
		each, share, disk, files := "–", "–", "–", "–"
		if s.Each > 0 {
			each = fmt.Sprintf("%.1f", s.Each)
		}
		if s.Share > 0 {
			share = fmt.Sprintf("%.1f %%", 100*s.Share)
		}
		if s.Files > 0 {
			disk, files = megabytes(s.Disk), fmt.Sprint(s.Files)
		}
		t.Rows = append(t.Rows, []string{s.Name, fmt.Sprintf("%.2f", s.CPU), each, share, megabytes(s.Memory), disk, files})
	}
	return t
}

func (r *Result) viewTable() Table {
	t := Table{Head: []string{"what was asked for", "answers", "p50 ms", "p99 ms", "longest ms"},
		Right: []bool{false, true, true, true, true}}
	for _, v := range r.Views {
		t.Rows = append(t.Rows, []string{v.Name, fmt.Sprint(v.Answers), fmt.Sprintf("%.1f", v.P50), fmt.Sprintf("%.1f", v.P99),
			fmt.Sprintf("%.1f", v.Most)})
	}
	return t
}

// megabytes writes bytes for a person; none = not told.
func megabytes(n int64) string {
	switch {
	case n == 0:
		return "–"
	case n < 100_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 10_000_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.0f MB", float64(n)/1e6)
}

// Given says in a sentence what was measured, where and when.
func (r *Result) Given() string {
	what := fmt.Sprintf("%d documents of the user", r.Documents)
	if r.Made != nil {
		what = fmt.Sprintf("%d made reports (seed %d)", r.Documents, r.Made.Seed)
	}
	if r.Bytes > 0 {
		what += ", " + megabytes(r.Bytes)
	}
	if r.Rounds > 1 {
		what += fmt.Sprintf("; the least of %d rounds", r.Rounds)
	}
	m := r.Machine
	cpu := m.CPU
	if cpu == "" {
		cpu = "a processor without a name"
	}
	on := fmt.Sprintf("%s, %d cores, %s, %s, %s", cpu, m.Cores, m.OS, m.Arch, m.Go)
	if m.Load >= 0 {
		on += fmt.Sprintf("; load %.1f when it began", m.Load)
	}
	return fmt.Sprintf("%s. %s, %s, gongkai %s", what, on, r.Day, r.Program)
}

// Markdown writes a result as a section of docs/benchmarks.md.
func (r *Result) Markdown(w io.Writer) {
	fmt.Fprintf(w, "### %s\n\n%s %s.\n\n", r.Name, r.About, r.Given())
	for _, t := range r.Tables() {
		row := func(cells []string) { fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | ")) }
		row(t.Head)
		rule := make([]string, len(t.Head))
		for i := range rule {
			if rule[i] = "---"; t.Right[i] {
				rule[i] = "--:"
			}
		}
		fmt.Fprintf(w, "|%s|\n", strings.Join(rule, "|"))
		for _, r := range t.Rows {
			row(r)
		}
		fmt.Fprintln(w)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(w, "- %s\n", n)
	}
	if r.Notes != nil {
		fmt.Fprintln(w)
	}
}
