package explore

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// TestAnswers: what was asked for is kept as it is sent, for those who take it compressed and those who do not; what is
// not there, documents, and what changes all the time are not.
func TestAnswers(t *testing.T) {
	d, _ := made(t, true)
	e := open(t, d, false)
	for _, target := range []string{"/api/home.json", "/api/dataset.json", "/assets/app.js", "/api/coverage/all/all/1.json",
		"/api/search.json?q=%E5%85%AC%E5%BC%80", "/", "/authority/" + e.c.authorities[0].id + "/?lang=en"} {
		e.answers.list.Purge()
		first := ask(e, "GET", target)
		if e.answers.list.Len() != 1 {
			t.Errorf("%s: %d answers are kept", target, e.answers.list.Len())
		}
		again := ask(e, "GET", target)
		if first.Code != 200 || again.Code != 200 || !bytes.Equal(first.Body.Bytes(), again.Body.Bytes()) {
			t.Errorf("%s: kept it is otherwise: %d and %d", target, first.Code, again.Code)
		}
		for _, h := range []string{"ETag", "Content-Type", "Content-Length", "Content-Security-Policy", "Vary"} {
			if first.Header().Get(h) != again.Header().Get(h) {
				t.Errorf("%s: %s %q, kept %q", target, h, first.Header().Get(h), again.Header().Get(h))
			}
		}
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+target, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatalf("%s: %v", target, err)
		}
		if b, err := io.ReadAll(z); err != nil || !bytes.Equal(b, first.Body.Bytes()) {
			t.Errorf("%s: compressed it is otherwise: %v", target, err)
		}
		r.Header.Set("If-None-Match", first.Header().Get("ETag"))
		w = httptest.NewRecorder()
		if e.ServeHTTP(w, r); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
			t.Errorf("%s: sent again to who has it: %d, %d bytes", target, w.Code, w.Body.Len())
		}
	}
	e.answers.list.Purge()
	for _, target := range []string{"/api/authorities/none.json", "/authority/none/", "/api/search.json?q=x", "/assets/none.js",
		"/documents/" + e.c.Documents[0].ID + ".html"} {
		if ask(e, "GET", target); e.answers.list.Len() > 0 {
			t.Errorf("%s: it is kept", target)
		}
	}
	e.mu.Lock()
	e.packing.State = "building"
	e.mu.Unlock()
	if ask(e, "GET", "/api/dataset.json"); e.answers.list.Len() > 0 {
		t.Error("how far the pack is, is kept")
	}
}

// TestAnswersStage: what has been made in the background stands in all answers from then on.
func TestAnswersStage(t *testing.T) {
	d, _ := made(t, false)
	e := open(t, d, false)
	there, stage := e.oddities, e.stage
	if stage < 2 { // the index and the anomalies
		t.Errorf("stage %d after both were made", stage)
	}
	e.oddities, e.stage = nil, 0 // as before they were looked for
	target := "/api/anomalies.json"
	if x := get[jsonOddities](t, e, target); len(x.Rows) > 0 {
		t.Fatal("rows of anomalies that nobody has looked for")
	}
	e.oddities, e.stage = there, stage
	if x := get[jsonOddities](t, e, target); len(x.Rows) == 0 {
		t.Error("the anomalies are there, and the answer is of before")
	}
}

// TestAnswersBound: so many bytes are kept, those that were asked for last.
func TestAnswersBound(t *testing.T) {
	a, err := newAnswers(20_000)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		a.add(fmt.Sprint(i), &resource{body: make([]byte, 1000)})
		a.get("0")
		if a.used > a.most {
			t.Fatalf("%d bytes after %d", a.used, i)
		}
	}
	if n := a.list.Len(); n < 10 || a.get("0") == nil || a.get("99") == nil || a.get("1") != nil {
		t.Errorf("%d are kept: %v", n, a.list.Keys())
	}
	a.add("0", &resource{body: make([]byte, 1000)}) // made by two at once
	if a.add("large", &resource{body: make([]byte, 10_000)}); a.get("large") != nil {
		t.Error("one takes the place of half of all")
	}
	for a.list.Len() > 0 {
		a.list.RemoveOldest()
	}
	if a.used != 0 {
		t.Errorf("%d bytes of nothing", a.used)
	}
}

// TestPackFound: the pack waits for anomalies that are looked for; where they could not be, there is none.
func TestPackFound(t *testing.T) {
	d, _ := made(t, false)
	o := Options{Forms: forms(t), Program: "test", Index: t.TempDir(), FindUpTo: 1000, PackFrom: 1}
	e, err := Open(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Wait(); err != nil || e.ready() == nil {
		t.Fatal("no pack", err)
	}
	plain := open(t, d, false)
	odd := 0
	for i := range e.c.Reports {
		target := "/api/reports/" + e.c.key(int32(i)) + ".json"
		a, b := get[jsonReport](t, plain, target), get[jsonReport](t, e, target)
		odd += len(a.Anomalies)
		if !slices.EqualFunc(a.Anomalies, b.Anomalies, func(x, y jsonOddity) bool { return x.ID == y.ID }) {
			t.Errorf("%s: %d anomalies, packed %d", target, len(a.Anomalies), len(b.Anomalies))
		}
	}
	if odd == 0 {
		t.Fatal("no report has an anomaly")
	}
	listed := e.listPlace("")
	e.opts.FindUpTo = 0
	if other := e.listPlace(""); listed == "" || other == listed {
		t.Errorf("a pack with anomalies that were looked for is taken where nobody looks: %q", other)
	}
	e.opts.FindUpTo = 1000
	e.finding = state{State: "failed", Message: "it was not to be"}
	e.opts.Index, e.pack = t.TempDir(), nil
	e.openPack(context.Background())
	if err := e.Wait(); err == nil || !strings.Contains(err.Error(), "reports: ") || e.ready() != nil {
		t.Errorf("a pack without anomalies: %v", err)
	}
}
