package agencies

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/gongkai/gongkai/normalize/places"
)

// onlyTownship gives the division of a township or street whose name is that of one in the land: 对坊乡 is in 宁都县. The lists
// begin in 2016, names were given up before, and streets go by shorter ones, so that the text must bear it out: by a
// telephone number, or in that it speaks of its 县委 and not of a 区政府. A portal that holds the place is as good.
func (a *Agency) onlyTownship(known Context) *places.Division {
	if a.Kind != TownshipGov && a.Kind != Subdistrict || a.Unit == "" {
		return nil
	}
	d := places.OnlyTownship(a.Unit)
	if d == nil {
		return nil
	}
	if p := places.At(known.Division, 0); p != nil && !d.Under(p) {
		return nil
	}
	agrees, differs := witnesses(d, known)
	why := fmt.Sprintf("the lists have one %s, in %s", a.Unit, d.Path())
	switch {
	case differs != "":
		a.Evidence = append(a.Evidence, why+"; but "+differs)
		return nil
	case agrees == "" && known.Division == "":
		a.Evidence = append(a.Evidence, why+"; another may go by that name, or have had it before")
		return nil
	case agrees != "":
		why += ", and " + agrees
	}
	a.Evidence = append(a.Evidence, why)
	return d
}

// elsewhere reports whether the lists know a township or street of the name, and not in a division that only words of the text
// lead to.
func (a *Agency) elsewhere(d *places.Division, known Context) bool {
	if a.Kind != TownshipGov && a.Kind != Subdistrict || a.Unit == "" || known.Division != "" {
		return false
	}
	only := places.OnlyTownship(a.Unit)
	return only != nil && only.Code != d.Code && only.Code != d.Series()
}

var (
	telephone = regexp.MustCompile(`(?:^|\D)(0\d{2,3})[-—–―)）]{0,2}\d{7,8}(?:\D|$)`)
	aboveWord = regexp.MustCompile(`(?:^|[^治林矿山社街乡镇村])([县区市旗])(?:委|政府|人民政府|政务|府办|级(?:以上|各)?部门)`)
)

// witnesses gives what in a text speaks for a division that a township is said to lie in, and what against it.
func witnesses(d *places.Division, known Context) (agrees, differs string) {
	for _, m := range telephone.FindAllStringSubmatch(known.Prose, 4) {
		of := places.OfAreaCode(m[1])
		if len(of) == 0 {
			continue
		}
		near := false
		for _, p := range of {
			near = near || d.Under(p) || p.Under(d)
		}
		if !near {
			return "", "the telephone number " + m[1] + " is of another place"
		}
		agrees = "the telephone number " + m[1] + " is of that place"
	}
	word := map[string]int{}
	for _, m := range aboveWord.FindAllStringSubmatch(known.Prose, 40) {
		word[m[1]]++
	}
	then := d
	if e := places.At(d.Code, known.Year); e != nil {
		then = e
	}
	name := then.Name
	for _, w := range []string{"县", "区", "旗"} { // a text that speaks of 市 may mean the city above
		if word[w] == 0 {
			continue
		}
		if strings.HasSuffix(name, w) {
			return "the text speaks of its " + w, ""
		}
		if word[w] > 1 || word["市"] == 0 {
			return "", "the text speaks of its " + w
		}
	}
	if word["市"] > 0 && strings.HasSuffix(name, "市") && agrees == "" {
		agrees = "the text speaks of its 市"
	}
	return agrees, ""
}
