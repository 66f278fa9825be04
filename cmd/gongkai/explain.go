package main

import (
	"fmt"
	"io"
	"sync"
)

// An explanation says of a run why each document was read, whoever read it and whenever in the run, each once. nil says
// nothing.
type explanation struct {
	out  io.Writer
	mu   sync.Mutex
	read map[string]bool // documents that were
	all  int             // documents that were taken
	last *readDocument
}

// begin begins to count: a run may look at all documents a second time.
func (e *explanation) begin() {
	if e != nil {
		e.all, e.last = 0, nil
	}
}

// took notes that a document was taken; it may be told of each of its results.
func (e *explanation) took(d *readDocument) {
	if e == nil || d == e.last {
		return
	}
	e.last = d
	e.all++
	if d.why != "" {
		e.was(d.File, d.why)
	}
}

// was says that a document was read. It may be told at any time, from several places at once.
func (e *explanation) was(file, why string) {
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.read[file] {
		e.read[file] = true
		fmt.Fprintf(e.out, say("read %s: %s\n", "读取 %s：%s\n"), file, spoken(why))
	}
}

// end says of how many documents nothing was read.
func (e *explanation) end() {
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	fmt.Fprintf(e.out, say("%s not read again\n", "%s未重新读取\n"), number(e.all-len(e.read), "document", "documents", "份文件"))
}
