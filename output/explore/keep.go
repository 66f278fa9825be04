package explore

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// An embedded chart needs a few numbers of an answer that has hundreds of kilobytes. keep=years,rates/rate.granted asks
// for members of it, members of members, and of a list the entries of a name; a static host, which knows no
// queries, answers with the whole.

// mostKept is how many members may be asked for.
const mostKept = 60

// keptKinds are the addresses whose answers may be asked for in part.
var keptKinds = []string{"authorities", "reports", "anomalies", "home.json"}

// keepOf takes keep out of a query: what of the answer at an address is wanted, nil for all of it.
func keepOf(name string, q url.Values) ([]string, url.Values, error) {
	kind, rest, below := strings.Cut(name, "/")
	if !q.Has("keep") || !slices.Contains(keptKinds, kind) || below && strings.Contains(rest, "/") {
		return nil, q, nil
	}
	list := strings.Split(q.Get("keep"), ",")
	if len(q["keep"]) > 1 || len(list) > mostKept {
		return nil, nil, badRequest("keep: one list of at most %d members", mostKept)
	}
	others := url.Values{}
	for k, v := range q {
		if k != "keep" {
			others[k] = v
		}
	}
	return list, others, nil
}

// keep gives of an object the members that are wanted, those that are not there left out.
func keep(b []byte, wanted []string) ([]byte, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, err
	}
	out := map[string]any{}
	inner := map[string]map[string]json.RawMessage{} // of the members that only parts are wanted of
	for _, path := range wanted {
		member, part, below := strings.Cut(path, "/")
		whole, ok := all[member]
		if !ok {
			continue
		}
		if !below {
			out[member] = whole
			continue
		}
		if _, taken := out[member].(json.RawMessage); taken { // all of it was asked for too
			continue
		}
		if some, ok := entries(whole, part); ok {
			list, _ := out[member].([]json.RawMessage)
			out[member] = append(list, some...)
			continue
		}
		if inner[member] == nil {
			var of map[string]json.RawMessage
			if json.Unmarshal(whole, &of) != nil {
				return nil, badRequest("keep=%q: it has no members", path)
			}
			inner[member] = of
		}
		some, _ := out[member].(map[string]json.RawMessage)
		if some == nil {
			some = map[string]json.RawMessage{}
			out[member] = some
		}
		if v, ok := inner[member][part]; ok {
			some[part] = v
		}
	}
	return marshal(out)
}

// entries are the entries of a list that have a name; ok tells whether it is a list.
func entries(list json.RawMessage, name string) (out []json.RawMessage, ok bool) {
	var all []json.RawMessage
	if json.Unmarshal(list, &all) != nil {
		return nil, false
	}
	out = []json.RawMessage{}
	for _, x := range all {
		var one struct {
			Name string `json:"name"`
		}
		if json.Unmarshal(x, &one) == nil && one.Name == name {
			out = append(out, x)
		}
	}
	return out, true
}

// onePeers gives of the distribution of a figure that of one year, level and kind, as far as these are asked for.
func onePeers(b []byte, q url.Values) ([]byte, error) {
	var all jsonPeers
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, err
	}
	year, ok := number(q.Get("year"))
	if q.Has("year") && !ok {
		return nil, badRequest("year=%q: no year", q.Get("year"))
	}
	if l := q.Get("level"); q.Has("level") && l != "all" && l != "none" && !slices.Contains(levels, l) {
		return nil, badRequest("level=%q: no such level", l)
	}
	if k := q.Get("kind"); q.Has("kind") && k != "all" && k != "none" && !slices.Contains(kinds, k) {
		return nil, badRequest("kind=%q: no such kind", k)
	}
	all.Groups = slices.DeleteFunc(all.Groups, func(g peerGroup) bool {
		return ok && g.Year != year || q.Has("level") && g.Level != q.Get("level") || q.Has("kind") && g.Kind != q.Get("kind")
	})
	return marshal(all)
}
