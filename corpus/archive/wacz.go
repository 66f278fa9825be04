package archive

import (
	"archive/zip"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// Source of the format: https://specs.webrecorder.net/wacz/1.1.1/: a zip file with WARC files in archive/, indexes, and
// datapackage.json, which holds the digest of each. A collection holds other WACZ files.

const (
	mostPackage = 16 << 20 // bytes of datapackage.json
	mostNested  = 2        // of WACZ files within WACZ files
	mostSpool   = 64 << 30 // bytes of a file that must be decompressed first
)

// A dataPackage is what is needed of datapackage.json.
type dataPackage struct {
	Resources []struct {
		Path  string `json:"path"`
		Hash  string `json:"hash"`
		Bytes int64  `json:"bytes"`
	} `json:"resources"`
}

// wacz takes over the WARC files of a WACZ file, those whose digests are right. One without digests is told.
func (m *Import) wacz(ctx context.Context, f io.ReaderAt, size int64, name string, depth int) error {
	z, err := zip.NewReader(f, size)
	if err != nil {
		m.left(name, err.Error())
		return nil
	}
	hashes, err := packageOf(z)
	if err != nil {
		m.left(name, "datapackage.json: "+err.Error()+"; its digests prove nothing")
	}
	var files []*zip.File
	held := map[string]bool{}
	for _, x := range z.File {
		lower := strings.ToLower(x.Name)
		if !strings.HasSuffix(lower, "/") && isWARC(lower) {
			files = append(files, x)
		}
		held[x.Name] = true
	}
	for _, at := range sortedKeys(hashes) {
		if !held[at] && isWARC(at) {
			m.left(name+"!"+at, "datapackage.json names it, and it is not there")
		}
	}
	if len(files) == 0 {
		m.left(name, "a zip file without WARC files; documents in zip files are imported as files of a folder")
		return nil
	}
	slices.SortStableFunc(files, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	for _, x := range files {
		place := name + "!" + x.Name
		inner, n, done, err := openZipped(x, f, size)
		if err != nil {
			m.left(place, err.Error())
			continue
		}
		err = m.waczFile(ctx, inner, n, place, hashes[x.Name], hashes != nil, depth)
		done()
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *Import) waczFile(ctx context.Context, f io.ReaderAt, n int64, place, hash string, listed bool, depth int) error {
	switch {
	case hash != "":
		algorithm, want, _ := strings.Cut(hash, ":")
		h := hashOf(algorithm)
		if h == nil {
			m.left(place, fmt.Sprintf("its digest %.20q is of a kind that is not known", hash))
			return nil
		}
		if _, err := io.Copy(h, io.NewSectionReader(f, 0, n)); err != nil {
			m.left(place, err.Error())
			return nil
		}
		if !sameDigest(want, h.Sum(nil)) {
			m.left(place, fmt.Sprintf("it has not the digest that datapackage.json gives it, but %s; none of it is taken "+
				"over (unzipped, its records can be imported one by one)", hex.EncodeToString(h.Sum(nil))))
			return nil
		}
	case listed:
		m.left(place, "datapackage.json does not name it; its records are taken over")
	}
	if strings.HasSuffix(strings.ToLower(place), ".wacz") {
		if depth >= mostNested {
			m.left(place, "a WACZ file in a WACZ file in a WACZ file")
			return nil
		}
		return m.wacz(ctx, f, n, place, depth+1)
	}
	return m.warc(ctx, f, n, place)
}

// packageOf reads the digests of datapackage.json, by paths; nil where there is none.
func packageOf(z *zip.Reader) (map[string]string, error) {
	f, err := z.Open("datapackage.json")
	if err != nil {
		return nil, fmt.Errorf("there is none")
	}
	defer f.Close()
	b, err := readAllLimited(f, mostPackage)
	if err != nil {
		return nil, err
	}
	var p dataPackage
	if err := json.Unmarshal(b, &p); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, r := range p.Resources {
		out[path.Clean(r.Path)] = r.Hash
	}
	return out, nil
}

// openZipped gives a file of a zip file to read from any place of it: it lies there as it is, or is decompressed to a file that
// goes when it is done.
func openZipped(x *zip.File, f io.ReaderAt, size int64) (io.ReaderAt, int64, func(), error) {
	if x.Method == zip.Store {
		at, err := x.DataOffset()
		n := int64(x.UncompressedSize64)
		if err != nil || n < 0 || at+n > size {
			return nil, 0, nil, fmt.Errorf("it does not lie where the zip file says (%v)", err)
		}
		return io.NewSectionReader(f, at, n), n, func() {}, nil
	}
	r, err := x.Open()
	if err != nil {
		return nil, 0, nil, err
	}
	defer r.Close()
	most := int64(min(x.CompressedSize64, mostSpool/bombRatio))*bombRatio + 1<<20
	t, err := os.CreateTemp("", "gongkai-wacz-*")
	if err != nil {
		return nil, 0, nil, err
	}
	os.Remove(t.Name()) // where a file that is open may go, it goes however this ends
	done := func() {
		t.Close()
		os.Remove(t.Name())
	}
	n, err := io.Copy(t, io.LimitReader(r, most+1))
	if err == nil && n > most {
		err = fmt.Errorf("%d bytes decompress to more than %d", x.CompressedSize64, most)
	}
	if err != nil {
		done()
		return nil, 0, nil, err
	}
	return t, n, done, nil
}
