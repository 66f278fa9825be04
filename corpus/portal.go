package corpus

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"
)

// A Portal is the website of an authority that must publish annual reports. Portals are data: a row of portals.csv, or
// of a file that a user adds.
type Portal struct {
	ID       string // names it everywhere: letters, digits, ".", "-"
	Code     string // division code, GB/T 2260; "" for the State Council's ministries
	Name     string // of the authority, in Chinese, without 人民政府
	Level    string // central, province, prefecture, county, town, department
	Home     string // home page; "" = not known
	Listings []string
	Options  Options
	Verified string // day on which the home page was last seen to be that of the authority, 2006-01-02; "" = never
	Note     string
}

// Options of a portal are what is special about it: "pace=5s charset=gbk quiet=08:00-18:00 browser=yes
// certificate=any".
type Options struct {
	Pace    time.Duration // at least between two requests
	Charset string        // where pages do not say theirs, or say it wrongly
	Quiet   string        // hours of the day in China (UTC+8) in which the portal is left alone: 08:00-18:00
	Browser bool          // its pages need a browser
	AnyCert bool          // its certificate cannot be checked, and is not
}

//go:embed portals.csv
var portalsCSV []byte

// Portals are those that come with the program. Home pages that nobody verified have no day in Verified.
var Portals = sync.OnceValues(func() ([]Portal, error) {
	return ReadPortals(bytes.NewReader(portalsCSV),
		"portals.csv")
})

// LoadPortals reads the user's files of portals and, with ours set, the program's own before them; a row of a file
// replaces that with the same id.
func LoadPortals(files []string, ours bool) ([]Portal, error) {
	var all []Portal
	if ours {
		own, err := Portals()
		if err != nil {
			return nil, err
		}
		all = append(all, own...)
	}
	at := map[string]int{}
	for i, p := range all {
		at[p.ID] = i
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, unwrapPath(err))
		}
		more, err := ReadPortals(f, name)
		f.Close()
		if err != nil {
			return nil, err
		}
		for _, p := range more {
			if i, ok := at[p.ID]; ok {
				all[i] = p
				continue
			}
			at[p.ID] = len(all)
			all = append(all, p)
		}
	}
	return all, nil
}

var (
	portalColumns = []string{"id", "code", "name", "level", "home", "listings", "options", "verified", "note"}
	idOK          = regexp.MustCompile(`^[a-z0-9][a-z0-9.\-]{0,60}$`)
	levels        = map[string]bool{"central": true, "province": true, "prefecture": true, "county": true, "town": true,
		"department": true}
)

// ReadPortals reads a file of portals: CSV in UTF-8 with the columns id, code, name, level, home, listings (separated
// by spaces), options, verified, note; all but id and name may be left out. An error names the line.
func ReadPortals(in io.Reader, name string) ([]Portal, error) {
	r := csv.NewReader(in)
	r.Comment = '#'
	r.TrimLeadingSpace = true
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	column := map[string]int{}
	for i, h := range head {
		h = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(h)), "\ufeff")
		known := false
		for _, c := range portalColumns {
			known = known || c == h
		}
		if !known {
			return nil, fmt.Errorf("%s:1: column %q is none of %s", name, h, strings.Join(portalColumns, ", "))
		}
		column[h] = i
	}
	if _, ok := column["id"]; !ok {
		return nil, fmt.Errorf("%s:1: there is no column id", name)
	}
	var out []Portal
	seen := map[string]int{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		line, _ := r.FieldPos(0)
		cell := func(c string) string {
			if i, ok := column[c]; ok {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		p := Portal{ID: cell("id"), Code: cell("code"), Name: cell("name"), Level: cell("level"), Home: cell("home"),
			Listings: strings.Fields(cell("listings")), Verified: cell("verified"), Note: cell("note")}
		if p.Level == "" {
			p.Level = "county"
		}
		if p.Options, err = parseOptions(cell("options")); err == nil {
			err = p.check()
		}
		if before, ok := seen[p.ID]; err == nil && ok {
			err = fmt.Errorf("id %s stands on line %d already", p.ID, before)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, line, err)
		}
		seen[p.ID] = line
		out = append(out, p)
	}
}

func (p *Portal) check() error {
	switch {
	case !idOK.MatchString(p.ID):
		return fmt.Errorf("id %q: letters a to z, digits, . and - only", p.ID)
	case p.Name == "":
		return fmt.Errorf("%s: no name", p.ID)
	case !levels[p.Level]:
		return fmt.Errorf("%s: level %q is none of central, province, prefecture, county, town, department", p.ID,
			p.Level)
	}
	for _, at := range append([]string{p.Home}, p.Listings...) {
		if u, err := url.Parse(at); at != "" && (err != nil || u.Host == "" || u.Scheme != "http" &&
			u.Scheme != "https") {
			return fmt.Errorf("%s: %q is no address of a page", p.ID, at)
		}
	}
	if p.Verified != "" {
		if _, err := time.Parse(time.DateOnly, p.Verified); err != nil {
			return fmt.Errorf("%s: verified %q is no day such as 2026-01-31", p.ID, p.Verified)
		}
	}
	return nil
}

func parseOptions(s string) (o Options, err error) {
	for _, f := range strings.Fields(s) {
		k, v, _ := strings.Cut(f, "=")
		switch k {
		case "pace":
			if o.Pace, err = time.ParseDuration(v); err != nil {
				return o, fmt.Errorf("option %s: a time such as 5s", f)
			}
		case "charset":
			o.Charset = v
		case "quiet":
			o.Quiet = v
			if _, _, err := QuietUntil(v, time.Now()); err != nil {
				return o, err
			}
		case "browser":
			o.Browser = v == "yes"
		case "certificate":
			o.AnyCert = v == "any"
		default:
			return o, fmt.Errorf("option %q is none of pace, charset, quiet, browser, certificate", k)
		}
	}
	return o, nil
}

// china is where all of them work: one time zone, no summer time.
var china = time.FixedZone("UTC+8", 8*3600)

// QuietUntil says whether a time lies in quiet hours ("08:00-18:00", time of China; over midnight if the end is the
// smaller), and when they end.
func QuietUntil(hours string, now time.Time) (quiet bool, until time.Time, err error) {
	if hours == "" {
		return false, time.Time{}, nil
	}
	a, b, ok := strings.Cut(hours, "-")
	from, err1 := time.Parse("15:04", a)
	to, err2 := time.Parse("15:04", b)
	if !ok || err1 != nil || err2 != nil {
		return false, time.Time{}, fmt.Errorf("quiet hours %q: they look like 08:00-18:00", hours)
	}
	t := now.In(china)
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, china)
	for _, d := range []time.Time{day.AddDate(0, 0, -1), day} {
		start := d.Add(time.Duration(from.Hour())*time.Hour + time.Duration(from.Minute())*time.Minute)
		end := d.Add(time.Duration(to.Hour())*time.Hour + time.Duration(to.Minute())*time.Minute)
		if !end.After(start) {
			end = end.AddDate(0, 0, 1)
		}
		if !t.Before(start) && t.Before(end) {
			return true, end, nil
		}
	}
	return false, time.Time{}, nil
}
