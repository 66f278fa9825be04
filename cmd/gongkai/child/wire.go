package child

import "github.com/gongkai/gongkai/output/explore/evidence"

// A request asks a child process for one document, a stream of replies says what becomes of it. Both are gob, over
// the standard input and output of the process.
type request struct {
	Document
	Limits Limits          // of the pool; a process has no other way to know its budget
	Show   shown           // what is wanted instead of a reading
	Marks  []evidence.Mark // of showPage
	Page   int             // of showPicture
	Member string          // of showMember: its SHA-256
}

// shown is what a process makes of a document instead of reading it.
type shown string

const (
	showPage    shown = "page"
	showPicture shown = "picture"
	showMember  shown = "member"
)

// A step is how far a process is.
type step uint8

const (
	stepBegun  step = iota + 1 // MediaType is known
	stepPage                   // Page of Pages begins to be recognised: it has a budget of its own
	stepFile                   // so has the next file of an archive
	stepAside                  // an engine is being made ready, which is not the document's time
	stepBack                   // it is ready
	stepAnswer                 // Result is the answer: there is nothing more
)

// A reply is one of the things that a process says.
type reply struct {
	Step        step
	MediaType   string
	Page, Pages int
	Used        int64 // nanoseconds of CPU time that the process has used since it was started
	Result      result
}

// A result is what a process makes of a document.
type result struct {
	Answer
	Shown  []byte // what was asked for instead of a reading
	Failed string // why there is neither
	Late   bool   // the limit of time was used up: nothing else in it counts
}

// Exit codes of a process that ran out of its memory or its time.
const (
	exitFailed = 1
	exitMemory = 77
	exitTime   = 78
)
