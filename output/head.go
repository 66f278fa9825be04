package output

import (
	"strings"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/output/panel"
	"github.com/gongkai/gongkai/output/reading"
)

// A Head is what a writer asks of a result while it is not known which reports stand: some hundred bytes in the place of
// the report. It is made once, and can be kept.
type Head struct {
	Digest string // names all that the rows of the result are made of; set by who keeps results
	Prose  string // names the prose that reports are compared by; "" = it takes no part

	Document   string
	Part, Year int32
	Values     int32
	Report     bool // it is one, and not a document that was not read
	Unread     bool
	Scope      normalize.Scope
	Kind       agencies.Kind
	Code       string // of its division
	Apart      bool   // it is led from above, not by the government of its place
	Decided    bool   // who the body is
	Body       string
	Standing   panel.Standing
	Printed    string // the body, as printed
	Origin     string // the place that it is from
	Status     string
	InTime     string
	Published  *int32
	Who        panel.Identity
	Counts     haul // of which it has numbers
	Tables     string
	Levels     bool // a table of before 2019 has columns for the levels of body

	Counted Counted
}

// Counted is what a run says of a result.
type Counted struct {
	File, Reason            string
	Editions                normalize.Editions
	Cells, Read             int
	Proved, Zeros           int
	Errors, Warnings, Notes int
	Status                  normalize.Status
	Agency                  string
	Year                    int
}

// Head gives the head of a result, whose report is corrected already.
func (w *Writer) Head(r *Result) Head {
	rep := r.Report
	h := Head{Document: r.Document.SHA256, Part: r.part(), Year: int32(rep.Year), Values: int32(len(rep.Values)),
		Report: rep.Status.HoldsReport(), Unread: rep.Status == normalize.StatusUnread, Origin: originOf(&r.Document),
		Counted: countedOf(r)}
	if !h.Report {
		return h
	}
	row := reportRow(r)
	w.noteSeries(rep, &h)
	h.Published, h.InTime, h.Status, h.Printed = row.Published, string(rep.InTime), string(rep.Status), rep.Agency
	h.Who = *identityOf(rep)
	h.Scope, h.Kind, h.Code, h.Apart, h.Decided = rep.Scope, rep.Body.Kind, rep.Body.Code, rep.Body.Vertical, rep.Body.ID != ""
	h.Body = panel.BodyKey(rep.Body.ID, rep.Agency, rep.Body.Code, r.Document.URL, r.Document.File)
	h.Standing = panel.Standing{Superseded: row.Superseded != nil, Proved: row.Proved, Found: row.Cells - row.Absent,
		Contradicted: row.Contradicted, Address: r.Document.URL}
	if key, texts := proseOf(r); key != "" && w.info.Print != "" {
		h.Prose = reading.Sum([]byte(strings.Join(append([]string{h.Document, string(rune(h.Part)), rep.Agency, key}, texts...), "\x00")))
	}
	return h
}

func countedOf(r *Result) Counted {
	rep := r.Report
	c := Counted{File: r.Document.File, Reason: rep.Reason, Editions: rep.Editions, Status: rep.Status, Agency: rep.Agency,
		Year: rep.Year, Cells: len(rep.Values)}
	for i := range rep.Values {
		v := &rep.Values[i]
		if v.State != normalize.Absent {
			c.Read++
		}
		switch v.Verdict {
		case normalize.Proved:
			c.Proved++
		case normalize.Inferred:
			c.Zeros++
		}
	}
	for i := range rep.Findings {
		switch rep.Findings[i].Severity {
		case normalize.Error:
			c.Errors++
		case normalize.Warning:
			c.Warnings++
		default:
			c.Notes++
		}
	}
	return c
}

// keep adds a result by its head.
func (w *Writer) keep(h *Head, at span, again func() (Result, error)) {
	x := indexed{span: at, again: again, digest: nameOf(h.Digest), text: nameOf(h.Prose), year: h.Year, part: h.Part, values: h.Values,
		report: h.Report, document: strings.Clone(h.Document)}
	if h.Unread {
		w.unread[unreadAt{w.one(h.Origin), h.Year}] = true
	}
	if !h.Report {
		x.reporter, x.manner = &reporter{}, &manner{}
	} else {
		x.Standing, x.published, x.by, x.others = h.Standing, h.Published, panel.ByNone, 1
		x.Address = panel.AddressLike(x.Address) // many stand for one: results are held by the million
		x.reporter = shared(w.reporters, reporter{w.identity(h.Who), agencies.Kind(w.one(string(h.Kind))), w.one(h.Code), h.Apart,
			h.Decided, w.one(h.Body), w.one(h.Printed), w.one(h.Origin)})
		x.manner = shared(w.manners, manner{normalize.Scope(w.one(string(h.Scope))), w.one(h.Status), w.one(h.InTime), h.Counts,
			w.one(h.Tables), h.Levels})
	}
	w.results = append(w.results, x)
}

// shared gives one copy of what stands in many results.
func shared[T comparable](of map[T]*T, x T) *T {
	if of[x] == nil {
		of[x] = &x
	}
	return of[x]
}

// identity is one that holds nothing else in memory: what was decoded are parts of a longer text.
func (w *Writer) identity(id panel.Identity) *panel.Identity {
	if w.whos[id] == nil {
		for _, s := range []*string{&id.AgencyID, &id.AgencyName, &id.Division, &id.Series, &id.Level, &id.Kind, &id.Function, &id.Unit} {
			*s = w.one(*s)
		}
		w.whos[id] = &id
	}
	return w.whos[id]
}
