package main

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus/held"
)

// scratchName begins the name of the folder in which a process has what it keeps for a while.
const scratchName = "gongkai-tmp-"

// scratch gives this process, and all that it starts, a folder of its own for what is kept for a while (TMPDIR): profiles
// of LibreOffice and Chromium, pictures for tesseract, parts of releases. What it returns removes it. The process holds
// the folder, so that the next one can tell what one that was killed left: that is removed here.
func scratch() (tidy func()) {
	base := os.TempDir()
	for _, dir := range held.Leftovers(filepath.Join(base, scratchName+"*")) {
		held.Remove(dir) // what cannot be removed is another user's
	}
	removeUnnamed(base, time.Now())
	dir, release, err := held.Make(base, scratchName)
	if err != nil {
		return func() {} // whoever needs such a folder will say what is wrong with it
	}
	os.Setenv(tempVariable, dir)
	return func() {
		os.Setenv(tempVariable, base)
		os.RemoveAll(dir)
		release()
	}
}

// removeUnnamed removes what versions that held nothing left there: older than a day, and named in the command line of no
// program that runs. Where that cannot be seen it stays.
func removeUnnamed(base string, now time.Time) {
	var old []string
	for _, pattern := range []string{"gongkai-office-*", "gongkai-ocr-*", "chromedp-runner*"} {
		found, err := filepath.Glob(filepath.Join(base, pattern))
		if err != nil {
			continue
		}
		for _, dir := range found {
			if info, err := os.Lstat(dir); err == nil && info.IsDir() && now.Sub(info.ModTime()) > 24*time.Hour {
				old = append(old, dir)
			}
		}
	}
	if len(old) == 0 {
		return
	}
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(lines) == 0 {
		return
	}
	var running strings.Builder
	for _, f := range lines {
		if b, err := os.ReadFile(f); err == nil {
			running.Write(b)
		}
	}
	for _, dir := range old {
		if !strings.Contains(running.String(), dir) {
			os.RemoveAll(dir)
		}
	}
}
