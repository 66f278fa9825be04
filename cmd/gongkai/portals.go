package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/output/listing"
)

type portalsCmd struct {
	List  portalsListCmd  `cmd:"" help:"List the portals."`
	Check portalsCheckCmd `cmd:"" help:"${portals_check}"`
}

type portalsListCmd struct {
	list
	choice
	printing
	manner
}

func (c *portalsListCmd) Run(std streams) error {
	all, err := c.list.load()
	if err != nil {
		return err
	}
	chosen, err := c.choice.of(all)
	if err != nil {
		return err
	}
	zh := chinese(os.Getenv) && !c.forPrograms(c.Format, c.sheet)
	home, verified := listing.Column{Key: "home", Main: true, Wrap: true}, listing.Column{Key: "verified", Less: 3}
	if zh {
		home.Words = spoken
		verified.Words = spoken
	}
	l, err := c.rows(std, c.Format, c.sheet, listing.Column{Key: "id"}, listing.Column{Key: "code", Less: 2},
		listing.Column{Key: "name", Wrap: true}, coded(zh, listing.Column{Key: "level", Less: 1}, "level"), home, verified,
		listing.Column{Key: "note", Less: 4})
	if err != nil {
		return err
	}
	for _, p := range chosen {
		home, verified := p.Home, p.Verified
		if home == "" {
			home = "not known"
		} else if verified == "" {
			verified = "not verified"
		}
		if err := l.Add(p.ID, known(p.Code), p.Name, known(p.Level), home, known(verified), known(p.Note)); err != nil {
			return err
		}
	}
	return l.Close()
}

type portalsCheckCmd struct {
	list
	choice
	conduct
	Out string `placeholder:"FILE" help:"${portals_out}"`
	manner
}

func (portalsCheckCmd) Help() string {
	return `Asks for the home page of each portal, once, and says whether it answers and names the authority. The rows go to --out
with the day in the column verified, or with the reason in the column note; nothing is changed in place.`
}

func (c *portalsCheckCmd) Run(ctx context.Context, std streams) error {
	all, err := c.list.load()
	if err != nil {
		return err
	}
	chosen, err := c.choice.of(all)
	if err != nil {
		return err
	}
	out := std.out
	if c.Out != "" {
		f, err := os.Create(c.Out)
		if err != nil {
			return err
		}
		defer f.Close()
		out = f
	}
	client := fetch.New(fetch.Options{Agent: c.agent(), AllowPrivate: c.AllowPrivate})
	bad := 0
	rows := make([]corpus.Portal, 0, len(chosen))
	for i, p := range chosen {
		if p.Home == "" || ctx.Err() != nil {
			continue
		}
		if i > 0 {
			time.Sleep(100 * time.Millisecond) // each is another host
		}
		ok, why := corpus.Verify(ctx, client.Page, p)
		if ok {
			p.Verified, p.Note = time.Now().Format(time.DateOnly), strings.TrimSpace(why)
		} else {
			p.Verified, p.Note = "", why
			bad++
		}
		c.note(std, "%s %s %s: %s", p.ID, p.Name, p.Home, map[bool]string{true: "verified", false: why}[ok])
		if rows = append(rows, p); c.JSON {
			if err := writeObject(std.out, checkedPortal{p.ID, p.Name, p.Home, ok, p.Verified, p.Note}); err != nil {
				return err
			}
		}
	}
	if c.Out != "" || !c.JSON {
		if err := corpus.WritePortals(out, rows); err != nil {
			return err
		}
	}
	if bad > 0 {
		return errPartly
	}
	return nil
}

// checkedPortal is a portal whose home page was asked for.
type checkedPortal struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Home     string `json:"home"`
	OK       bool   `json:"ok"`
	Verified string `json:"verified,omitempty"`
	Note     string `json:"note,omitempty"`
}

type portalFile struct{ name, id string }

// ownPortal writes a row for a home page that is in no list beside the ledger, for status and the next crawl to know
// it.
func ownPortal(work, at, name string) (portalFile, error) {
	if name == "" {
		name = at
	}
	id := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' {
			return r
		}
		return '-'
	}, strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(at, "https://"), "http://"))), "-.")
	id = id[:min(len(id), 60)]
	if err := os.MkdirAll(work, 0o755); err != nil {
		return portalFile{}, err
	}
	file := filepath.Join(work, "portal-"+id+".csv")
	row := fmt.Sprintf("id,name,level,home\n%s,%q,county,%q\n", id, strings.ReplaceAll(name, `"`, ""), at)
	return portalFile{file, id}, os.WriteFile(file, []byte(row), 0o644)
}

// ownPortals are the files that crawl --url wrote.
func ownPortals(work string) []string {
	files, err := filepath.Glob(filepath.Join(work, "portal-*.csv"))
	if err != nil {
		return nil
	}
	return files
}
