package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// An entry is a file or a folder that is packed.
type entry struct {
	name  string // with slashes; a folder ends with one
	body  []byte
	mode  int64 // 0 = 0644, 0755 for a folder
	owner int
}

// archive packs a program with its papers: a zip for Windows, else a tar.gz. All lies in one folder.
func (r *release) archive(t target, program string, papers []entry) (name string, err error) {
	folder := fmt.Sprintf("gongkai_%s_%s", r.version, t)
	body, err := os.ReadFile(program)
	if err != nil {
		return "", err
	}
	all := append([]entry{{name: filepath.Base(program), body: body, mode: 0o755}}, papers...)
	for i := range all {
		all[i].name = path.Join(folder, all[i].name)
	}
	var b bytes.Buffer
	if t.system == "windows" {
		name = folder + ".zip"
		err = zipped(&b, all, r.date)
	} else {
		name = folder + ".tar.gz"
		err = gzipped(&b, all, r.date, r.level)
	}
	if err != nil {
		return "", err
	}
	return name, os.WriteFile(filepath.Join(r.out, name), b.Bytes(), 0o644)
}

// tarred writes a tar of nobody's files.
func tarred(w io.Writer, all []entry, date time.Time) error {
	t := tar.NewWriter(w)
	for _, e := range all {
		h := &tar.Header{Name: e.name, Mode: e.mode, Size: int64(len(e.body)), ModTime: date,
			Uid: e.owner, Gid: e.owner, Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}
		if strings.HasSuffix(e.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if e.mode == 0 {
			h.Mode = 0o644
			if h.Typeflag == tar.TypeDir {
				h.Mode = 0o755
			}
		}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if _, err := t.Write(e.body); err != nil {
			return err
		}
	}
	return t.Close()
}

// gzipped writes a tar.gz whose own header says nothing of time and place.
func gzipped(w io.Writer, all []entry, date time.Time, level int) error {
	z, err := gzip.NewWriterLevel(w, level)
	if err != nil {
		return err
	}
	if err := tarred(z, all, date); err != nil {
		return err
	}
	return z.Close()
}

func zipped(w io.Writer, all []entry, date time.Time) error {
	z := zip.NewWriter(w)
	for _, e := range all {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: date}
		h.SetMode(0o644)
		if e.mode != 0 {
			h.SetMode(os.FileMode(e.mode))
		}
		f, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := f.Write(e.body); err != nil {
			return err
		}
	}
	return z.Close()
}
