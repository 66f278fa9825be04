//go:build ignore

// Trim writes frequencies.txt, and frequencies.gz of it: the words of gse's dictionary of simplified Chinese that are
// frequent enough for their length, with their frequencies and parts of speech. go generate ./normalize/words runs it.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func main() {
	two := flag.Int("two", 5, "frequency below which words of two characters are left out")
	three := flag.Int("three", 20, "of three")
	more := flag.Int("more", 50, "of more")
	out := flag.String("out", "frequencies.txt", "file to write; beside it a compressed one, .gz")
	flag.Parse()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}} {{.Version}}", "github.com/go-ego/gse").Output()
	if err != nil {
		log.Fatal(err)
	}
	root, version, _ := strings.Cut(strings.TrimSpace(string(dir)), " ")
	f, err := os.Open(root + "/data/dict/zh/s_1.txt")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	type word struct {
		text, tag string
		n         int
	}
	var words []word
	seen := map[string]bool{}
	for s := bufio.NewScanner(f); s.Scan(); {
		x := strings.Fields(s.Text())
		if len(x) != 3 || seen[x[0]] {
			continue
		}
		n, err := strconv.Atoi(x[1])
		runes := utf8.RuneCountInString(x[0])
		least := []int{0, 0, *two, *three, *more}[min(runes, 4)]
		if err != nil || n < least || runes > 8 ||
			strings.IndexFunc(x[0], func(r rune) bool { return !unicode.Is(unicode.Han, r) }) >= 0 {
			continue
		}
		seen[x[0]] = true
		words = append(words, word{x[0], x[2], n})
	}
	sort.Slice(words, func(i, j int) bool {
		return words[i].n > words[j].n || words[i].n == words[j].n && words[i].text < words[j].text
	})
	var text bytes.Buffer
	fmt.Fprintf(&text, "# %d words of the dictionary s_1.txt of go-ego/gse %s (Apache-2.0; its figures are those of "+
		"jieba's dictionary, MIT): all characters,\n# words of two characters that occur at least %d times in its "+
		"corpus, of three %d, of more %d. Word, times, part of speech. Written by trim.go.\n", len(words), version,
		*two, *three, *more)
	for _, x := range words {
		fmt.Fprintf(&text, "%s %d %s\n", x.text, x.n, x.tag)
	}
	var packed bytes.Buffer
	z, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if _, err := z.Write(text.Bytes()); err != nil {
		log.Fatal(err)
	}
	if err := z.Close(); err != nil {
		log.Fatal(err)
	}
	for name, b := range map[string][]byte{*out: text.Bytes(), strings.TrimSuffix(*out, ".txt") + ".gz": packed.Bytes()} {
		if err := os.WriteFile(name, b, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
