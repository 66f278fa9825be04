package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// ErrStalled says that a store began an answer, or to take a body, and went on no more.
var ErrStalled = errors.New("the store has stopped in the middle of an object")

const (
	patience = 30 * time.Second // for the next bytes of a body, in either way
	progress = 4 << 10          // bytes that count as such; fewer are waited for together
	attempts = 3                // at a body that stalls or is cut off
)

// A patient transport ends requests of which nothing moves: how long a body takes is a matter of its length, how long none
// of its bytes come is not. Who asks need not set a deadline of his own, and what he gets for an answer ends at some time.
type patient struct {
	http.RoundTripper
	patience time.Duration
}

func (p *patient) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	r = r.Clone(ctx)
	if r.Body != nil && r.Body != http.NoBody {
		up := p.watch(r.Body, cancel)
		up.sends = true
		r.Body = up
	}
	resp, err := p.RoundTripper.RoundTrip(r)
	if err != nil {
		if errors.Is(context.Cause(ctx), ErrStalled) {
			err = context.Cause(ctx)
		}
		cancel(nil)
		return nil, err
	}
	down := p.watch(resp.Body, cancel)
	down.ctx, down.last = ctx, true
	resp.Body = down
	return resp, nil
}

func (p *patient) watch(body io.ReadCloser, cancel context.CancelCauseFunc) *watched {
	w := &watched{body: body, patience: p.patience, left: p.patience, cancel: cancel}
	w.timer = time.AfterFunc(p.patience, func() { cancel(fmt.Errorf("%w: no %d bytes more in %s", ErrStalled, progress, p.patience)) })
	w.timer.Stop()
	return w
}

// A watched body is one of which bytes must come. Of one that is received the time counts for which its reader waits; of
// one that is sent, that from one time on at which it is asked for bytes to the next.
type watched struct {
	body     io.ReadCloser
	ctx      context.Context // of what is received
	cancel   context.CancelCauseFunc
	timer    *time.Timer
	patience time.Duration
	left     time.Duration // of it, for those that are awaited
	came     int           // since it was whole
	sends    bool
	last     bool // with it ends the request
}

func (w *watched) Read(p []byte) (int, error) {
	if w.sends {
		w.timer.Stop()
		n, err := w.body.Read(p)
		if err == nil { // at the end what is waited for is the answer, which has its own bound
			w.timer.Reset(w.patience)
		}
		return n, err
	}
	began := time.Now()
	w.timer.Reset(w.left)
	n, err := w.body.Read(p)
	w.timer.Stop()
	w.left -= time.Since(began)
	if w.came += n; w.came >= progress {
		w.came, w.left = 0, w.patience
	}
	w.left = max(w.left, 0)
	if err != nil && err != io.EOF && errors.Is(context.Cause(w.ctx), ErrStalled) {
		err = context.Cause(w.ctx)
	}
	return n, err
}

func (w *watched) Close() error {
	w.timer.Stop()
	err := w.body.Close()
	if w.last {
		w.cancel(nil)
	}
	return err
}
