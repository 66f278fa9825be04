package child

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/gongkai/gongkai/normalize/form"
)

// A Pool is the child processes that wait for documents. Its methods may be called from several places at once: there
// are as many processes as documents at the same time.
type Pool struct {
	limits Limits
	start  func() (*process, error)
	here   *reader // reads in this process, where Limits.Memory is 0

	// tick counts the time on the wall: it sends after each d until stop is called.
	tick func(d time.Duration) (c <-chan time.Time, stop func())

	alone  sync.RWMutex // is held for writing while a document must be the only one
	mu     sync.Mutex
	idle   []*process
	all    map[*process]bool
	closed bool
}

var errClosed = errors.New("the program is ending")

// Open gives the processes that read under the limits. None is started before there is a document.
func Open(l Limits, forms *form.Forms) *Pool {
	p := &Pool{limits: l, all: map[*process]bool{}, tick: ticker}
	p.start = func() (*process, error) { return startProcess(l) }
	if l.Memory == 0 {
		p.here = newReader(forms, l, &clock{}, ours())
	}
	return p
}

func ticker(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTicker(d)
	return t.C, t.Stop
}

// Close ends all processes.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for w := range p.all {
		w.kill() // at once: one whose input is closed first may end as if it had nothing more to read
		w.wait()
		delete(p.all, w)
	}
	p.idle, p.closed = nil, true
	if p.here != nil {
		p.here.close()
	}
}

// wallTimes is how many times its limit of CPU time a document may take on the wall before the machine is called too
// slow, and leastWall what it has at least; readyWall is what an engine has to be made ready.
const (
	wallTimes = 30
	leastWall = 5 * time.Minute
	readyWall = 20 * time.Minute
	ticks     = 10 // in which it is counted: of the time that the whole program was stopped, one counts
)

func wall(budget time.Duration) time.Duration { return max(wallTimes*budget, leastWall) }

// ask has a document read. What the machine did to it is tried once more, alone.
func (p *Pool) ask(ctx context.Context, req *request, at Progress) result {
	req.Limits = p.limits
	if at == nil {
		at = func(int, int) {}
	}
	if p.here != nil {
		return p.readHere(ctx, req, at)
	}
	p.alone.RLock()
	r := p.try(ctx, req, at, false)
	p.alone.RUnlock()
	if r.Machine && ctx.Err() == nil {
		p.alone.Lock()
		r = p.try(ctx, req, at, true)
		p.alone.Unlock()
	}
	return r
}

// try has a document read by a process. If the process ends over it and had read others before, another begins anew,
// so that what came before a document makes no difference to it.
func (p *Pool) try(ctx context.Context, req *request, at Progress, fresh bool) result {
	w, err := p.take(fresh)
	if err != nil {
		return result{Failed: noProcess(err), Answer: Answer{Machine: true}}
	}
	first := w.answers == 0
	r, whole := p.listen(ctx, w, req, at)
	if !whole && !first && !r.Late && !r.Machine && ctx.Err() == nil {
		return p.try(ctx, req, at, true)
	}
	if r.Late {
		r = result{Failed: tooLong(req.Limits.Time), Answer: Answer{MediaType: r.MediaType}}
	}
	return r
}

// listen asks a process and hears what it says. whole = it gave an answer, and waits for the next document.
func (p *Pool) listen(ctx context.Context, w *process, req *request, at Progress) (r result, whole bool) {
	type heard struct {
		reply
		err error
	}
	said, gone := make(chan heard), make(chan struct{})
	defer close(gone)
	go func() {
		for err := w.to.Encode(req); ; {
			var h heard
			if h.err = err; err == nil {
				h.err = w.from.Decode(&h.reply)
			}
			select {
			case said <- h:
			case <-gone:
				return
			}
			if h.err != nil || h.Step == stepAnswer {
				return
			}
		}
	}()
	budget := req.Limits.Time
	patience := wall(budget)
	tick, stop := p.tick(patience / ticks)
	defer func() { stop() }()
	left, media := ticks, ""
	wait := func(d time.Duration) {
		stop()
		patience, left = d, ticks
		tick, stop = p.tick(d / ticks)
	}
	failed := func(why string, machine bool) result {
		return result{Failed: why, Answer: Answer{MediaType: media, Machine: machine}}
	}
	for {
		select {
		case h := <-said:
			if h.err != nil {
				return p.ended(w, h.err, failed), false
			}
			switch h.Step {
			case stepBegun:
				media = h.MediaType
			case stepPage:
				budget = pageTimes * req.Limits.Time
				wait(wall(budget))
				at(h.Page, h.Pages)
			case stepFile:
				budget = req.Limits.Time
				wait(wall(budget))
			case stepAside:
				wait(readyWall)
			case stepBack:
				wait(wall(budget))
			case stepAnswer:
				w.used = time.Duration(h.Used)
				p.put(w)
				if h.Result.Late {
					h.Result.Answer = Answer{MediaType: media}
				}
				return h.Result, true
			}
			if h.Used > 0 { // a budget begins
				w.used = time.Duration(h.Used)
			}
		case <-tick:
			if left--; left > 0 {
				continue
			}
			// a process that cannot even watch itself has used up its time all the same
			if e := p.end(w); e.used-w.used >= budget {
				r := failed("", false)
				r.Late = true
				return r, false
			}
			return failed(tooSlow(patience), true), false
		case <-ctx.Done():
			p.end(w)
			return failed(ctx.Err().Error(), false), false
		}
	}
}

// ended says what a process died of that could not be asked, or does not go on answering.
func (p *Pool) ended(w *process, err error, failed func(string, bool) result) result {
	p.forget(w)
	var gone *os.PathError // the pipe to it is broken
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.As(err, &gone) {
		p.end(w)
		return failed(brokeDown(fmt.Sprintf("it gave no answer (%v)", err)), false)
	}
	switch e := w.wait(); {
	case e.code == exitMemory:
		return failed(tooMuch(p.limits.Memory), false)
	case e.code == exitTime:
		r := failed("", false)
		r.Late = true
		return r
	case e.killed:
		return failed(killed, true)
	default:
		return failed(brokeDown(e.said), false)
	}
}

// end ends a process.
func (p *Pool) end(w *process) exit {
	p.forget(w)
	w.kill()
	return w.wait()
}

// take gives a process that waits, or starts one.
func (p *Pool) take(fresh bool) (*process, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errClosed
	}
	if n := len(p.idle); n > 0 && !fresh {
		w := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return w, nil
	}
	w, err := p.start()
	if err != nil {
		return nil, err
	}
	p.all[w] = true
	return w, nil
}

func (p *Pool) put(w *process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w.answers++
	p.idle = append(p.idle, w)
}

func (p *Pool) forget(w *process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, w)
}

// readHere reads in this process. Nothing ends what does not end by itself; only nobody waits for it longer than for
// a process.
func (p *Pool) readHere(ctx context.Context, req *request, at Progress) result {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	said, done := make(chan reply, 1), make(chan result, 1)
	go func() {
		done <- p.here.answer(ctx, req, func(r reply) {
			select {
			case said <- r:
			case <-ctx.Done():
			}
		})
	}()
	patience := wall(req.Limits.Time)
	tick, stop := p.tick(patience / ticks)
	defer func() { stop() }()
	left := ticks
	for {
		select {
		case r := <-done:
			return r
		case r := <-said:
			if r.Step == stepPage {
				at(r.Page, r.Pages)
			}
			left = ticks
		case <-tick:
			if left--; left == 0 {
				return result{Failed: tooSlow(patience), Answer: Answer{Machine: true}}
			}
		case <-ctx.Done():
			return result{Failed: ctx.Err().Error()}
		}
	}
}
