package gold

import (
	"os"
	"testing"
)

// longRun is whether the long suites run: GONGKAI_LONG=1 go test ./normalize/gold. Without it each suite takes a sample
// of its documents, spread over all formats and faults, so that go test ./... stays a matter of minutes; the floors of
// accuracy, and docs/accuracy.md, are of the whole and are held by the long run, which CI makes.
var longRun = os.Getenv("GONGKAI_LONG") != ""

// tried chooses from what a suite tries, by a running number: all of it in the long run, else one of every few, and
// still fewer where -short asks for that.
func tried(i, of, ofShort int) bool {
	switch {
	case longRun:
		return true
	case testing.Short():
		return i%ofShort == 0
	}
	return i%of == 0
}
