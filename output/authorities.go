package output

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/law"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output/panel"
)

// An AuthorityRow is a body and year on which it should report.
type AuthorityRow struct {
	ID        string  `parquet:"id"`
	Body      string  `parquet:"body,dict"`
	Agency    *string `parquet:"agency,optional,dict"`
	Division  *string `parquet:"division,optional,dict"`
	Series    *string `parquet:"series,optional,dict"`
	Province  *string `parquet:"province,optional,dict"`
	Level     *string `parquet:"level,optional,dict"`
	Kind      *string `parquet:"kind,optional,dict"`
	Function  *string `parquet:"function,optional,dict"`
	By        string  `parquet:"by,dict"`
	State     string  `parquet:"state,dict"`
	Deadline  *int32  `parquet:"deadline,optional,date"`
	Published *int32  `parquet:"published,optional,date"`
	InTime    *string `parquet:"in_time,optional,dict"`
	Document  *string `parquet:"document,optional"`
	Part      *int32  `parquet:"part,optional"`
	Documents int32   `parquet:"documents_of_report"`
	Reason    *string `parquet:"reason,optional,dict"`
}

// Words for whether a body that should report does: codes of authority_state, beside read and partly.
const (
	stateMissing   = "missing"
	stateNotDue    = "not_due"
	stateOpen      = "open"
	stateNeverSeen = "never_seen"
)

// A seenBody is one of which there is a report.
type seenBody struct {
	key, printed string
	id           *panel.Identity // as its newest report has it
	newest       int32           // of the years
	years        map[int32]int32 // the report that stands
	origins      map[string]bool // the places that its reports are from
}

// originOf is the place that a document is from: its host, or its folder.
func originOf(d *Document) string {
	if u, err := url.Parse(d.URL); err == nil && u.Host != "" {
		return u.Host
	}
	return path.Dir(d.File)
}

// unreadAt is a document that could not be read: where it is from, and the year if that is known.
type unreadAt struct {
	origin string
	year   int32
}

// lawBody is what the law takes a body for.
func lawBody(kind, level string) law.Body {
	switch {
	case kind == "":
		return law.Unknown
	case level == string(places.Township):
		return law.Lower
	case kind == string(agencies.Government):
		return law.Government
	case kind == string(agencies.Department), kind == string(agencies.Office):
		return law.Department
	}
	return law.Lower
}

// bodiesSeen gathers the bodies that reports stand for, in the order of their first, and the years on which there are
// reports.
func (w *Writer) bodiesSeen() (bodies []*seenBody, years []int32, asOf int32) {
	of := map[string]*seenBody{}
	for i := range w.results {
		x := &w.results[i]
		if !x.report || x.body == "" || x.year == 0 {
			continue
		}
		b := of[x.body]
		if b == nil {
			b = &seenBody{key: x.body, years: map[int32]int32{}, origins: map[string]bool{}}
			of[x.body] = b
			bodies = append(bodies, b)
		}
		b.origins[x.origin] = true
		if x.published != nil {
			asOf = max(asOf, *x.published)
		}
		if x.stands {
			b.years[x.year] = int32(i)
			if x.year >= b.newest {
				b.newest, b.id, b.printed = x.year, x.who, x.printed
			}
			if !slices.Contains(years, x.year) {
				years = append(years, x.year)
			}
		}
	}
	slices.Sort(years)
	return bodies, years, asOf
}

// A goneBody is one of whom there is no report on a year, on its way into panel.
type goneBody struct {
	key, printed, why string
	id                *panel.Identity
	deadline          *int32
}

// An audience is who should report, for one year after the other.
type audience struct {
	w      *Writer
	bodies []*seenBody
	years  []int32
	asOf   int32
	unseen []*places.Division // of which there is no report of a government, in provinces of which there are some
}

func (w *Writer) audience() *audience {
	a := &audience{w: w}
	a.bodies, a.years, a.asOf = w.bodiesSeen()
	slices.SortFunc(a.bodies, func(a, b *seenBody) int { return strings.Compare(a.key, b.key) })
	provinces, seen := map[string]bool{}, map[string]bool{}
	for _, b := range a.bodies {
		seen[b.key] = true
		if b.id.AgencyID != "" && provinceOf(b.id.Division) != "" {
			provinces[b.id.Division[:2]] = true
		}
	}
	for _, d := range places.All() {
		if provinces[d.Code[:2]] && !seen[d.Code+"/"+string(agencies.Government)] {
			a.unseen = append(a.unseen, d)
		}
	}
	return a
}

// of gives who should report on a year, and for panel those of whom no report was found, in the order of its rows.
func (a *audience) of(y int32) (rows []AuthorityRow, gone []goneBody) {
	rows, gone = a.met(y)
	rows = append(rows, a.never(y)...)
	slices.SortFunc(rows, func(a, b AuthorityRow) int { return strings.Compare(a.Body, b.Body) })
	return rows, gone
}

// met are those of them of whom there is a report on some year.
func (a *audience) met(y int32) (rows []AuthorityRow, gone []goneBody) {
	if !slices.Contains(a.years, y) {
		return nil, nil
	}
	for _, b := range a.bodies {
		row, why, ok := a.w.authority(b, y, a.asOf)
		if !ok {
			continue
		}
		rows = append(rows, row)
		if why != "" {
			gone = append(gone, goneBody{b.key, b.printed, why, b.id, row.Deadline})
		}
	}
	return rows, gone
}

// never are the governments of whom there is none. There are thousands in each year: what they are made of, beside the year
// and the list of divisions, is what nameNever names.
func (a *audience) never(y int32) (rows []AuthorityRow) {
	if !slices.Contains(a.years, y) {
		return nil
	}
	for _, d := range a.unseen {
		if places.At(d.Code, int(y)) != d {
			continue
		}
		key := d.Code + "/" + string(agencies.Government)
		level := string(d.Level())
		name := d.Path() + "人民政府"
		row := AuthorityRow{ID: shortID(key), Body: key, Agency: &name, Division: &d.Code, Series: optional(d.Series()),
			Province: optional(provinceOf(d.Code)), Level: &level, Kind: optional(string(agencies.Government)),
			By: "rule", State: stateNeverSeen, Deadline: dateOf(law.Deadline(int(y), law.Government))}
		if reason := a.w.notLooked(d.Code, string(agencies.Government), name, "", int(y)); reason != "" {
			row.State, row.Reason = panel.NotRead, &reason
		}
		rows = append(rows, row)
	}
	return rows
}

// nameNever names what never gives for a year, without making it: the divisions, and what the crawl did not look for. Who
// else there is makes no difference to it.
func (a *audience) nameNever(h io.Writer, y int32) {
	if !slices.Contains(a.years, y) {
		return
	}
	var codes []byte
	for _, d := range a.unseen {
		if places.At(d.Code, int(y)) == d {
			codes = append(append(codes, d.Code...), ' ')
		}
	}
	h.Write(codes)
	for _, u := range a.w.info.NotRead {
		if u.Years == nil || slices.Contains(u.Years, int(y)) {
			fmt.Fprintf(h, "%q %q %q\n", u.Division, u.Name, u.Reason)
		}
	}
}

// putGone has the rows of panel written of those without a report whose place is before a body, "" = all that are left, and
// gives the others.
func (w *Writer) putGone(counts map[string]int64, gone []goneBody, before string) []goneBody {
	for ; len(gone) > 0 && (before == "" || gone[0].key < before); gone = gone[1:] {
		b := &gone[0]
		counts["panel"]++
		w.desk.panel.row(w.panel.without(b.key, b.printed, b.why, b.id, b.deadline))
	}
	return gone
}

// authority is the row of a body and year; why says why panel has no report of it, "" = it has, or says nothing of the
// year. ok is false where it should not report, or nobody knows.
func (w *Writer) authority(b *seenBody, y, asOf int32) (row AuthorityRow, why string, ok bool) {
	i, there := b.years[y]
	id := b.id
	if there {
		id = w.results[i].who
	}
	row = AuthorityRow{ID: shortID(b.key), Body: b.key, Agency: optional(cmp.Or(id.AgencyName, b.printed)),
		Division: optional(id.Division), Series: optional(id.Series), Province: optional(provinceOf(id.Division)),
		Level: optional(id.Level), Kind: optional(id.Kind), Function: optional(id.Function), By: "seen",
		Deadline: dateOf(law.Deadline(int(y), lawBody(id.Kind, id.Level)))}
	if there {
		x := &w.results[i]
		row.State, row.Published, row.InTime = x.status, x.published, optional(x.inTime)
		row.Document, row.Part, row.Documents = &x.document, &x.part, x.others
		return row, "", true
	}
	first := b.newest
	for year := range b.years {
		first = min(first, year)
	}
	government := id.Kind == string(agencies.Government) && id.Level != string(places.Township)
	known := provinceOf(id.Division) != ""
	switch {
	case id.AgencyID == "", known && places.At(id.Division, int(y)) == nil, y < first && !(government && known):
		return row, "", false // not known, or not there in that year
	case w.unreadFrom(b, y):
		row.State, why = panel.NotRead, panel.NotRead
	case row.Deadline != nil && asOf <= *row.Deadline:
		row.State = stateNotDue
	case y > b.newest && !(government && known):
		row.State = stateOpen
	default:
		row.State, why = stateMissing, panel.NoReport
	}
	if row.State == stateMissing || row.State == stateOpen {
		if reason := w.notLooked(id.Division, id.Kind, cmp.Or(id.AgencyName, b.printed), b.printed, int(y)); reason != "" {
			row.State, why, row.Reason = panel.NotRead, panel.NotRead, &reason
		}
	}
	return row, why, true
}

// notLooked says why it is not known of a body whether it has a report on a year; "" = it is.
func (w *Writer) notLooked(division, kind, name, printed string, year int) string {
	for _, u := range w.info.NotRead {
		if u.Years != nil && !slices.Contains(u.Years, year) {
			continue
		}
		bare := strings.TrimSuffix(u.Name, "人民政府")
		switch {
		case kind == string(agencies.Government) && u.Division != "" && u.Division == division,
			name != "" && (name == u.Name || strings.TrimSuffix(name, "人民政府") == bare),
			printed != "" && (printed == u.Name || strings.TrimSuffix(printed, "人民政府") == bare):
			return u.Reason
		}
	}
	return ""
}

// unreadFrom reports whether a document of a year, or of no known one, from where a body's reports are was not read.
func (w *Writer) unreadFrom(b *seenBody, year int32) bool {
	for o := range b.origins {
		if w.unread[unreadAt{o, year}] || w.unread[unreadAt{o, 0}] {
			return true
		}
	}
	return false
}

// writeTimeless writes the tables that are of no year.
func (w *Writer) writeTimeless() error {
	figures := w.panel.figures
	if err := writeTimeless(w, "divisions", divisionRows()); err != nil {
		return err
	}
	if err := writeTimeless(w, "crosswalk", crosswalkRows(figures)); err != nil {
		return err
	}
	if err := writeTimeless(w, "breaks", breakRows(figures)); err != nil {
		return err
	}
	return writeTimeless(w, "rates", rateRows(figures))
}

func writeTimeless[T any](w *Writer, table string, rows []T) error {
	f, err := w.create(table, noYear)
	if err != nil {
		return err
	}
	defer f.Close()
	out := parquet.NewGenericWriter[T](f, w.with(table)...)
	if _, err := out.Write(rows); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	w.timeless.Rows[table], w.timeless.Files[table] = int64(len(rows)), f.sum()
	return f.Close()
}
