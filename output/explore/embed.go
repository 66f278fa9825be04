package explore

import (
	"github.com/gongkai/gongkai/output/explore/assets"
)

// embedPolicy is that of what pages of others may show in a frame: it says nothing of who may.
const embedPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src " +
	"'self'; base-uri 'none'; form-action 'none'"

// embedPage is the page of one chart, number or anomaly for a frame in a page of others. Its query says which:
// assets/embed.js.
func (e *Explorer) embedPage() (*resource, error) {
	b, err := assets.Files.ReadFile("embed.html")
	return &resource{body: b, media: htmlMedia, csp: embedPolicy, framed: true}, err
}

// jsonFigure is a cell or rate in words: what an embedded chart needs of api/dataset.json.
type jsonFigure struct {
	Name        string   `json:"name"`
	Rate        bool     `json:"rate"`
	Unit        string   `json:"unit"`
	Label       string   `json:"label"`
	LabelZh     string   `json:"label_zh"`
	Numerator   []string `json:"numerator,omitempty"`
	Denominator []string `json:"denominator,omitempty"`
	Version     string   `json:"version"`
}

func (e *Explorer) figure(name string) ([]byte, error) {
	out := jsonFigure{Name: name, Version: e.opts.Program, Label: e.figureWords(name, false),
		LabelZh: e.figureWords(name, true)}
	if x := e.rateNamed(name); x != nil {
		out.Rate, out.Numerator, out.Denominator = true, x.Numerator, x.Denominator
	} else if c := e.cell[name]; c != nil {
		out.Unit = c.Unit
	} else {
		return nil, notFound("figures: no cell or rate %q", name)
	}
	return marshal(out)
}
