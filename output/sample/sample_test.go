package sample

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
)

// made is a dataset of n reports with cells of every kind, in two formats; a cell in ten prints something else than a
// number, and one report in seven has a finding on a cell.
func made(t *testing.T, n int) (*output.Dataset, *form.Forms) {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "dataset")
	w, err := output.Create(dir, forms, output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewSource(rand.Int63()))
	list := forms.Editions("applications")
	f := list[len(list)-1]
	for i := range n {
		rep := &normalize.Report{Status: normalize.StatusRead, Agency: fmt.Sprintf("临溪市第%d局", i), Year: 2022,
			Editions: normalize.Editions{"applications": f.Edition}}
		rep.Body.ID = fmt.Sprintf("321201/department/%d", i)
		for _, name := range f.Names() {
			v := normalize.Value{Name: name, Verdict: normalize.Unchecked}
			switch rng.Intn(20) {
			case 0:
				v.State = normalize.Blank
			case 1:
				v.State, v.Text = normalize.Mark, "—"
			default:
				d := decimal.NewFromInt(int64(rng.Intn(3)))
				v.State, v.Text, v.Number = normalize.Number, d.String(), &d
			}
			rep.Values = append(rep.Values, v)
		}
		if i%7 == 0 {
			rep.Findings = append(rep.Findings, normalize.Finding{Code: normalize.CodeSumFails, Severity: normalize.Error,
				Name: "applications.received", Message: "1 + 1 is not 3"})
		}
		media := []string{"text/html", "application/pdf"}[i%2]
		if err := w.Write(output.Result{Document: output.Document{File: "=" + strconv.Itoa(i), SHA256: fmt.Sprintf("%064x", i),
			MediaType: media}, Report: rep}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return d, forms
}

func sheet(t *testing.T, d *output.Dataset, forms *form.Forms, n int, seed uint64) [][]string {
	t.Helper()
	var b bytes.Buffer
	drawn, of, err := Draw(context.Background(), d, forms, n, seed, &b, true)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := min(int64(n), d.Rows["values"]); drawn != want || of != d.Rows["values"] || len(lines)-1 != int(want) {
		t.Fatalf("%d drawn of %d, %d lines, want %d of %d", drawn, of, len(lines)-1, want, d.Rows["values"])
	}
	return lines
}

func values(t *testing.T, d *output.Dataset) map[string]output.ValueRow {
	t.Helper()
	out := map[string]output.ValueRow{}
	if err := d.Values(func(_ int, v output.ValueRow) error { out[v.Document+v.Name] = v; return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestDraw: a sheet is blind, has every stratum in proportion and no cell twice; another seed draws others.
func TestDraw(t *testing.T) {
	d, forms := made(t, 20)
	have, one := values(t, d), sheet(t, d, forms, 200, 1)
	if again := sheet(t, d, forms, 200, 1); !slices.EqualFunc(one, again, slices.Equal) {
		t.Error("the same seed draws others")
	}
	seen, says := map[string]bool{}, map[string]int{}
	for i, l := range one[1:] {
		k := l[1] + l[7]
		v, ok := have[k]
		if !ok || seen[k] {
			t.Fatalf("row %d: %q, twice %v", i, l, seen[k])
		}
		seen[k] = true
		says[v.State]++
		if l[11] != "" || l[12] != "" || l[8] == "" || l[9] == "" || !strings.HasPrefix(l[3], "'=") {
			t.Errorf("row %d is not blind, tells nothing of the cell or is not guarded: %q", i, l)
		}
	}
	all := map[string]int{}
	for _, v := range have {
		all[v.State]++
	}
	for s, n := range all { // strata of three tables, two formats and zero apart
		if want := float64(n) * 200 / float64(len(have)); math.Abs(float64(says[s])-want) > 4 {
			t.Errorf("%s: %d drawn, %.1f in proportion", s, says[s], want)
		}
	}
	other := 0
	for _, l := range sheet(t, d, forms, 200, 2)[1:] {
		if !seen[l[1]+l[7]] {
			other++
		}
	}
	if other == 0 {
		t.Error("another seed draws the same")
	}
	sheet(t, d, forms, 1_000_000, 1) // all there are
}

// coded writes a sheet as somebody coded it who looks as code says.
func coded(lines [][]string, code func(l []string) (state, number string)) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(lines[0]) // a builder takes everything
	for _, l := range lines[1:] {
		l = slices.Clone(l)
		l[11], l[12] = code(l)
		_ = w.Write(l)
	}
	w.Flush()
	return b.String()
}

// TestScore: who codes what is there agrees wholly; cells coded otherwise are counted, with and without a finding; rows
// left open are not.
func TestScore(t *testing.T) {
	d, forms := made(t, 20)
	have, lines := values(t, d), sheet(t, d, forms, 300, 7)
	right := func(l []string) (string, string) {
		v := have[l[1]+l[7]]
		if v.Number != nil {
			return "", decimal.New(*v.Number, -6).String()
		}
		return v.State, ""
	}
	score := func(text string) *Score {
		s, err := ScoreSheet(context.Background(), d, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := score(coded(lines, right))
	if s.Coded != 300 || s.Equal != 300 || s.Kappa != 1 || s.StateKappa != 1 || s.Silent != 0 ||
		math.Abs(s.UpperError-(1-math.Pow(0.05, 1.0/300))) > 1e-9 {
		t.Errorf("%+v", s)
	}
	wrong, doubted, n := 0, 0, 0
	s = score(coded(lines, func(l []string) (string, string) {
		if n++; n > 250 {
			return "", "" // left open
		}
		state, number := right(l)
		if number == "" || n%10 != 0 {
			return state, number
		}
		wrong++
		k, _ := strconv.ParseInt(l[1], 16, 64)
		if k%7 == 0 && strings.HasPrefix(l[7], "applications.received.") {
			doubted++
		}
		return "", number + "1"
	}))
	if s.Coded != 250 || s.Left != 50 || s.Coded-s.Equal != wrong || s.Silent != wrong-doubted || s.SameState != 250 ||
		s.StateKappa != 1 || s.Kappa >= 1 || len(s.Others) != wrong || wrong == 0 {
		t.Errorf("wrong %d, of them doubted %d: %+v", wrong, doubted, s)
	}
	for what, text := range map[string]string{
		"no row":        coded(lines, func([]string) (string, string) { return "", "" }),
		"a state":       coded(lines, func([]string) (string, string) { return "nil", "" }),
		"a number":      coded(lines, func([]string) (string, string) { return "", "two" }),
		"blank with 3":  coded(lines, func([]string) (string, string) { return "blank", "3" }),
		"no number":     coded(lines, func([]string) (string, string) { return "number", "" }),
		"another table": "a,b\n1,2\n", "nothing": "",
		"another dataset": strings.ReplaceAll(coded(lines, right), "applications.", "appliances."),
	} {
		if _, err := ScoreSheet(context.Background(), d, strings.NewReader(text)); err == nil {
			t.Errorf("%s is taken", what)
		}
	}
}

// TestBound holds kappa and the bound against published figures: Cohen 1960; Clopper and Pearson by R's
// binom.test(k, n, alternative = "less").
func TestBound(t *testing.T) {
	for _, c := range []struct {
		k, n int
		want float64
	}{{0, 300, 0.00993608}, {0, 10, 0.2588656}, {1, 10, 0.3941633}, {5, 100, 0.1022534}, {10, 10, 1}} {
		if got := Upper(c.k, c.n, 0.05); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%d of %d: %.7f, want %.7f", c.k, c.n, got, c.want)
		}
	}
	// 20 yes and yes, 5 yes and no, 10 no and yes, 15 no and no: kappa is 0.4
	var pairs [][2]string
	for code, n := range map[[2]string]int{{"y", "y"}: 20, {"y", "n"}: 5, {"n", "y"}: 10, {"n", "n"}: 15} {
		for range n {
			pairs = append(pairs, code)
		}
	}
	if got := kappa(pairs); math.Abs(got-0.4) > 1e-12 {
		t.Errorf("kappa %.4f", got)
	}
}
