package pdf

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// TestOpenPDFium: once it is made ready PDFium is used without a folder, by several at once; a folder that cannot be
// written to is no hindrance. What was compiled in a folder lies there for others.
func TestOpenPDFium(t *testing.T) {
	no := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(no, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	e, err := OpenPDFium(context.Background(), no)
	if err != nil {
		t.Fatal(err)
	}
	if e.held == nil {
		t.Error("it is not kept in this process")
	}
	body := onePage(helvetica(), "", text(100, 700, "(1)"))
	opened := 0
	o := Options{PDFium: func(context.Context) (*PDFium, error) { opened++; return e, nil }}
	for range 2 {
		if v, err := Look(context.Background(), body, 1, 36, o); err != nil || v.Picture == nil || v.DPI != 36 {
			t.Fatalf("%+v, %v", v, err)
		}
	}
	if opened != 2 {
		t.Errorf("it was asked for %d times", opened)
	}
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			same := Options{PDFium: func(context.Context) (*PDFium, error) { return e, nil }}
			if _, err := save(context.Background(), body, same); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	e.Close()

	dir := t.TempDir()
	if e, err = OpenPDFium(context.Background(), dir); err != nil || e.held != nil {
		t.Fatalf("%+v, %v", e, err)
	}
	e.Close()
	compiled, err := filepath.Glob(filepath.Join(dir, "pdfium", "wazero-*", "*"))
	if err != nil || len(compiled) != 1 {
		t.Errorf("compiled: %q, %v", compiled, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "pdfium", "lock")); err != nil {
		t.Error(err)
	}
}
