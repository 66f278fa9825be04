package main

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/ledger"
)

// importKills is how often TestKillImport kills an import: 50 with GONGKAI_LONG=1.
func importKills() int {
	if longRun {
		return 50
	}
	return 5
}

// TestKillImport kills an import with SIGKILL at random moments and makes it again: in the end the archive holds each
// answer once, the ledger each document once, as of an import that was not killed, and no parts of files lie about.
func TestKillImport(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds the program and kills it; not with -short")
	}
	bin := program(t)
	dir := t.TempDir()
	const pages = 60
	var files []string
	for n := range 3 { // the third has the answers of the first anew, and revisits of what stands in the second
		var records []any
		for i := range pages {
			f := foreign{kind: "response", url: fmt.Sprintf("http://www.yunxi.gov.cn/nb/%d/%d.html", n%2, i),
				date: fmt.Sprintf("2024-02-%02dT04:05:%02dZ", 1+n%2, i)}
			f.block = htmlAnswer(foreignPage(2000+i%24) + fmt.Sprintf("<!-- %d %d -->", n%2, i))
			if i%10 > 0 {
				f.block = htmlAnswer(fmt.Sprintf("<html><title>新闻 %d %d</title><p>今天的新闻</p></html>", n%2, i))
			}
			records = append(records, f)
			if n == 2 {
				f.kind, f.url, f.date = "revisit", fmt.Sprintf("http://www.yunxi.gov.cn/nb/1/%d.html", i), "2024-03-01T04:05:06Z"
				f.fields = fmt.Sprintf("WARC-Refers-To-Date: 2024-02-02T04:05:%02dZ\r\n", i)
				f.block = httpAnswer("", "")
				records = append(records, f)
			}
		}
		files = append(files, filepath.Join(dir, fmt.Sprintf("%d.wacz", n)))
		body := wacz(map[string][]byte{"archive/x.warc.gz": eachGz(records...)}, uint16(8*(n%2)), "")
		if err := os.WriteFile(files[n], body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	temp := filepath.Join(dir, "temp")
	if err := os.Mkdir(temp, 0o755); err != nil {
		t.Fatal(err)
	}
	command := func(work string) *exec.Cmd {
		cmd := exec.Command(bin, append([]string{"archive", "import", "--work", filepath.Join(dir, work)}, files...)...)
		cmd.Env = append(os.Environ(), "TMPDIR="+temp)
		return cmd
	}
	began := time.Now()
	if out, err := command("whole").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	took := time.Since(began)
	whole, want := importedState(t, filepath.Join(dir, "whole"))
	if want == 0 {
		t.Fatal("no documents")
	}
	same := func(killed int) {
		got, docs := importedState(t, filepath.Join(dir, "killed"))
		if got != whole || docs != want {
			t.Errorf("after %d kills: %d documents, want %d\n%s\nan import that was not killed:\n%s", killed, docs, want, got, whole)
		}
	}
	rng := rand.New(rand.NewSource(7))
	killed, ended := 0, 0
	for killed < importKills() {
		cmd := command("killed")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		select {
		case err := <-done: // the next begins anew
			if err != nil {
				t.Fatalf("the import after %d kills: %v", killed, err)
			}
			ended++
			same(killed)
			if err := os.RemoveAll(filepath.Join(dir, "killed")); err != nil {
				t.Fatal(err)
			}
		case <-time.After(time.Duration(rng.Int63n(int64(took)))):
			cmd.Process.Kill()
			<-done
			killed++
		}
	}
	if out, err := command("killed").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	same(killed)
	var parts []string
	for _, below := range []string{temp, filepath.Join(dir, "killed")} {
		filepath.WalkDir(below, func(p string, d os.DirEntry, err error) error {
			if name := d.Name(); err == nil && !d.IsDir() && (strings.Contains(name, "part") || below == temp) {
				parts = append(parts, p)
			}
			return err
		})
	}
	if len(parts) > 0 {
		t.Errorf("left lying: %q", parts)
	}
	t.Logf("killed %d times within %s, ended %d times; %d documents", killed, took.Round(time.Millisecond), ended+1, want)
}

// importedState writes what an import came to, in an order of its own: captures and documents.
func importedState(t *testing.T, work string) (state string, documents int) {
	t.Helper()
	ctx := context.Background()
	a, err := archive.Open(ctx, filepath.Join(work, "archive"))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var lines []string
	if err := a.Captures(ctx, "", func(c *archive.Capture) error {
		if c.SHA256 != "" {
			if _, err := a.Body(ctx, c.SHA256); err != nil {
				t.Error(err)
			}
		}
		lines = append(lines, fmt.Sprint(c.Time, c.URL, c.Result, c.SHA256, c.Visit, c.Key))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(ctx, filepath.Join(work, "ledger.sqlite"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.Check(ctx); err != nil {
		t.Error(err)
	}
	if err := l.Documents(ctx, "", func(d ledger.Document) error {
		documents++
		lines = append(lines, fmt.Sprint(d))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	events, err := l.Events(ctx, 10000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		lines = append(lines, fmt.Sprint(e))
	}
	set := map[string][]byte{}
	for _, s := range lines {
		if _, twice := set[s]; twice {
			t.Errorf("twice: %s", s)
		}
		set[s] = nil
	}
	return strings.Join(sortedNames(set), "\n"), documents
}
