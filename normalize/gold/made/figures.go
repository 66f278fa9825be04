package made

import (
	"math"
	"math/rand"
	"strings"

	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/form"
)

// columns are those of the table of applications, with how many of a hundred applicants each has.
var columns = []struct {
	name  string
	share float64
}{{"natural_person", 84}, {"business", 8}, {"research", .6}, {"public_welfare", .9}, {"legal_service", 4}, {"other", 2.5}}

// unusual: one in so many years is many times as busy as others of the same body.
const unusual = 50

// Figures invents what a body's report on a year since 2019 says, by name: every identity holds, what was carried out of a year is
// carried into the next, and a body stays about as large as it was.
func (c Corpus) Figures(b Body, year int) map[string]int64 {
	n, rng := map[string]int64{}, c.draw(b.Number, year, "figures")
	size := c.size(b)
	if rng.Intn(unusual) == 0 {
		size *= 6
	}
	edition := EditionOf(year)
	c.applications(n, rng, formOf("applications", edition), b, year, size)
	for i, row := range []string{"reconsideration", "litigation_direct", "litigation_after"} {
		total := int64(0)
		for _, column := range []string{"upheld", "corrected", "other", "pending"} {
			k := around(rng, size*[]float64{.02, .006, .006}[i])
			n["disputes."+row+"."+column] = k
			total += k
		}
		n["disputes."+row+".total"] = total
	}
	for _, name := range formOf("active", edition).Names() {
		_, column, _ := strings.Cut(strings.TrimPrefix(name, "active."), ".")
		mean := map[string]float64{"decisions": 12, "amount": 1.5, "items": .2, "prior_items": .8, "made": .1, "newly_public": .1,
			"public_total": 1}[column]
		if strings.HasPrefix(name, "active.regulation.") {
			mean /= 20
		}
		n[name] = around(rng, mean*size)
		if column == "change" {
			n[name] = int64(rng.Intn(5) - 2)
		}
	}
	if edition == "2021" { // in force is what was, and what came, without what went
		for _, row := range []string{"regulation", "normative_document"} {
			before, now, went := c.inForce(b, year-1, row), c.inForce(b, year, row), int64(rng.Intn(3))
			n["active."+row+".in_force"] = now
			n["active."+row+".issued"] = max(0, now-before) + went
			n["active."+row+".repealed"] = max(0, before-now) + went
		}
	}
	return n
}

// applications invents the table of applications: what was received and carried in is what was handled and carried out.
func (c Corpus) applications(n map[string]int64, rng *rand.Rand, f *form.Form, b Body, year int, size float64) {
	const name = "applications."
	results := f.Rows[2 : len(f.Rows)-2]
	outcome := c.draw(b.Number, 0, "outcome") // what a body decides depends on the body
	weights := make([]float64, len(results))
	for i := range weights {
		weights[i] = math.Pow(outcome.Float64(), 4) / 4
	}
	weights[0] += 1 // most are granted
	for _, column := range columns {
		in, out := c.carried(b, year-1, column.share*size/100), c.carried(b, year, column.share*size/100)
		handled := int64(0)
		for i, row := range results {
			k := around(rng, weights[i]*column.share*size/300)
			n[name+row.Name+"."+column.name] = k
			handled += k
		}
		if missing := in - handled - out; missing > 0 {
			n[name+results[0].Name+"."+column.name] += missing
			handled += missing
		}
		n[name+"received."+column.name], n[name+"carried_in."+column.name] = handled+out-in, in
		n[name+"handled_total."+column.name], n[name+"carried_out."+column.name] = handled, out
	}
	for _, row := range f.Rows {
		total := int64(0)
		for _, column := range columns {
			total += n[name+row.Name+"."+column.name]
		}
		n[name+row.Name+".total"] = total
	}
}

// size is how many applications a body gets in a year, about.
func (c Corpus) size(b Body) float64 {
	size := 150 * math.Exp(0.8*c.draw(b.Number, 0, "size").NormFloat64())
	if b.Kind != agencies.Government {
		size /= 12
	}
	return size
}

// carried is what a body carries out of a year.
func (c Corpus) carried(b Body, year int, mean float64) int64 {
	return around(c.draw(b.Number, year, "carried"), mean/12)
}

// inForce is how many documents of a kind are in force at the end of a year.
func (c Corpus) inForce(b Body, year int, row string) int64 {
	mean := c.size(b)
	if row == "regulation" {
		mean /= 50
	}
	return around(c.draw(b.Number, year, row), mean)
}

// around draws a number of things of which there are so many on average.
func around(rng *rand.Rand, mean float64) int64 {
	if mean < 20 { // counted one by one: Knuth's way to draw from Poisson's distribution
		k, p, least := int64(0), rng.Float64(), math.Exp(-mean)
		for p > least {
			k++
			p *= rng.Float64()
		}
		return k
	}
	return max(0, int64(mean+math.Sqrt(mean)*rng.NormFloat64()))
}

func formOf(table, edition string) *form.Form {
	forms, err := form.Load()
	if err != nil {
		panic(err) // the forms are part of the program; a test of their own lints them
	}
	list := forms.Editions(table)
	for _, f := range list {
		if f.Edition == edition {
			return f
		}
	}
	return list[len(list)-1]
}
