package evidence

import (
	"strings"
	"testing"
)

// TestIcon: the one link of a frame leads nowhere, and a page whose link leads somewhere is no rendition.
func TestIcon(t *testing.T) {
	page := string(frame([]byte("<p>x</p>"), nil))
	if _, err := prove(t.Context(), []byte(page), nil); err != nil {
		t.Error(err)
	}
	for _, link := range []string{`<link rel="icon" href="http://example.org/x">`,
		`<link rel="stylesheet" href="data:,">`, `<link rel="icon" href="data:," onload="x()">`} {
		other := strings.Replace(page, `<link rel="icon" href="data:,">`, link, 1)
		if _, err := prove(t.Context(), []byte(other), nil); err == nil || other == page {
			t.Errorf("%s: taken", link)
		}
	}
}
