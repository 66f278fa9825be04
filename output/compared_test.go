package output

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gongkai/gongkai/normalize/form"
)

// TestCompared: what is kept of comparisons is taken, and changes no byte; where it is damaged, of another program, or not
// to be taken, all is compared anew.
func TestCompared(t *testing.T) {
	heads, again := several(t)
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	write := func(memory map[string][]byte, n int, print string, fresh bool) string {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "ds")
		w, err := Create(dir, forms, Info{ProgramVersion: "test", Print: print, Fresh: fresh,
			Recall:   func(name string) []byte { return memory[name] },
			Remember: func(name string, b []byte) { memory[name] = slices.Clone(b) }})
		if err != nil {
			t.Fatal(err)
		}
		for i := range heads[:n] {
			w.Keep(heads[i](w), again[i])
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return bytesOf(t, dir)["/reuse/year=2022/part-0.parquet"]
	}
	all := len(heads)
	memory := map[string][]byte{}
	want := write(memory, all, "a", false)
	object := memory["reuse-2022"]
	if len(memory) != 2 || len(object) < 100*queued {
		t.Fatalf("%d objects, one of %d bytes", len(memory), len(object))
	}
	if got := write(memory, all, "a", false); got != want || string(memory["reuse-2022"]) != string(object) {
		t.Error("what is kept gives other bytes")
	}
	some := maps.Clone(memory)
	if got := write(some, all-queued, "a", false); got != write(map[string][]byte{}, all-queued, "a", false) {
		t.Error("what is kept of more reports gives other bytes")
	}
	if len(some["reuse-2022"]) >= len(object) {
		t.Error("what nobody asked for is kept")
	}
	if got := write(some, all, "a", false); got != want || string(some["reuse-2022"]) != string(object) {
		t.Error("what is kept of fewer reports gives other bytes")
	}

	// one that says something else, and is whole
	lie := slices.Clone(object)
	begin := len(comparedMagic) + 2*sha256.Size
	binary.LittleEndian.PutUint64(lie[begin+halfName+4+halfName:], math.Float64bits(0.987))
	sum := sha256.Sum256(lie[len(comparedMagic)+sha256.Size:])
	copy(lie[len(comparedMagic):], sum[:])
	lies := func() map[string][]byte { return map[string][]byte{"reuse-2022": slices.Clone(lie)} }
	if write(lies(), all, "a", false) == want {
		t.Error("what is kept is not taken")
	}
	if write(lies(), all, "a", true) != want {
		t.Error("it is taken though all is to be made anew")
	}
	if write(lies(), all, "b", false) != want {
		t.Error("it is taken though another program kept it")
	}
	for _, at := range []int{0, len(comparedMagic), begin - 1, begin, begin + halfName, len(lie) - 1} {
		damaged := lies()
		damaged["reuse-2022"][at] ^= 1
		short := lies()
		short["reuse-2022"] = short["reuse-2022"][:at]
		if write(damaged, all, "a", false) != want || write(short, all, "a", false) != want {
			t.Errorf("what is damaged at %d is taken", at)
		}
	}
}
