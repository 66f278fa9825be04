// Package floors holds the accuracy that the reading of names, headings, claims and words must not fall below, each on
// its own gold set. prose.json is raised when a reading has become better; lowering a floor needs a reason in the
// commit that does it.
package floors

import (
	_ "embed"
	"encoding/json"
	"testing"
)

//go:embed prose.json
var prose []byte

// Hold fails a test where a share is below its floor, or where no floor has this name.
func Hold(t testing.TB, what string, share float64) {
	t.Helper()
	var least map[string]float64
	if err := json.Unmarshal(prose, &least); err != nil {
		t.Fatal(err)
	}
	floor, ok := least[what]
	switch {
	case !ok:
		t.Errorf("prose.json names no floor for %q", what)
	case share < floor:
		t.Errorf("%s: %.4f is below the floor of %.4f", what, share, floor)
	}
}
