package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/loopback"
)

// hashes gives the hash of each file below a folder.
func hashes(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		out[filepath.ToSlash(rel)] = fmt.Sprintf("%x", sha256.Sum256(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// kept are the files of an archive that hold bodies and segments.
func keptIn(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	for name := range hashes(t, dir) {
		if strings.HasPrefix(name, "blobs/") || strings.HasPrefix(name, "visits/") {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// bodyOf is the hash of the document at an address.
func bodyOf(t *testing.T, at place, address string) (sum string) {
	t.Helper()
	l, err := ledger.Open(context.Background(), at.db(), true)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	err = l.Documents(context.Background(), "", func(d ledger.Document) error {
		if d.URL == address {
			sum = d.SHA256
		}
		return nil
	})
	if err != nil || sum == "" {
		t.Fatalf("%s is no document: %v", address, err)
	}
	return sum
}

// TestHealed: a crawl's archive is damaged: bits are turned in bodies and segments, and files removed. check tells each,
// repair heals all but what no server has any more, and tells each once; the ledger is deleted and made anew from the
// archive, and the dataset is the same, byte by byte, but for the document that was lost: that has a row that says why.
func TestHealed(t *testing.T) {
	if testing.Short() {
		t.Skip("it crawls and reads; not with -short")
	}
	ctx, dir := context.Background(), t.TempDir()
	all := []*loopback.Site{loopback.TRS(), loopback.Hanweb(), loopback.VSB()}
	portals := sites(t, dir, all...)
	work := filepath.Join(dir, "w")
	var said bytes.Buffer
	std := streams{strings.NewReader(""), &said, &said}
	polite := conduct{Pace: time.Millisecond, Pages: 3000, Megabytes: 100, Workers: 3, Slice: time.Minute, Lease: 10 * time.Second,
		AllowPrivate: true}
	lists := list{Portals: []string{portals}, Only: true}
	at := place{Work: work}
	crawl := func(c crawlCmd) error {
		said.Reset()
		c.place, c.list, c.conduct, c.Quiet, c.Patience, c.Lang = at, lists, polite, true, time.Minute, "en"
		return c.Run(ctx, std)
	}
	for range 3 {
		if err := crawl(crawlCmd{}); err != nil {
			t.Fatalf("%v\n%s", err, said.String())
		}
	}
	read := func(name string) map[string]string {
		said.Reset()
		out := filepath.Join(dir, name)
		r := runCmd{list: lists, From: work, Out: out, manner: manner{Quiet: true}, NoWords: true}
		r.bounds = bounds{Limit: 10 * time.Second, Memory: 512, OCR: "none", Cache: filepath.Join(dir, "cache")}
		if err := r.Run(ctx, std); err != nil && !errors.Is(err, errPartly) {
			t.Fatalf("%v\n%s", err, said.String())
		}
		return hashes(t, out)
	}
	before := read("before")
	check := func() (lines []string) {
		said.Reset()
		c := archiveCheckCmd{place: at}
		if err := c.Run(ctx, std); err != nil && !errors.Is(err, errPartly) {
			t.Fatalf("%v\n%s", err, said.String())
		}
		for _, l := range strings.Split(said.String(), "\n") {
			if strings.HasPrefix(l, "blobs/") || strings.HasPrefix(l, "visits/") || strings.HasPrefix(l, "lost/") {
				lines = append(lines, l)
			}
		}
		return lines
	}
	if wrong := check(); len(wrong) > 0 {
		t.Fatalf("before anything is damaged: %q", wrong)
	}
	// a report that its server has no more, and its body in the archive
	archive := filepath.Join(work, "archive")
	gone := slices.Sorted(maps.Keys(all[0].Reports))[0]
	lost := bodyOf(t, at, all[0].URL+strings.TrimPrefix(gone, "/"))
	all[0].Remove(gone)
	rng := rand.New(rand.NewSource(3))
	names := keptIn(t, archive)
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	names = slices.DeleteFunc(names, func(n string) bool { return strings.HasSuffix(n, lost) })
	hit := []string{"blobs/sha256/" + lost[:2] + "/" + lost}
	if err := os.Remove(filepath.Join(archive, hit[0])); err != nil {
		t.Fatal(err)
	}
	segments := map[string]int{}
	for i, name := range names[:len(names)*2/3] {
		file := filepath.Join(archive, name)
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if up := filepath.Dir(name); strings.HasPrefix(name, "visits/") {
			if segments[up]++; segments[up] > 1 { // two in a row are beyond what copies heal
				continue
			}
		}
		hit = append(hit, name)
		if i%3 == 0 {
			err = os.Remove(file)
		} else {
			b[rng.Intn(len(b))] ^= 1 << rng.Intn(8)
			err = os.WriteFile(file, b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if wrong := check(); len(wrong) != len(hit) {
		t.Errorf("check tells %d faults, there are %d\n%s", len(wrong), len(hit), strings.Join(wrong, "\n"))
	}
	// the visits go on, whatever is damaged, and heal what they ask for
	if err := crawl(crawlCmd{}); err != nil {
		t.Fatalf("a visit over a damaged archive: %v\n%s", err, said.String())
	}
	repair := func() string {
		said.Reset()
		c := archiveRepairCmd{place: at, list: lists, conduct: polite}
		if err := c.Run(ctx, std); err != nil && !errors.Is(err, errPartly) {
			t.Fatalf("%v\n%s", err, said.String())
		}
		return said.String()
	}
	told := repair()
	told = "\n" + told
	if n := strings.Count(told, "\nlost: "); n != 1 || strings.Contains(told, "\nnot healed: ") || !strings.Contains(told, lost) {
		t.Errorf("one body is lost for good, %d are said to be\n%s", n, told)
	}
	if wrong := check(); len(wrong) > 0 {
		t.Errorf("after the repair: %q", wrong)
	}
	if again := repair(); again != "0 healed, 0 lost, 0 not healed\n" {
		t.Errorf("a second repair: %s", again)
	}
	said.Reset()
	s := statusCmd{place: at, list: lists, From: 2019, printing: printing{Format: "table"}}
	if err := s.Run(ctx, std); err != nil || !strings.Contains(said.String(), "what the archive kept of ") {
		t.Errorf("status does not say what is lost: %v\n%s", err, said.String())
	}
	repaired := read("repaired")
	if len(repaired) != len(before) {
		t.Errorf("%d files of the dataset, %d before", len(repaired), len(before))
	}
	// the ledger is lost
	for _, f := range []string{"ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"} {
		if err := os.Remove(filepath.Join(work, f)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	if err := crawl(crawlCmd{}); err == nil || !strings.Contains(err.Error(), "crawl --rebuild") {
		t.Errorf("a crawl beside a full archive without a ledger: %v", err)
	}
	if err := crawl(crawlCmd{Rebuild: true}); err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	rebuilt := read("rebuilt")
	for name, h := range repaired {
		if rebuilt[name] != h {
			t.Errorf("%s: the dataset of the rebuilt ledger is another", name)
		}
	}
	for _, s := range all {
		s.Forget()
	}
	if err := crawl(crawlCmd{ExitCode: true}); err != nil {
		t.Errorf("the crawl after it: %v\n%s", err, said.String())
	}
	if wrong := check(); len(wrong) > 0 {
		t.Errorf("in the end: %q", wrong)
	}
}
