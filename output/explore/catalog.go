package explore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
	"github.com/gongkai/gongkai/output/tables"
)

// A document, a report: those of the panel.
type (
	document = panel.Document
	report   = panel.Report
)

// An authority is a body that reports, under the id that stands in addresses.
type authority struct {
	*panel.Body
	id     string // 16 hex digits
	region string
}

// A catalog is what is held in memory of a dataset: who reported when, and where the rest is.
type catalog struct {
	*panel.Panel
	data        *output.Dataset
	authorities []authority // the bodies of the panel: by division, then name
	rows        []rowsOf    // of each report
	byID        map[string]int32
	years       []int // ascending, known ones
	unknown     bool  // there are documents of no known year
	unread      []int32
	regions     []string // in order, without all

	wide, values, sections, claims, findings, reuse, terms, series, facts, anomaly table
}

// rowsOf are the rows of a report's document in the tables that have any number of rows a report.
type rowsOf struct{ sections, claims, findings, reuse, terms, series tables.Span }

func str(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// load reads a dataset as far as the lists need it.
func load(ctx context.Context, d *output.Dataset) (c *catalog, err error) {
	c = &catalog{data: d, byID: map[string]int32{}}
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	for name, t := range map[string]*table{"wide": &c.wide, "values": &c.values, "sections": &c.sections,
		"claims":   &c.claims,
		"findings": &c.findings, "reuse": &c.reuse, "terms": &c.terms, "linked_series": &c.series,
		"reports": &c.facts, "anomalies": &c.anomaly} {
		if *t, err = openTable(d, name); err != nil {
			return c, err
		}
	}
	if c.Panel, err = panel.Load(ctx, d.Folder); err != nil {
		return c, err
	}
	c.gather()
	c.rows = make([]rowsOf, len(c.Reports))
	var work errgroup.Group
	work.SetLimit(2)
	for i, t := range []table{c.sections, c.claims, c.findings, c.reuse, c.terms, c.series} {
		for _, f := range t {
			work.Go(func() error {
				err := f.Runs("document", func(id []byte, s tables.Span) {
					for part := int32(1); ; part++ { // a document may hold several reports, and of several years
						n, ok := c.Report(string(id), part)
						if !ok {
							return
						}
						if rows := c.rows[n].of(i); int(c.Reports[n].Year) == f.File().Year && rows.N == 0 {
							*rows = s
						}
					}
				})
				if err == nil {
					err = ctx.Err()
				}
				return err
			})
		}
	}
	return c, work.Wait()
}

// of gives the rows in one of the tables, in the order of the fields.
func (r *rowsOf) of(i int) *tables.Span {
	return []*tables.Span{&r.sections, &r.claims, &r.findings, &r.reuse, &r.terms, &r.series}[i]
}

func (c *catalog) close() {
	for _, t := range []table{c.wide, c.values, c.sections, c.claims, c.findings, c.reuse, c.terms, c.series, c.facts,
		c.anomaly} {
		t.close()
	}
}

// gather sorts the authorities and lists what there is: regions, years, documents that are unread.
func (c *catalog) gather() {
	last := func(s string) string { // what is not known comes last
		if s == "" {
			return "~"
		}
		return s
	}
	c.SortBodies(func(x, y *panel.Body) int {
		n := cmp.Or(cmp.Compare(last(x.Division), last(y.Division)), cmp.Compare(kindRank(x.Kind), kindRank(y.Kind)),
			cmp.Compare(x.Name, y.Name))
		if n == 0 {
			n = cmp.Compare(authorityID(x.Key), authorityID(y.Key))
		}
		return n
	})
	regions := map[string]bool{}
	for i := range c.Bodies {
		b := &c.Bodies[i]
		a := authority{b, authorityID(b.Key), regionOf(b.Division)}
		c.authorities = append(c.authorities, a)
		c.byID[a.id] = int32(i)
		regions[a.region] = true
	}
	for r := range regions {
		c.regions = append(c.regions, r)
	}
	slices.Sort(c.regions)
	years := map[int]bool{}
	for i := range c.Documents {
		d := &c.Documents[i]
		if d.Status == string(normalize.StatusUnread) {
			c.unread = append(c.unread, int32(i))
		}
		c.unknown = c.unknown || d.Year == 0
		if d.Year > 0 {
			years[int(d.Year)] = true
		}
	}
	c.years = slices.Sorted(maps.Keys(years))
	// a year between of which nobody's report is there is missing too
	if n := len(c.years); n > 1 && c.years[n-1]-c.years[0] <= longestPanel {
		for y := c.years[0]; y < c.years[n-1]; y++ {
			if !years[y] {
				c.years = append(c.years, y)
			}
		}
		slices.Sort(c.years)
	}
}

// longestPanel is over how many years the ones between are listed: the duty to report is of 2008.
const longestPanel = 40

// authorityID is the key of a body as it stands in addresses.
func authorityID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:8])
}

func kindRank(kind string) int {
	if i := slices.Index(kinds, kind); i >= 0 {
		return i
	}
	return len(kinds)
}

// kinds of bodies, and their levels, in the order in which they are listed.
var kinds = output.CodeWords("kind")

var levels = output.CodeWords("level")

// regionOf is the province-level division of a code: its first two digits, 00 for the whole country, none where it is
// not known.
func regionOf(division string) string {
	if len(division) < 2 {
		return "none"
	}
	return division[:2]
}

// regionName is the name of a region in a year, in Chinese.
func regionName(region string, year int) string {
	switch region {
	case "00":
		return "全国"
	case "none":
		return "未定"
	}
	if d := places.At(region+"0000", year); d != nil {
		return d.Name
	}
	return region
}

// regionLatin is the same in Latin letters.
func regionLatin(region string, year int) string {
	switch region {
	case "00":
		return "national"
	case "none":
		return "undecided"
	}
	if d := places.At(region+"0000", year); d != nil {
		return d.Latin()
	}
	return region
}

// levelOf is the level as it stands in addresses.
func levelOf(level string) string { return cmp.Or(level, "none") }

func (c *catalog) key(r int32) string {
	x := &c.Reports[r]
	return c.Documents[x.Document].ID + "-" + strconv.Itoa(int(x.Part))
}

// keyed finds a report by its key.
func (c *catalog) keyed(key string) (int32, bool) {
	i := strings.LastIndexByte(key, '-')
	if i < 0 {
		return -1, false
	}
	part, err := strconv.ParseInt(key[i+1:], 10, 32)
	if err != nil || strconv.FormatInt(part, 10) != key[i+1:] {
		return -1, false
	}
	return c.Report(key[:i], int32(part))
}

func dayWord(d int32) *string {
	if d == panel.NoDay {
		return nil
	}
	s := time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly)
	return &s
}

func null(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func nullYear(y int32) *int32 {
	if y == 0 {
		return nil
	}
	return &y
}

// money writes a number of the long table, in millionths, as a decimal.
func decimalWord(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	s := fmt.Sprintf("%d.%06d", n/1_000_000, n%1_000_000)
	return sign + strings.TrimRight(strings.TrimRight(s, "0"), ".")
}
