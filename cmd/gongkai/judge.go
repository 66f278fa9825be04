package main

import (
	"context"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// judgeLimits bound the reading of one body by the crawl; pictures are not recognised, which takes long.
func judgeLimits() child.Limits {
	l := (&bounds{Limit: defaultLimit, Memory: defaultMemory, OCR: "none"}).limits()
	return l
}

// judgeWith has bodies read in a process of their own, as every document is. Two sections under a title make a report,
// also where no table of the form was found: which is for the dataset to say.
func judgeWith(forms *form.Forms) (judge crawl.Judge, done func()) {
	pool := child.Open(judgeLimits(), forms)
	return func(ctx context.Context, e crawl.Evidence) crawl.Judgement {
		a := pool.Read(ctx, child.Document{Body: e.Body, URL: e.URL, Division: e.Division, Blocks: true}, nil)
		return judgementOf(a)
	}, pool.Close
}

// fewRunes is how little text a document has that holds its report in pictures.
const fewRunes = 100

func judgementOf(a child.Answer) crawl.Judgement {
	j := crawl.Judgement{Sure: !a.Broken && !a.Machine && len(a.Members) == 0, Cells: map[string]string{}}
	reports := a.Reports
	for _, m := range a.Members {
		reports = append(reports, m.Reports...)
	}
	for _, rep := range reports {
		if j.Why == "" {
			j.Why = rep.Reason
		}
		if !rep.Status.HoldsReport() && (rep.Title == "" || kindsOf(rep) < 2) {
			continue
		}
		j.Report, j.Why = true, ""
		if j.Title == "" {
			j.Title, j.Year = rep.Title, rep.Year
		}
		for _, s := range rep.Sections {
			j.Text += s.Title + "\n" + s.Text + "\n"
		}
		for _, v := range rep.Values {
			if v.State != normalize.Absent {
				j.Cells[v.Name] = v.Text
			}
		}
	}
	if !j.Report && textOf(a) < fewRunes && kind.Of(a.MediaType).Class != kind.Page {
		j.Sure = false // a scan
	}
	return j
}

// kindsOf counts the sections of a report that are told by their headings.
func kindsOf(rep *normalize.Report) int {
	n := 0
	for _, s := range rep.Sections {
		n += len(s.Kinds)
	}
	return n
}

func textOf(a child.Answer) int {
	if a.Document == nil {
		return 0
	}
	n := 0
	for _, b := range a.Document.Blocks {
		n += len([]rune(b.Text))
		if b.Table != nil {
			n += fewRunes
		}
	}
	return n
}
