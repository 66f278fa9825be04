package corpus

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// Verify asks for the home page of a portal and looks whether it names the authority. page gives the text of a page and
// where its redirects ended.
func Verify(ctx context.Context, page func(ctx context.Context, url string) (text, final string, err error),
	p Portal) (ok bool, why string) {
	text, final, err := page(ctx, p.Home)
	if err != nil {
		return false, err.Error()
	}
	if final != p.Home {
		why = "leads to " + final
	}
	name := strings.TrimSuffix(p.Name, "人民政府")
	if !strings.Contains(text, name) {
		return false, strings.TrimSpace(fmt.Sprintf("the page does not name %s; %s", name, why))
	}
	return true, why
}

// WritePortals writes portals as ReadPortals reads them.
func WritePortals(w io.Writer, portals []Portal) error {
	c := csv.NewWriter(w)
	if err := c.Write(portalColumns); err != nil {
		return err
	}
	for _, p := range portals {
		var o []string
		if p.Options.Pace > 0 {
			o = append(o, "pace="+p.Options.Pace.String())
		}
		if p.Options.Charset != "" {
			o = append(o, "charset="+p.Options.Charset)
		}
		if p.Options.Quiet != "" {
			o = append(o, "quiet="+p.Options.Quiet)
		}
		if p.Options.Browser {
			o = append(o, "browser=yes")
		}
		if p.Options.AnyCert {
			o = append(o, "certificate=any")
		}
		if err := c.Write([]string{p.ID, p.Code, p.Name, p.Level, p.Home, strings.Join(p.Listings, " "),
			strings.Join(o, " "), p.Verified, p.Note}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
