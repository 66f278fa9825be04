package child

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"testing"
	"time"

	"github.com/gongkai/gongkai/cmd/gongkai/fingerprint"
	"github.com/gongkai/gongkai/extract/pdf"
	"github.com/gongkai/gongkai/extract/scan"
)

// TestNoScan: where pictures are not to be recognised, a document that needs it has no answer, which is said, and the engine
// is not made ready; where there is no engine the answer is that of everywhere.
func TestNoScan(t *testing.T) {
	t.Parallel()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 800, 600))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name         string
		noScan       bool
		engine       string
		scan, opened bool
	}{
		{"elsewhere", true, "an engine", true, false},
		{"here", false, "an engine", false, true},
		{"no engine", true, "", false, true},
	} {
		opened := false
		l := Limits{Time: time.Minute, OCR: "none"}
		r := newReader(forms(t), l, &clock{}, engines{
			func(context.Context, string) (*pdf.PDFium, error) { return nil, errors.New("none") },
			func(string, string) (scan.Engine, error) { opened = true; return nil, scan.ErrNoEngine }})
		r.machine = fingerprint.With("", c.engine)
		req := &request{Document: Document{Body: picture.Bytes(), File: "a.png", NoScan: c.noScan, Key: "a key of a reading"}, Limits: l}
		a := r.answer(t.Context(), req, func(reply) {}).Answer
		if a.Scan != c.scan || opened != c.opened || (a.Object == nil) != c.scan {
			t.Errorf("%s: scan %v, engine asked for %v, object %v", c.name, a.Scan, opened, a.Object != nil)
		}
	}
}
