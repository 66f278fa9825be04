package output

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/claims"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/normalize/words"
)

// The JSON form of a Result: a contract, checked by outside programs. Field order is the order printed.
type jsonResult struct {
	Document jsonDocument  `json:"document"`
	Status   string        `json:"status"`
	Reason   string        `json:"reason"`
	Report   jsonReport    `json:"report"`
	Values   []jsonValue   `json:"values"`
	Findings []jsonFinding `json:"findings"`
	Sections []jsonSection `json:"sections"`
	Claims   []jsonClaim   `json:"claims"`
}

type jsonDocument struct {
	File       string `json:"file"`
	SHA256     string `json:"sha256"`
	MediaType  string `json:"media_type"`
	Bytes      int64  `json:"bytes"`
	Pages      int    `json:"pages"`
	URL        string `json:"url,omitempty"`
	Seen       string `json:"seen,omitempty"`
	Superseded string `json:"superseded,omitempty"`
	Vanished   string `json:"vanished,omitempty"`
	Part       int    `json:"part,omitempty"`
}

type jsonReport struct {
	Agency    string            `json:"agency"`
	Year      int               `json:"year"`
	Title     string            `json:"title"`
	Published string            `json:"published"`
	Editions  map[string]string `json:"editions"` // by table; "" where it was not found
	Body      *jsonBody         `json:"body"`     // null where nobody is named
	Scope     string            `json:"scope"`
	ScopeFrom string            `json:"scope_evidence"`
	Period    jsonPeriod        `json:"period"`
	Deadline  string            `json:"deadline"`
	InTime    string            `json:"in_time"`
}

// jsonBody is who reports; id, division and series are empty where it could not be decided.
type jsonBody struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Division   string   `json:"division"`
	Series     string   `json:"series"`
	Level      string   `json:"level"`
	Kind       string   `json:"kind"`
	Function   string   `json:"function"`
	Unit       string   `json:"unit"`
	Department string   `json:"department"`
	Vertical   bool     `json:"vertical"`
	Evidence   []string `json:"evidence"`
	Candidates []string `json:"candidates"`
}

type jsonPeriod struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// editionsJSON gives the editions by table; the tables that every report must have are there even where nothing was
// found.
func editionsJSON(found normalize.Editions) (map[string]string, error) {
	forms, err := form.Load()
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, t := range forms.Tables() {
		if !forms.Optional(t) {
			out[t] = ""
		}
	}
	maps.Copy(out, found)
	return out, nil
}

type jsonValue struct {
	Name        string       `json:"name"`
	Text        string       `json:"text"`
	Number      *json.Number `json:"number"`
	Unit        string       `json:"unit"`
	State       string       `json:"state"`
	Verdict     string       `json:"verdict"`
	Confidence  float64      `json:"confidence,omitempty"`
	ConfirmedBy string       `json:"confirmed_by,omitempty"`
	Place       jsonPlace    `json:"place"`
	UnitFrom    string       `json:"unit_from,omitempty"`
	Label       string       `json:"label,omitempty"`
}

type jsonPlace struct {
	Page   int         `json:"page,omitempty"`
	Table  int         `json:"table,omitempty"`
	Row    int         `json:"row,omitempty"`
	Column int         `json:"column,omitempty"`
	Box    *[4]float64 `json:"box,omitempty"`
	Path   string      `json:"path,omitempty"`
	Offset int         `json:"offset,omitempty"`
}

type jsonFinding struct {
	Code     string    `json:"code"`
	Severity string    `json:"severity"`
	Name     string    `json:"name"`
	Message  string    `json:"message"`
	Place    jsonPlace `json:"place"`
}

type jsonSection struct {
	Ordinal  int         `json:"ordinal"`
	Title    string      `json:"title"`
	Kinds    []string    `json:"kinds,omitempty"`
	Text     string      `json:"text"`
	Place    jsonPlace   `json:"place"`
	Parts    []jsonPart  `json:"parts,omitempty"`
	Keywords []string    `json:"keywords,omitempty"`
	Tokens   []jsonToken `json:"tokens,omitempty"`
}

type jsonPart struct {
	Level   int    `json:"level"`
	Ordinal int    `json:"ordinal"`
	Title   string `json:"title"`
	Start   int    `json:"start"` // bytes of the section's text
	End     int    `json:"end"`
}

type jsonToken struct {
	Text  string `json:"text"`
	Start int    `json:"start"` // bytes of the section's text
	End   int    `json:"end"`
	Tag   string `json:"tag"`
	Stop  bool   `json:"stop,omitempty"`
}

type jsonClaim struct {
	Section  int          `json:"section"` // ordinal in sections, from 1
	Start    int          `json:"start"`   // bytes of the section's text
	End      int          `json:"end"`
	Text     string       `json:"text"`
	Value    json.Number  `json:"value"`
	Unit     string       `json:"unit"`
	About    bool         `json:"about,omitempty"`
	Cells    []string     `json:"cells"`
	Of       []string     `json:"of,omitempty"`
	Relation string       `json:"relation,omitempty"`
	Down     bool         `json:"down,omitempty"`
	Scope    string       `json:"scope,omitempty"`
	Part     bool         `json:"part,omitempty"`
	Year     int          `json:"year,omitempty"`
	Link     string       `json:"link"`
	Table    *json.Number `json:"table,omitempty"`
}

// WriteJSON writes one result as one line. Numbers are exact decimals; lists are never null.
func WriteJSON(w io.Writer, r Result) error {
	rep := r.Report
	editions, err := editionsJSON(rep.Editions)
	if err != nil {
		return err
	}
	j := jsonResult{
		Document: jsonDocument{r.Document.File, r.Document.SHA256, r.Document.MediaType, r.Document.Bytes,
			r.Document.Pages, r.Document.URL, r.Document.Seen, r.Document.Superseded, r.Document.Vanished,
			r.Report.Part},
		Status: string(rep.Status), Reason: rep.Reason,
		Report: jsonReport{rep.Agency, rep.Year, rep.Title, rep.Published,
			editions,
			bodyJSON(&rep.Body), string(rep.Scope), rep.ScopeFrom, jsonPeriod(rep.Period), rep.Deadline,
			string(rep.InTime)},
		Values:   make([]jsonValue, 0, len(rep.Values)),
		Findings: make([]jsonFinding, 0, len(rep.Findings)),
		Sections: make([]jsonSection, 0, len(rep.Sections)),
		Claims:   make([]jsonClaim, 0, len(rep.Claims)),
	}
	for _, v := range rep.Values {
		x := jsonValue{Name: v.Name, Text: v.Text, Unit: v.Unit,
			UnitFrom: string(v.UnitFrom), State: string(v.State), Verdict: string(v.Verdict), Confidence: v.Confidence,
			ConfirmedBy: v.ConfirmedBy, Place: jsonPlace(v.Place), Label: v.Label}
		if v.Number != nil {
			n := json.Number(v.Number.String())
			x.Number = &n
		}
		j.Values = append(j.Values, x)
	}
	for _, f := range rep.Findings {
		j.Findings = append(j.Findings, jsonFinding{f.Code, string(f.Severity), f.Name, f.Message, jsonPlace(f.Place)})
	}
	for _, s := range rep.Sections {
		x := jsonSection{Ordinal: s.Ordinal, Title: s.Title, Kinds: kindsOf(&s), Text: s.Text,
			Place:    jsonPlace(s.Place),
			Keywords: s.Keywords}
		for _, p := range s.Parts {
			x.Parts = append(x.Parts, jsonPart(p))
		}
		for _, k := range s.Tokens {
			x.Tokens = append(x.Tokens, jsonToken(k))
		}
		j.Sections = append(j.Sections, x)
	}
	for _, c := range rep.Claims {
		x := jsonClaim{Section: c.Section, Start: c.Start, End: c.End, Text: c.Text,
			Value: json.Number(c.Value.String()),
			Unit:  c.Unit, About: c.About, Cells: append([]string{}, c.Cells...), Of: c.Of,
			Relation: string(c.Relation), Down: c.Down, Scope: c.Scope, Part: c.Part, Year: c.Year,
			Link: string(c.Link)}
		if c.Table != nil {
			n := json.Number(c.Table.String())
			x.Table = &n
		}
		j.Claims = append(j.Claims, x)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(&j); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// ReadJSON reads results, one a line, and hands each over. Errors begin with the line.
func ReadJSON(r io.Reader, each func(Result) error) error {
	dec := json.NewDecoder(r)
	for n := 1; ; n++ {
		var j jsonResult
		err := dec.Decode(&j)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		res := Result{Document: Document{j.Document.File, j.Document.SHA256, j.Document.MediaType, j.Document.Bytes,
			j.Document.Pages, j.Document.URL, j.Document.Seen, j.Document.Superseded, j.Document.Vanished},
			Report: &normalize.Report{
				Status: normalize.Status(j.Status), Reason: j.Reason, Agency: j.Report.Agency, Year: j.Report.Year,
				Title: j.Report.Title, Published: j.Report.Published, Part: j.Document.Part,
				Body: j.Report.Body.agency(j.Report.Agency), Scope: normalize.Scope(j.Report.Scope),
				ScopeFrom: j.Report.ScopeFrom, Period: normalize.Period(j.Report.Period), Deadline: j.Report.Deadline,
				InTime: normalize.Timing(j.Report.InTime), Editions: j.Report.Editions,
			}}
		for _, v := range j.Values {
			x := normalize.Value{Name: v.Name, Text: v.Text, Unit: v.Unit, State: normalize.State(v.State),
				Verdict: normalize.Verdict(v.Verdict), UnitFrom: normalize.UnitSource(v.UnitFrom)}
			setPlace(&x.Place, v.Place)
			if v.Number != nil {
				num, err := decimal.NewFromString(v.Number.String())
				if err != nil {
					return fmt.Errorf("line %d: %s: %w", n, v.Name, err)
				}
				x.Number = &num
			}
			res.Report.Values = append(res.Report.Values, x)
		}
		for _, f := range j.Findings {
			x := normalize.Finding{Code: f.Code, Severity: normalize.Severity(f.Severity), Name: f.Name,
				Message: f.Message}
			setPlace(&x.Place, f.Place)
			res.Report.Findings = append(res.Report.Findings, x)
		}
		for _, s := range j.Sections {
			x := normalize.Section{Ordinal: s.Ordinal, Title: s.Title, Text: s.Text}
			for _, k := range s.Kinds {
				x.Kinds = append(x.Kinds, normalize.SectionKind(k))
			}
			setPlace(&x.Place, s.Place)
			x.Keywords = s.Keywords
			for _, p := range s.Parts {
				x.Parts = append(x.Parts, normalize.Subsection(p))
			}
			for _, k := range s.Tokens {
				x.Tokens = append(x.Tokens, words.Token(k))
			}
			res.Report.Sections = append(res.Report.Sections, x)
		}
		for i, c := range j.Claims {
			x := normalize.Claim{Section: c.Section, Link: normalize.Link(c.Link), Claim: claims.Claim{Start: c.Start,
				End: c.End, Text: c.Text, Unit: c.Unit, About: c.About, Of: c.Of,
				Relation: claims.Relation(c.Relation), Down: c.Down, Scope: c.Scope, Part: c.Part, Year: c.Year}}
			if len(c.Cells) > 0 {
				x.Cells = c.Cells
			}
			var err error
			if x.Value, err = decimal.NewFromString(c.Value.String()); err != nil {
				return fmt.Errorf("line %d: claim %d: %w", n, i+1, err)
			}
			if c.Table != nil {
				d, err := decimal.NewFromString(c.Table.String())
				if err != nil {
					return fmt.Errorf("line %d: claim %d: %w", n, i+1, err)
				}
				x.Table = &d
			}
			res.Report.Claims = append(res.Report.Claims, x)
		}
		if err := each(res); err != nil {
			return err
		}
	}
}

// setPlace fills a place of another package, which this one does not import, field by field.
func setPlace[P ~struct {
	Page   int
	Table  int
	Row    int
	Column int
	Box    *[4]float64
	Path   string
	Offset int
}](to *P, p jsonPlace) {
	*to = P(p)
}

func bodyJSON(a *agencies.Agency) *jsonBody {
	if a.Name == "" {
		return nil
	}
	return &jsonBody{ID: a.ID, Name: a.Normal, Division: a.Code, Series: a.Series, Level: string(a.Level),
		Kind: string(a.Kind), Function: a.Function, Unit: a.Unit, Department: a.Body,
		Vertical: a.Vertical, Evidence: append([]string{}, a.Evidence...),
		Candidates: append([]string{}, candidates(a)...)}
}

// candidates are the codes of the divisions that a name may mean.
func candidates(a *agencies.Agency) []string {
	var out []string
	for _, d := range a.Candidates {
		out = append(out, d.Code)
	}
	return out
}

func (j *jsonBody) agency(name string) agencies.Agency {
	if j == nil {
		return agencies.Agency{}
	}
	a := agencies.Agency{Name: name, Normal: j.Name, Code: j.Division, Series: j.Series, Level: places.Level(j.Level),
		Kind: agencies.Kind(j.Kind), Function: j.Function, Unit: j.Unit, Body: j.Department,
		ID: j.ID, Vertical: j.Vertical}
	a.Evidence = append(a.Evidence, j.Evidence...)
	for _, c := range j.Candidates {
		if d := places.At(c, 0); d != nil {
			a.Candidates = append(a.Candidates, d)
		}
	}
	return a
}
