package release

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// A Citation is what a release says of itself to those who cite it. What is not given is not said: a licence is for the
// publisher to choose.
type Citation struct {
	Title   string   // "" = defaultTitle
	Authors []string // "Family, Given" for a person, else the name of an organisation; none = the gongkai authors
	License string   // SPDX identifier, e.g. CC-BY-4.0
	DOI     string   // 10.5281/zenodo.123
	URL     string   // where the release lies
}

const (
	defaultTitle  = "Annual open-government-information reports of Chinese authorities (政府信息公开工作年度报告)"
	defaultAuthor = "The gongkai authors"
)

var (
	spdxForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+-]*$`)
	doiForm  = regexp.MustCompile(`^10\.\d{4,9}/\S+$`)
)

// check refuses what would make the descriptions invalid.
func (c *Citation) check() error {
	if c.License != "" && !spdxForm.MatchString(c.License) {
		return fmt.Errorf("license %q: no SPDX identifier such as CC-BY-4.0", c.License)
	}
	c.DOI = strings.TrimPrefix(strings.TrimPrefix(c.DOI, "https://doi.org/"), "doi:")
	if c.DOI != "" && !doiForm.MatchString(c.DOI) {
		return fmt.Errorf("doi %q: not 10.NNNN/NAME", c.DOI)
	}
	if c.URL != "" {
		if u, err := url.Parse(c.URL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return fmt.Errorf("url %q: no http or https address", c.URL)
		}
	}
	for _, a := range c.Authors {
		if strings.TrimSpace(a) == "" {
			return fmt.Errorf("author %q: no name", a)
		}
	}
	return nil
}

// A name is one author; an organisation has no given name.
type name struct{ family, given string }

func (n name) whole() string {
	if n.given == "" {
		return n.family
	}
	return n.family + ", " + n.given
}

func (c *Citation) names() (out []name) {
	for _, a := range c.Authors {
		family, given, _ := strings.Cut(a, ",")
		out = append(out, name{strings.TrimSpace(family), strings.TrimSpace(given)})
	}
	if len(out) == 0 {
		out = []name{{family: defaultAuthor}}
	}
	return out
}

func (c *Citation) title() string { return cmp.Or(c.Title, defaultTitle) }

// licenseURL is where the text of the licence is.
func (c *Citation) licenseURL() string {
	switch c.License {
	case "":
		return ""
	case "CC-BY-4.0":
		return "https://creativecommons.org/licenses/by/4.0/"
	case "CC-BY-SA-4.0":
		return "https://creativecommons.org/licenses/by-sa/4.0/"
	case "CC0-1.0":
		return "https://creativecommons.org/publicdomain/zero/1.0/"
	}
	return "https://spdx.org/licenses/" + c.License + ".html"
}

// address is where the release is found: by its DOI, else its URL; "" = neither is given.
func (c *Citation) address() string {
	if c.DOI != "" {
		return "https://doi.org/" + c.DOI
	}
	return c.URL
}

// citations are the files by which a release is cited; day is the newest day in the data, "" = it has none.
func (m *maker) citations(sum *Summary, day string) (map[string]string, error) {
	c := &m.opts.Cite
	about := fmt.Sprintf("%d reports with %d values, each as printed, with its place in the source and a verdict. Made by "+
		"gongkai %s. SHA-256 of the sources: %s.", sum.Reports, sum.Values, m.opts.Program, m.contentHash())
	if m.extract() != "" {
		about += " An extract: " + m.extract() + "."
	}
	out := map[string]string{"CITATION.cff": c.cff(sum.Version, day, about), "citation.bib": c.bibtex(sum.Version, day),
		"citation.ris": c.ris(sum.Version, day, about)}
	for file, x := range map[string]object{".zenodo.json": c.zenodo(sum.Version, day, about),
		"datacite.json": c.datacite(sum.Version, day, about)} {
		b, err := json.MarshalIndent(x, "", " ")
		if err != nil {
			return nil, err
		}
		out[file] = string(b) + "\n"
	}
	return out, nil
}

// quoted is a text in YAML: JSON is YAML.
func quoted(s string) string {
	b, _ := json.Marshal(s) // a string always has JSON
	return string(b)
}

// cff is CITATION.cff (Citation File Format 1.2.0).
func (c *Citation) cff(version, day, about string) string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p("cff-version: 1.2.0\nmessage: If you use this dataset, please cite it as below.\ntitle: %s\ntype: dataset\nauthors:\n",
		quoted(c.title()))
	for _, n := range c.names() {
		if n.given == "" {
			p("  - name: %s\n", quoted(n.family))
		} else {
			p("  - family-names: %s\n    given-names: %s\n", quoted(n.family), quoted(n.given))
		}
	}
	p("version: %q\n", version)
	for _, f := range [][2]string{{"date-released", day}, {"license", c.License}, {"doi", c.DOI}, {"url", c.URL}} {
		if f[1] != "" {
			p("%s: %s\n", f[0], quoted(f[1]))
		}
	}
	p("abstract: %s\n", quoted(about))
	return b.String()
}

// bibtex is an entry for BibTeX and biblatex; braces keep capitals, and what TeX takes for signs is escaped.
func (c *Citation) bibtex(version, day string) string {
	tex := strings.NewReplacer(`\`, `\textbackslash{}`, "{", `\{`, "}", `\}`, "&", `\&`, "%", `\%`, "#", `\#`, "_", `\_`, "$", `\$`,
		"~", `\textasciitilde{}`, "^", `\textasciicircum{}`)
	var names []string
	for _, n := range c.names() {
		if n.given == "" {
			names = append(names, "{"+tex.Replace(n.family)+"}")
		} else {
			names = append(names, tex.Replace(n.family)+", "+tex.Replace(n.given))
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "@misc{gongkai-%s,\n  author = {%s},\n  title = {{%s}},\n  version = {%s},\n", version,
		strings.Join(names, " and "), tex.Replace(c.title()), version)
	if day != "" {
		fmt.Fprintf(&b, "  year = {%s},\n  date = {%s},\n", day[:4], day)
	}
	for _, f := range [][2]string{{"doi", c.DOI}, {"url", c.address()}} {
		if f[1] != "" {
			fmt.Fprintf(&b, "  %s = {%s},\n", f[0], f[1])
		}
	}
	if c.License != "" {
		fmt.Fprintf(&b, "  note = {Licence: %s},\n", tex.Replace(c.License))
	}
	return b.String() + "}\n"
}

// ris is a record for EndNote, Zotero and the like.
func (c *Citation) ris(version, day, about string) string {
	var b strings.Builder
	p := func(tag, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s  - %s\r\n", tag, strings.Join(strings.Fields(value), " "))
		}
	}
	p("TY", "DATA")
	p("TI", c.title())
	for _, n := range c.names() {
		p("AU", n.whole())
	}
	if day != "" {
		p("PY", day[:4])
		p("DA", strings.ReplaceAll(day, "-", "/"))
	}
	p("ET", version)
	p("DO", c.DOI)
	p("UR", c.address())
	p("AB", about)
	b.WriteString("ER  - \r\n")
	return b.String()
}

var keywords = []string{"open government information", "China", "政府信息公开", "panel data"}

// zenodo is .zenodo.json: what Zenodo fills its form from.
func (c *Citation) zenodo(version, day, about string) object {
	var creators []object
	for _, n := range c.names() {
		creators = append(creators, object{"name": n.whole()})
	}
	x := object{"title": c.title(), "upload_type": "dataset", "description": about, "creators": creators, "version": version,
		"keywords": keywords, "access_right": "open"}
	if day != "" {
		x["publication_date"] = day
	}
	if c.License != "" {
		x["license"] = strings.ToLower(c.License)
	}
	if c.DOI != "" {
		x["doi"] = c.DOI
	}
	if c.URL != "" {
		x["related_identifiers"] = []object{{"identifier": c.URL, "relation": "isIdenticalTo", "scheme": "url"}}
	}
	return x
}

// datacite is the metadata that DataCite registers with a DOI (schema 4).
func (c *Citation) datacite(version, day, about string) object {
	var creators []object
	for _, n := range c.names() {
		x := object{"name": n.whole(), "nameType": "Organizational"}
		if n.given != "" {
			x["nameType"], x["familyName"], x["givenName"] = "Personal", n.family, n.given
		}
		creators = append(creators, x)
	}
	var subjects []object
	for _, k := range keywords {
		subjects = append(subjects, object{"subject": k})
	}
	x := object{"schemaVersion": "http://datacite.org/schema/kernel-4", "creators": creators,
		"titles": []object{{"title": c.title()}}, "publisher": object{"name": c.names()[0].whole()}, "version": version,
		"types":    object{"resourceTypeGeneral": "Dataset", "resourceType": "Dataset"},
		"subjects": subjects, "language": "zh", "formats": []string{"application/x-parquet", "text/csv"},
		"descriptions": []object{{"description": about, "descriptionType": "Abstract"}}}
	if day != "" {
		x["publicationYear"], x["dates"] = day[:4], []object{{"date": day, "dateType": "Issued"}}
	}
	if c.License != "" {
		x["rightsList"] = []object{{"rightsIdentifier": c.License, "rightsIdentifierScheme": "SPDX",
			"rightsUri": c.licenseURL()}}
	}
	if c.DOI != "" {
		x["doi"], x["identifiers"] = c.DOI, []object{{"identifier": c.DOI, "identifierType": "DOI"}}
	}
	if c.URL != "" {
		x["url"] = c.URL
	}
	return x
}

// dayOf writes days since 1970 as a date; "" for 0.
func dayOf(days int32) string {
	if days == 0 {
		return ""
	}
	return time.Unix(int64(days)*86400, 0).UTC().Format(time.DateOnly)
}
