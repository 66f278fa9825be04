package main

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	markdownLink = regexp.MustCompile(`\]\(([^)\s]+)(?:\s+"[^"]*")?\)`)
	heading      = regexp.MustCompile(`(?m)^#+\s+(.+?)\s*$`)
	code         = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")
	anchorOut    = regexp.MustCompile(`[^\p{L}\p{N}\s_-]`)
)

// TestLinks: what the documents point to within the repository is there, headings too.
func TestLinks(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	err = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".md") {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range markdownLink.FindAllStringSubmatch(code.ReplaceAllString(string(body), ""), -1) {
			u, err := url.Parse(m[1])
			if err != nil {
				t.Errorf("%s: %q: %v", rel, m[1], err)
				continue
			}
			if u.Scheme != "" || u.Host != "" {
				continue
			}
			links++
			to := path
			if u.Path != "" {
				to = filepath.Join(filepath.Dir(path), filepath.FromSlash(u.Path))
			}
			target, err := os.Stat(to)
			if err != nil {
				t.Errorf("%s points to %s, which is not there", rel, m[1])
				continue
			}
			if u.Fragment != "" && !target.IsDir() && !hasHeading(t, to, u.Fragment) {
				t.Errorf("%s points to %s, where there is no such heading", rel, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if links < 50 {
		t.Errorf("only %d links were looked at", links)
	}
}

// hasHeading looks for the heading that an anchor names, written as code hosts write it.
func hasHeading(t *testing.T, file, anchor string) bool {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range heading.FindAllStringSubmatch(string(body), -1) {
		words := anchorOut.ReplaceAllString(strings.ToLower(m[1]), "")
		if strings.ReplaceAll(words, " ", "-") == anchor {
			return true
		}
	}
	return false
}
