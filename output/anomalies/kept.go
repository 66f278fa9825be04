package anomalies

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/gongkai/gongkai/output/reading"
	"github.com/gongkai/gongkai/output/tables"
)

// What the rules take from a year's file of findings, claims or reuse is little of it, and so is what the anomalies found
// rest on in values. It is kept, each in a file of its own, under the hash of the dataset's file that it was taken from: a
// year that was not written anew is not read through again, and what its file says is what would be read. The numbers of all
// years and who reports are read each time, and the rules look at all of them: what a report's peers are worth changes with
// every one of them.

// A kept folder holds what was taken from the files of a dataset. Its zero value holds nothing.
type kept struct {
	dir   string
	reads atomic.Int64 // files that were read through
}

// A takenFile is what was taken from a file.
type takenFile[T any] struct {
	Schema, Of string // what the dataset's file is, see of
	Rows       []T
}

const keptMagic = "gongkai anomalies kept\n"

// place is where that of a file is kept, "" = nowhere.
func (k *kept) place(what string, f tables.File) string {
	if k.dir == "" {
		return ""
	}
	return filepath.Join(k.dir, fmt.Sprintf("%s-%d", what, f.Year))
}

// of names what is taken: the SHA-256 of a dataset's file, and which of its rows are wanted.
func (k *kept) of(f tables.File, wanted string) (string, error) {
	if k.dir == "" {
		return "", nil
	}
	sum, err := sumOf(f)
	return sum + " " + wanted, err
}

func sumOf(f tables.File) (string, error) {
	in, err := os.Open(f.Path)
	if err != nil {
		return "", err
	}
	defer in.Close()
	h := sha256.New()
	if _, err := io.Copy(h, in); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// taken gives what is kept of a file; ok is false where nothing is, or what there is is damaged or of another file: then
// there are no rows.
func taken[T any](k *kept, what string, f tables.File, of string) (rows []T, ok bool) {
	at := k.place(what, f)
	if at == "" {
		return nil, false
	}
	b, err := os.ReadFile(at)
	if err != nil {
		return nil, false // it is taken anew
	}
	rest, ok := strings.CutPrefix(string(b), keptMagic)
	if !ok || len(rest) < sha256.Size {
		return nil, false
	}
	if sum := sha256.Sum256([]byte(rest[sha256.Size:])); string(sum[:]) != rest[:sha256.Size] {
		return nil, false
	}
	var x takenFile[T]
	if err := reading.Decode(rest[sha256.Size:], &x); err != nil || x.Schema != reading.Schema[T]() || x.Of != of {
		return nil, false
	}
	return x.Rows, true
}

// keep keeps what was taken from a file, if that is still what it was before (of): another may lie in its place by now. That
// it cannot be kept is no error: it is taken again.
func keep[T any](k *kept, what, wanted string, f tables.File, of string, rows []T) {
	at := k.place(what, f)
	if at == "" || os.MkdirAll(k.dir, 0o755) != nil {
		return
	}
	if now, err := k.of(f, wanted); err != nil || now != of {
		return
	}
	body := reading.Append(nil, takenFile[T]{reading.Schema[T](), of, rows})
	sum := sha256.Sum256(body)
	part, err := os.CreateTemp(k.dir, ".part-*")
	if err != nil {
		return
	}
	defer os.Remove(part.Name()) // where it is not in its place by then
	_, err = part.Write(append(append([]byte(keptMagic), sum[:]...), body...))
	if e := part.Close(); err == nil && e == nil {
		_ = os.Rename(part.Name(), at)
	}
}

// pick hands over those rows of a table that are wanted, year by year; wanted may take away what is not. which says in words
// what is wanted: what was taken by other words is not taken over.
func pick[T any](ctx context.Context, p *numbers, table, which string, wanted func(*T) bool, each func(T) error) error {
	files, err := p.data.Files(table)
	if err != nil {
		return err
	}
	for _, f := range files {
		of, err := p.kept.of(f, which)
		if err != nil {
			return err
		}
		rows, ok := taken[T](&p.kept, table, f, of)
		if !ok {
			p.kept.reads.Add(1)
			if err := tables.Each(f, func(r T) error {
				if wanted(&r) {
					rows = append(rows, r)
				}
				return ctx.Err()
			}); err != nil {
				return err
			}
			keep(&p.kept, table, which, f, of, rows)
		}
		for _, r := range rows {
			if err := each(r); err != nil {
				return err
			}
		}
	}
	return nil
}
