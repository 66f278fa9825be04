package fingerprint_test

import (
	"fmt"

	"github.com/gongkai/gongkai/cmd/gongkai/fingerprint"
)

// A page without pictures is read alike by machines with and without an engine for scans.
func ExampleMachine_Reader() {
	with, without := fingerprint.With("", "paddle"), fingerprint.With("", "")
	page, scan, part := []string{"text/html"}, []string{"image/png"}, fingerprint.Part{Pictures: true, OCR: true}
	fmt.Println(with.Reader(page, fingerprint.Part{}) == without.Reader(page, fingerprint.Part{}))
	fmt.Println(with.Reader(scan, part) == without.Reader(scan, part))
	// Output:
	// true
	// false
}
