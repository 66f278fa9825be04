package main

import (
	"fmt"
	"testing"
)

// TestRack: a rack gives what was put, nothing for what was not, in any order; one that is damaged anywhere is none.
func TestRack(t *testing.T) {
	m, err := newRack()
	if err != nil {
		t.Fatal(err)
	}
	const n = 40 * packSize // more packs than are held open
	for i := range n {
		m.put(fmt.Sprint("key ", i), fmt.Appendf(nil, "record %d", i))
	}
	b := m.bytes("rack\n")
	s := openRack("rack\n", b)
	if s == nil {
		t.Fatal("not opened")
	}
	for i := range n {
		k := i * 997 % n
		if got := string(s.get(fmt.Sprint("key ", k))); got != fmt.Sprint("record ", k) {
			t.Fatalf("%d: %q", k, got)
		}
	}
	if s.get("key") != nil {
		t.Error("a record that was not put")
	}
	if openRack("other\n", b) != nil {
		t.Error("of another name")
	}
	for _, at := range []int{5, 40, len(b) / 2, len(b) - 1} {
		bad := append([]byte(nil), b...)
		bad[at] ^= 1
		if openRack("rack\n", bad) != nil || openRack("rack\n", b[:at]) != nil {
			t.Errorf("damaged at %d, and opened", at)
		}
	}
}
