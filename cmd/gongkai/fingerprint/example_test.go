package fingerprint_test

import (
	"fmt"

	"github.com/gongkai/gongkai/cmd/gongkai/fingerprint"
)

// A page without pictures is read alike by machines with and without an engine for scans.
func ExampleMachine_Reader() {
	with, without := fingerprint.Machine{OCR: "paddle"}, fingerprint.Machine{}
	page, scan := []string{"text/html"}, []string{"image/png"}
	fmt.Println(with.Reader(page, false) == without.Reader(page, false))
	fmt.Println(with.Reader(scan, true) == without.Reader(scan, true))
	// Output:
	// true
	// false
}
