package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"sync"
	"time"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/normalize"
)

// How often progress is told.
const (
	onTerminal = 100 * time.Millisecond // one line, rewritten
	inLogs     = 30 * time.Second       // a line each
)

// A meter tells how far a long command is, how fast it goes and how long it will take: on a terminal in one line that is
// rewritten, elsewhere in a line every half minute. The speed is that of the last minute, so that what was taken from what is
// kept says nothing of what has to be read. It may be called from several places at once.
//
// It is ours because libraries of bars draw on terminals alone, keep time by themselves, and bring more than they are.
type meter struct {
	w               io.Writer
	english, han    string // what is done
	terminal, quiet bool
	clock           func() time.Time
	mu              sync.Mutex
	said            time.Time
	marks           []mark
	drawn           bool
}

// A mark is how far a command was when.
type mark struct {
	at   time.Time
	done int
}

// window is how far back the speed looks, and everyMark how many marks there are of it.
const (
	window    = time.Minute
	everyMark = time.Second
)

func (m manner) meter(w io.Writer, english, han string) *meter {
	return newMeter(w, english, han, m.Quiet, time.Now)
}

func newMeter(w io.Writer, english, han string, quiet bool, clock func() time.Time) *meter {
	begun := clock()
	return &meter{w: w, english: english, han: han, terminal: terminal(w), quiet: quiet, clock: clock, said: begun,
		marks: []mark{{begun, 0}}}
}

// terminal reports whether what is written there is seen while it is written.
func terminal(w io.Writer) bool {
	f, ok := fileOf(w)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// fileOf is the file behind a writer, also where secrets are taken out on the way.
func fileOf(w io.Writer) (*os.File, bool) {
	if u, ok := w.(interface{ Unwrap() io.Writer }); ok {
		w = u.Unwrap()
	}
	f, ok := w.(*os.File)
	return f, ok
}

// of says what is counted from here on; how fast it goes is then looked at anew.
func (p *meter) of(english, han string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.english != english {
		p.english, p.han, p.marks = english, han, []mark{{p.marks[0].at, 0}}
	}
}

// at says that done of total are done (0: nobody knows of how many), and what is worked on.
func (p *meter) at(done, total int, on string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	if last := p.marks[len(p.marks)-1]; now.Sub(last.at) >= everyMark {
		p.marks = append(p.marks, mark{now, done})
		for len(p.marks) > 2 && now.Sub(p.marks[1].at) >= window {
			p.marks = p.marks[1:]
		}
	}
	every := inLogs
	if p.terminal {
		every = onTerminal
	}
	if p.quiet || now.Sub(p.said) < every {
		return
	}
	p.said = now
	p.draw(p.text(now, done, total) + on)
}

// draw writes a line, on a terminal over the one before.
func (p *meter) draw(line string) {
	if !p.terminal {
		fmt.Fprintln(p.w, line)
		return
	}
	if n := screen(p.w); n > 0 {
		line = clip(line, n-1)
	}
	fmt.Fprint(p.w, "\r\x1b[K"+line)
	p.drawn = true
}

// text is how far it is, without what is worked on.
func (p *meter) text(now time.Time, done, total int) string {
	zh := say("", "zh") != ""
	s := fmt.Sprintf("%s %d", p.english, done)
	if zh {
		s = fmt.Sprintf("%s %d", p.han, done)
	}
	if total > 0 {
		s += fmt.Sprintf("/%d", total)
	}
	first := p.marks[0]
	if took := now.Sub(first.at).Seconds(); took >= 1 && done > first.done {
		rate := float64(done-first.done) / took
		s += fmt.Sprintf(say(", %s/s", "，每秒 %s"), speed(rate))
		if total > done {
			s += fmt.Sprintf(say(", %s left", "，约剩 %s"), span(float64(total-done)/rate, zh))
		}
	}
	return s + say(": ", "：")
}

// speed is a number of things a second with two digits that say something.
func speed(rate float64) string {
	switch {
	case rate >= 10:
		return fmt.Sprintf("%.0f", rate)
	case rate >= 1:
		return fmt.Sprintf("%.1f", rate)
	}
	return fmt.Sprintf("%.2f", rate)
}

// span is a time that is not exactly known.
func span(seconds float64, zh bool) string {
	words := [3]string{"s", "min", "h"}
	if zh {
		words = [3]string{"秒", "分钟", "小时"}
	}
	switch n := int(math.Round(seconds)); {
	case n < 100:
		return fmt.Sprintf("%d %s", max(n, 1), words[0])
	case n < 100*60:
		return fmt.Sprintf("%d %s", (n+30)/60, words[1])
	default:
		return fmt.Sprintf("%d %s", (n+1800)/3600, words[2])
	}
}

// line says something that stays, without the line of progress before it.
func (p *meter) line(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	fmt.Fprintf(p.w, format+"\n", args...)
}

func (p *meter) clear() {
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.drawn = false
	}
}

// end takes the line of progress away.
func (p *meter) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}

// progress is how far a run is.
type progress struct {
	*meter
	verbose bool
	counts  sync.Mutex
	total   int
	done    int
}

func (m manner) progress(w io.Writer, total int) *progress {
	return &progress{meter: m.meter(w, "reading", "读取"), verbose: m.Verbose, total: total}
}

// step counts a document that was read; what was skipped is none.
func (p *progress) step(file string, status normalize.Status) {
	p.counts.Lock()
	defer p.counts.Unlock()
	if p.verbose {
		p.line(say("%s: %s", "%s：%s"), file, say(string(status), codeZh(string(status), "status")))
	}
	if status == normalize.StatusSkipped {
		p.total--
		return
	}
	p.done++
	p.total = max(p.total, p.done) // an archive is as many documents as it holds
	p.at(p.done, p.total, file)
}

// page shows that a page of a document is being recognised, which takes seconds.
func (p *progress) page(file string, page, pages int) {
	p.counts.Lock()
	defer p.counts.Unlock()
	switch {
	case p.quiet:
	case p.terminal:
		p.at(p.done, p.total, fmt.Sprintf(say("%s, page %d of %d", "%s，第 %d 页，共 %d 页"), file, page, pages))
	default:
		pageTeller(p.w, file)(page, pages)
	}
}

// pageTeller says that pages of a document are being recognised.
func pageTeller(w io.Writer, file string) child.Progress {
	return func(page, pages int) {
		fmt.Fprintf(w, say("%s: recognising page %d of %d\n", "%s：正在识别第 %d 页，共 %d 页\n"), file, page, pages)
	}
}
