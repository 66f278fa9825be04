package explore_test

import (
	"os"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/output/explore"
)

// TestAddress: pages are addressed from outside as the page itself addresses them.
func TestAddress(t *testing.T) {
	for _, x := range [][4]string{
		{"https://e.org", "", "", "https://e.org/"},
		{"https://e.org/a/index.html", "report", "ab-1", "https://e.org/a/report/ab-1/"}, {"https://e.org/a/?x#y", "report", "ab-1", ""},
		{"http://e.org/公开", "anomaly", "x/1", "http://e.org/%E5%85%AC%E5%BC%80/anomaly/x%2F1/"},
		{"", "report", "ab-1", ""}, {"e.org", "report", "ab-1", ""}, {"https://e.org/", "anomalies", "", "https://e.org/anomalies/"},
	} {
		if got := explore.Address(x[0], x[1], x[2]); got != x[3] {
			t.Errorf("%q: %s, not %s", x[:3], got, x[3])
		}
	}
	b, err := os.ReadFile("assets/route.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"report", "anomaly", "authority", "anomalies"} {
		if !strings.Contains(string(b), "link(['"+kind+"'") && !strings.Contains(string(b), "['"+kind+"', key]") {
			t.Errorf("route.js has no page %s", kind)
		}
	}
}
