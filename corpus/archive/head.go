package archive

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
)

// headerOf reads the headers out of the head of an answer; nil where it has none that can be read. Their bytes stay what
// they are, also where they are no UTF-8.
func headerOf(head []byte) http.Header {
	if len(head) == 0 {
		return nil
	}
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(head)), nil)
	if err == nil {
		return resp.Header
	}
	if m, err := readMessage(head); err == nil && len(m.header) > 0 { // of HTTP/2, or with lines that are none
		return m.header
	}
	return nil
}

// marshal writes a capture. Headers that its head says already are not said twice, and so stay the bytes they were.
func marshal(c *Capture) ([]byte, error) {
	short := *c
	if len(c.Head) > 0 && reflect.DeepEqual(headerOf(c.Head), c.Header) {
		short.Header = nil
	}
	short.Chain = append([]Hop(nil), c.Chain...)
	for i, h := range short.Chain {
		if len(h.Head) > 0 && reflect.DeepEqual(headerOf(h.Head), h.Header) {
			short.Chain[i].Header = nil
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(short)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
