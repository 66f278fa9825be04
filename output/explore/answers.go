package explore

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/klauspost/compress/gzip"
)

// What many ask for is made once: an answer is kept as it is sent, compressed and with its tag, until more was asked for
// since than fits. A dataset does not change while it is shown; what is made in the background (the index of the search,
// anomalies, the pack) begins a new stage, whose answers have nothing to do with those before.

const (
	// keptBytes bounds the answers that are kept, some 4 KB each.
	keptBytes = 24 << 20
	// keptEntry is what one takes beside its body and address.
	keptEntry = 400
)

// answers are those that were asked for last.
type answers struct {
	mu   sync.Mutex
	list *simplelru.LRU[string, *resource]
	used int
	most int
}

func newAnswers(most int) (*answers, error) {
	a := &answers{most: most}
	var err error
	a.list, err = simplelru.NewLRU(1+most/keptEntry, func(key string, x *resource) { a.used -= sizeOf(key, x) })
	return a, err
}

func sizeOf(key string, x *resource) int {
	return keptEntry + len(key) + len(x.body) + len(x.media) + len(x.name) + len(x.tag)
}

// get gives the answer of a key, nil where it is not kept.
func (a *answers) get(key string) *resource {
	a.mu.Lock()
	defer a.mu.Unlock()
	x, _ := a.list.Get(key)
	return x
}

// add keeps an answer, and lets go those that nobody has asked for the longest. One that would take the place of very
// many is not kept.
func (a *answers) add(key string, x *resource) {
	size := sizeOf(key, x)
	if size > a.most/8 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.list.Contains(key) { // made by two at once
		return
	}
	a.used += size
	a.list.Add(key, x)
	for a.used > a.most {
		a.list.RemoveOldest()
	}
}

// answerKey is under what an answer is kept; "" where it is not: documents lie elsewhere and may be taken away, and what
// is told while something is being made changes all the time.
func (e *Explorer) answerKey(name string, q url.Values) string {
	if strings.HasPrefix(name, "documents/") {
		return ""
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if name == "api/dataset.json" {
		for _, s := range []state{e.indexing, e.finding, e.packing} {
			if s.State == "building" {
				return ""
			}
		}
	}
	return string(rune('0'+e.stage)) + name + "?" + q.Encode()
}

// answered gives an answer, made where it is not kept.
func (e *Explorer) answered(key string, produce func() (*resource, error)) (*resource, error) {
	if key == "" {
		return produce()
	}
	if x := e.answers.get(key); x != nil {
		return x, nil
	}
	x, err := produce()
	if err != nil || x.packed || !x.fine() { // what lies packed is found as fast
		return x, err
	}
	x.tag = tagOf(x.body)
	if x.squeezes() {
		x.body, x.packed = squeezed(x.body), true
	}
	e.answers.add(key, x)
	return x, nil
}

// fine reports whether a resource is what was asked for.
func (x *resource) fine() bool { return x.status == 0 || x.status == 200 }

// squeezes reports whether a resource is worth to be compressed.
func (x *resource) squeezes() bool { return !x.packed && len(x.body) > 1400 && x.media != "image/png" }

// tagOf names a body by its hash.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}

// packers are gzip writers that wait for the next answer.
var packers = sync.Pool{New: func() any { z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed); return z }}

func squeezed(body []byte) []byte {
	var b bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	z.Reset(&b)
	z.Write(body)
	z.Close()
	packers.Put(z)
	return bytes.Clone(b.Bytes()) // it may be kept: without what the buffer has grown too large by
}
