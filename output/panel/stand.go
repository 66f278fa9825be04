package panel

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/normalize/agencies"
)

// The rule of standing. Of the reports that there are of one body on one year (the page, its Word file, a copy on
// another site, an older version) exactly one stands, and is the one that counts. They are held against each other by,
// in this order,
//
//  1. version: the newest that its address shows goes before one that another took the place of there,
//  2. proved: that of which the sums prove more cells,
//  3. cells: that of which more cells of the form were found,
//  4. doubts: that with fewer cells in a sum that fails,
//  5. address: that of a government's host (gov.cn), then of any host, before a file of which no address is known,
//  6. order: the one that comes first in the dataset. What is told apart by nothing else is a tie, and said to be one.
//
// The column standing_by of reports says which of these it was.

// A Standing is what of a report decides whether it stands for its body and year.
type Standing struct {
	Superseded   bool // its address shows another version of it now
	Proved       int32
	Found        int32 // cells that were found in the document
	Contradicted int32
	Address      string // where it was fetched; "" for files
}

// Words for what decided between two reports: the codes of standing_by.
const (
	ByNone    = "only" // there was no other
	ByVersion = "version"
	ByProved  = "proved"
	ByCells   = "cells"
	ByDoubts  = "doubts"
	ByAddress = "address"
	ByOrder   = "order"
)

// Better compares two reports of a body and year: negative where the first stands for it, 0 where nothing tells them
// apart but their order in the dataset. by is what decided.
func Better(a, b Standing) (order int, by string) {
	for _, c := range [...]struct {
		by    string
		order int
	}{
		{ByVersion, cmp.Compare(truth(a.Superseded), truth(b.Superseded))},
		{ByProved, cmp.Compare(b.Proved, a.Proved)},
		{ByCells, cmp.Compare(b.Found, a.Found)},
		{ByDoubts, cmp.Compare(a.Contradicted, b.Contradicted)},
		{ByAddress, cmp.Compare(addressRank(a.Address), addressRank(b.Address))},
	} {
		if c.order != 0 {
			return c.order, c.by
		}
	}
	return 0, ByOrder
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// addressRank is lower for an address whose copy is nearer to the body.
func addressRank(address string) int {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "":
		return 2
	case u.Hostname() == "gov.cn" || strings.HasSuffix(u.Hostname(), ".gov.cn"):
		return 0
	}
	return 1
}

// AddressLike gives one address for all that Better takes for the same.
func AddressLike(address string) string {
	return [...]string{"https://gov.cn/", "https://host/", ""}[addressRank(address)]
}

// Provisional begins the keys of bodies of which it could not be decided who they are.
const Provisional = "?"

// BodyKey tells the body of a report from others: by its identity; where who it is could not be decided, by its name,
// the code of its division where that much is known, and where the report was found (the host of its address, or its
// folder), since the same name at another place may be another body. "" = nobody is named. A provisional key says
// which reports lie together; it is not to be joined with those of another place.
func BodyKey(id, printed, division, address, file string) string {
	if id != "" {
		return id
	}
	name := agencies.Fold(printed)
	if name == "" {
		return ""
	}
	if division != "" {
		name += "#" + division
	}
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return Provisional + name + "@" + u.Host
	}
	return Provisional + name + "@" + path.Dir(file)
}

// Stand puts the reports of a body and year in order, the one that stands first, and tells of each what decided: of
// the first what told it from the next, of the others what told them from the first. at gives what decides, in the
// order of the dataset.
func Stand(reports []int32, at func(int32) Standing) (by []string) {
	slices.SortFunc(reports, func(i, k int32) int {
		order, _ := Better(at(i), at(k))
		return cmp.Or(order, cmp.Compare(i, k))
	})
	by = make([]string, len(reports))
	for i := range reports {
		if by[i] = ByNone; len(reports) > 1 {
			_, by[i] = Better(at(reports[0]), at(reports[max(i, 1)]))
		}
	}
	return by
}
