package pdf

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"

	pdfium "github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/rogpeppe/go-internal/lockedfile"
	"github.com/tetratelabs/wazero"
	wasm "github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// A PDFium draws pages and repairs files. It runs as WebAssembly: no cgo, no access to files, a limit of memory.
// Before its first use it is compiled for the processor, which takes seconds; that is done once and kept, in a folder
// or in this process.
type PDFium struct {
	dir  string                  // what is compiled is kept here
	kept wazero.CompilationCache // else here; nil = it is in dir
	held pdfium.Pool             // keeps what is in kept

	faults atomic.Int64
}

// Faults is how often it could not be started, which no document is to blame for: what was read meanwhile says something
// of the machine.
func (p *PDFium) Faults() int64 { return p.faults.Load() }

const pdfiumPages = 256 << 20 >> 16 // of memory, 64 KiB each

// OpenPDFium makes PDFium ready. What is compiled is kept below the cache folder for all processes of this machine (a
// start then takes 0.1 s instead of 3 s), of which one compiles and the others wait for it. Without a folder, or
// where nothing can be written to it, it is kept in this process.
func OpenPDFium(ctx context.Context, cache string) (_ *PDFium, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("PDFium: %v", p)
		}
	}()
	if cache != "" {
		p := &PDFium{dir: filepath.Join(cache, "pdfium")}
		if p.compile(ctx) == nil {
			return p, nil
		}
	}
	p := &PDFium{kept: wazero.NewCompilationCache()}
	// the pool outlives the document for which it is opened
	if p.held, _, err = p.pool(context.WithoutCancel(ctx)); err != nil {
		return nil, fmt.Errorf("PDFium: %w", err)
	}
	return p, nil
}

// compile has PDFium compiled into its folder, unless it lies there.
func (p *PDFium) compile(ctx context.Context) error {
	if err := os.MkdirAll(p.dir, 0o755); err != nil {
		return err
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(p.dir, "lock")).Lock()
	if err != nil {
		return err
	}
	defer unlock()
	pool, done, err := p.pool(ctx)
	if err != nil {
		return err
	}
	pool.Close()
	done()
	return nil
}

// Close lets go of what is kept in this process.
func (p *PDFium) Close() {
	if p.held != nil {
		p.held.Close()
		p.kept.Close(context.Background())
	}
}

// pool starts PDFium under a context whose end ends all that it does.
func (p *PDFium) pool(ctx context.Context) (pool pdfium.Pool, done func(), err error) {
	conf := wazero.NewRuntimeConfig().
		WithCoreFeatures(wasm.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(pdfiumPages).
		WithCloseOnContextDone(true)
	done = func() {}
	switch {
	case p.kept != nil:
		conf = conf.WithCompilationCache(p.kept)
	case p.dir != "":
		if os.MkdirAll(p.dir, 0o755) != nil {
			break
		}
		if c, err := wazero.NewCompilationCacheWithDir(p.dir); err == nil {
			done = func() { c.Close(ctx) }
			conf = conf.WithCompilationCache(c)
		}
	}
	pool, err = webassembly.Init(webassembly.Config{Context: ctx, MinIdle: 0, MaxIdle: 1, MaxTotal: 1,
		RuntimeConfig: conf, FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard})
	if err != nil {
		done()
		return nil, nil, err
	}
	return pool, done, nil
}

// withPDFium starts PDFium for one use.
func withPDFium(ctx context.Context, o Options, use func(pdfium.Pdfium) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("PDFium: %v", p)
		}
	}()
	p := &PDFium{}
	if o.Cache != "" {
		p.dir = filepath.Join(o.Cache, "pdfium")
	}
	if o.PDFium != nil {
		if p, err = o.PDFium(ctx); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	started := false
	defer func() {
		if !started {
			p.faults.Add(1)
		}
	}()
	pool, done, err := p.pool(ctx)
	if err != nil {
		return fmt.Errorf("PDFium: %w", err)
	}
	defer done()
	defer pool.Close()
	instance, err := pool.GetInstanceWithContext(ctx)
	if err != nil {
		return fmt.Errorf("PDFium: %w", err)
	}
	defer instance.Close()
	started = true
	return use(instance)
}
