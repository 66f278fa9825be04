package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"runtime/debug"
	"time"

	"golang.org/x/net/netutil"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/cmd/gongkai/originals"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/explore"
)

type serveCmd struct {
	Dataset  string   `arg:"" help:"Folder of a dataset."`
	Addr     string   `default:"127.0.0.1:8019" placeholder:"HOST:PORT" help:"${serve_addr}"`
	Host     []string `placeholder:"NAME" help:"${serve_host}"`
	Index    string   `placeholder:"DIR" help:"${serve_index}"`
	NoSearch bool     `help:"Make no index and no pack: the search finds authorities only."`
	Prepare  bool     `help:"Make index and pack, and end."`
	CORS     bool     `name:"cors" help:"${serve_cors}"`
	shown
	manner
}

// shown is where the documents of a dataset are, and how they are opened.
type shown struct {
	Documents string `placeholder:"DIR" default:"." help:"${serve_documents}"`
	From      string `placeholder:"DIR" help:"What gongkai crawl keeps: documents are looked for in its archive first."`
	Archive   string `placeholder:"URL" env:"GONGKAI_ARCHIVE" secret:"part" help:"${serve_archive}"`
	SiteURL   string `name:"site-url" placeholder:"URL" env:"GONGKAI_SITE_URL" help:"${serve_site_url}"`
	bounds
}

func (serveCmd) Help() string {
	return `Opens a local web page on a dataset: coverage by authority and year, reports with the evidence of every cell, comparisons, anomalies,
search, and the same as JSON under /api (described by /api/openapi.json). In Chinese and English. It only reads, and listens on the
loopback unless told otherwise. A new dataset in the place of the one that is shown (gongkai run, gongkai update) is shown within
seconds, without a restart.

The first time, an index of the search is made in the background; anomalies are looked for where nobody has (gongkai anomalies --write).

Example:  gongkai serve dataset`
}

// findUpTo is how many reports a dataset may have for anomalies to be looked for on the way: each takes some 10 KB
// meanwhile.
const findUpTo = 20_000

// packFrom is from how many reports on a dataset is packed for many readers.
const packFrom = 2000

func (c *serveCmd) Run(ctx context.Context, std streams) error {
	begin := time.Now()
	// what is held of a dataset (of 100,000 reports some 170 MB) stays, and answers need little: collecting often keeps
	// the whole small
	debug.SetGCPercent(40)
	debug.SetMemoryLimit(350 << 20)
	if c.Prepare {
		return c.prepare(ctx, std)
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return err
	}
	defer l.Close()
	shown := &shelf{dir: c.Dataset, log: teller(std.err), open: func(ctx context.Context) (*explore.Explorer, func(), error) {
		return c.open(ctx, std, c.Dataset, c.index(), explore.Options{CORS: c.CORS})
	}}
	if err := shown.begin(ctx); err != nil {
		return err
	}
	defer shown.end()
	s := newServer(ctx, c.guard(shown, l.Addr()))
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(netutil.LimitListener(l, mostConnections)) }()
	at := "http://" + l.Addr().String() + "/"
	if err := c.result(std, map[string]string{"dataset": c.Dataset, "url": at}, func(w io.Writer) {
		fmt.Fprintf(w, say("%s, open after %.1f s: %s\n", "%s，用时 %.1f 秒，请访问：%s\n"), shown.describe(), time.Since(begin).Seconds(), at)
	}); err != nil {
		return err
	}
	looking, stop := context.WithCancel(ctx)
	looked := make(chan struct{})
	go func() {
		defer close(looked)
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		shown.keep(looking, tick.C)
	}()
	defer func() { stop(); <-looked }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := s.Shutdown(last); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// prepare makes what the explorer keeps beside a dataset.
func (c *serveCmd) prepare(ctx context.Context, std streams) error {
	if c.index() == "" {
		return errors.New("--prepare: there is no folder for index and pack; name one with --index, without --no-search")
	}
	e, done, err := c.open(ctx, std, c.Dataset, c.index(), explore.Options{CORS: c.CORS})
	if err != nil {
		return err
	}
	defer done()
	if err := e.Wait(); err != nil {
		return err
	}
	return c.result(std, map[string]any{"dataset": c.Dataset, "reports": e.Reports()}, func(w io.Writer) {
		fmt.Fprintf(w, say("%s ready to be shown\n", "%s已可浏览\n"), number(e.Reports(), "report", "reports", "份报告"))
	})
}

// answerTime is how long an answer that is made may take to be sent: nobody holds a connection by reading slowly.
const answerTime = 2 * time.Minute

func newServer(ctx context.Context, h http.Handler) *http.Server {
	return &http.Server{Handler: sentWithin(answerTime, h), ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx }}
}

// sentWithin bounds the time to send an answer, from its first byte on. A WriteTimeout of the server would count from
// the request on, and cut off a document that the machine is slow to show: how long that may take, the child processes
// decide alone.
func sentWithin(d time.Duration, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &answer{ResponseWriter: w, within: d}
		defer a.begin() // one without a body is sent when the handler ends
		h.ServeHTTP(a, r)
	})
}

// An answer sets the deadline of its connection when it begins to be sent.
type answer struct {
	http.ResponseWriter
	within time.Duration
	begun  bool
}

func (a *answer) begin() {
	if !a.begun {
		a.begun = true
		// a connection that knows no deadline has none to be cut off by
		_ = http.NewResponseController(a.ResponseWriter).SetWriteDeadline(time.Now().Add(a.within))
	}
}

func (a *answer) WriteHeader(status int) { a.begin(); a.ResponseWriter.WriteHeader(status) }

func (a *answer) Write(b []byte) (int, error) { a.begin(); return a.ResponseWriter.Write(b) }

// Unwrap lets http.ResponseController find what is below.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// mostConnections is how many readers are let in at the same time; others wait.
const mostConnections = 1000

// guard refuses requests to foreign names. On an address that is not the loopback, and without --host, any name is
// right.
func (c *serveCmd) guard(e http.Handler, at net.Addr) http.Handler {
	if tcp, ok := at.(*net.TCPAddr); ok && !tcp.IP.IsLoopback() && len(c.Host) == 0 {
		return e
	}
	return explore.Guard(e, c.Host...)
}

func (c *serveCmd) index() string {
	switch {
	case c.NoSearch:
		return ""
	case c.Index != "":
		return c.Index
	case c.limits().Cache == "": // a machine without a cache folder: nothing is written where nobody looks for it
		return ""
	}
	return filepath.Join(c.limits().Cache, "search")
}

// open opens an explorer on a dataset; of opts, Static and CORS are the command's.
func (s *shown) open(ctx context.Context, std streams, dataset, index string, opts explore.Options) (
	*explore.Explorer, func(), error) {
	d, err := output.Open(dataset)
	if err != nil {
		return nil, nil, err
	}
	forms, err := form.Load()
	if err != nil {
		return nil, nil, err
	}
	where := s.Archive
	if where == "" && s.From != "" {
		where = place{Work: s.From}.archive()
	}
	var a *archive.Archive
	if where != "" {
		if a, err = (place{Archive: where}).existing(ctx); err != nil {
			return nil, nil, err
		}
	}
	at, err := explore.SiteURL(s.SiteURL)
	if err != nil {
		return nil, nil, fmt.Errorf("--site-url: %w", err)
	}
	docs := originals.New(s.Documents, a, child.Open(s.limits(), forms))
	opts.Forms, opts.Program, opts.Documents, opts.Index = forms, version(), docs, index
	opts.FindUpTo, opts.PackFrom, opts.SiteURL, opts.Log = findUpTo, packFrom, at, teller(std.err)
	e, err := explore.Open(ctx, d, opts)
	if err != nil {
		docs.Close()
		return nil, nil, fmt.Errorf("%s: %w", dataset, err)
	}
	return e, func() { e.Close(); docs.Close() }, nil
}

// teller writes a line at a time.
func teller(w io.Writer) func(string, ...any) {
	return func(format string, args ...any) { fmt.Fprintf(w, "gongkai: "+format+"\n", args...) }
}
