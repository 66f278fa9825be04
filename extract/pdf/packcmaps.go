//go:build ignore

// Pack writes gb1.gz from Adobe's CMap resources for Adobe-GB1 (cmap-resources, BSD-3-Clause; in Debian's
// poppler-data):
//
//	go run packcmaps.go /usr/share/poppler/cMap/Adobe-GB1
//
// The format is read by predefined in cmap.go.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// names in order: a CMap stands behind the one it uses.
var names = []string{
	"UniGB-UTF32-H", "UniGB-UTF32-V",
	"GB-EUC-H", "GB-EUC-V", "GBpc-EUC-H", "GBpc-EUC-V", "GBK-EUC-H", "GBK-EUC-V", "GBKp-EUC-H", "GBKp-EUC-V",
	"GBK2K-H", "GBK2K-V", "GBT-EUC-H", "GBT-EUC-V", "GBTpc-EUC-H", "GBTpc-EUC-V", "GB-H", "GB-V", "GBT-H", "GBT-V",
}

func main() {
	if err := pack(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func pack(dir string) error {
	var b []byte
	put := func(n int) { b = binary.AppendUvarint(b, uint64(n)) }
	signed := func(n int) { b = binary.AppendVarint(b, int64(n)) }
	put(len(names))
	for _, name := range names {
		body, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		put(len(name))
		b = append(b, name...)
		base := ""
		if m := regexp.MustCompile(`/(\S+) usecmap`).FindSubmatch(body); m != nil {
			base = string(m[1])
		}
		put(len(base))
		b = append(b, base...)
		var spaces, ranges [][3]int // low, high, digits or CID
		kind := ""
		for _, line := range strings.Split(string(body), "\n") {
			f := strings.Fields(line)
			switch {
			case len(f) == 2 && strings.HasPrefix(f[1], "begin"):
				kind = f[1][5:]
			case len(f) == 1 && strings.HasPrefix(f[0], "end"):
				kind = ""
			case len(f) >= 2 && strings.HasPrefix(f[0], "<"):
				lo, err := strconv.ParseUint(strings.Trim(f[0], "<>"), 16, 32)
				if err != nil {
					return err
				}
				hi, cid := lo, f[1]
				if strings.HasSuffix(kind, "range") {
					if hi, err = strconv.ParseUint(strings.Trim(f[1], "<>"), 16, 32); err != nil {
						return err
					}
				}
				n := len(strings.Trim(f[0], "<>")) / 2
				switch kind {
				case "codespacerange":
					spaces = append(spaces, [3]int{int(lo), int(hi), n})
					continue
				case "cidrange":
					cid = f[2]
				case "cidchar":
				default:
					continue // notdef ranges
				}
				c, err := strconv.Atoi(cid)
				if err != nil {
					return err
				}
				ranges = append(ranges, [3]int{int(lo)<<3 | n, int(hi), c})
			}
		}
		put(len(spaces))
		for _, s := range spaces {
			put(s[2])
			put(s[0])
			put(s[1])
		}
		put(len(ranges))
		at, cid := 0, 0
		for _, r := range ranges {
			n, lo := r[0]&7, r[0]>>3
			put(n)
			signed(lo - at)
			put(r[1] - lo)
			signed(r[2] - cid)
			at, cid = r[1], r[2]+r[1]-lo
		}
	}
	var z bytes.Buffer
	w, _ := gzip.NewWriterLevel(&z, gzip.BestCompression)
	w.Write(b)
	if err := w.Close(); err != nil {
		return err
	}
	fmt.Println(len(b), "bytes, packed", z.Len())
	return os.WriteFile("gb1.gz", z.Bytes(), 0o644)
}
