package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
)

// nfpm makes the packages; it is run, not linked. Later versions need modules that not every proxy gives.
const nfpm = "github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.0"

// packages makes a deb and an rpm: the program, manual pages, completion, papers.
func (r *release) packages(ctx context.Context, t target, program string, papers []entry) ([]string, error) {
	dir := filepath.Join(r.work, t.String()+"_packages")
	type info struct {
		Mode int `json:"mode"`
	}
	type content struct {
		Source      string `json:"src"`
		Destination string `json:"dst"`
		Info        info   `json:"file_info"`
	}
	contents := []content{{program, "/usr/bin/gongkai", info{0o755}}}
	for _, e := range papers {
		to := "/usr/share/doc/gongkai/" + e.name
		switch folder, name := filepath.Split(e.name); {
		case folder == "man/":
			to = "/usr/share/man/man1/" + name
		case name == "gongkai.bash":
			to = "/usr/share/bash-completion/completions/gongkai"
		case name == "_gongkai":
			to = "/usr/share/zsh/vendor-completions/_gongkai"
		case name == "gongkai.fish":
			to = "/usr/share/fish/vendor_completions.d/gongkai.fish"
		case name == "LICENSE":
			to = "/usr/share/doc/gongkai/copyright"
		}
		from := filepath.Join(dir, filepath.FromSlash(e.name))
		if err := os.MkdirAll(filepath.Dir(from), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(from, e.body, 0o644); err != nil {
			return nil, err
		}
		contents = append(contents, content{from, to, info{0o644}})
	}
	// nfpm reads YAML, of which JSON is a part
	config, err := json.MarshalIndent(map[string]any{
		"name": "gongkai", "arch": t.arch, "platform": "linux", "version": r.version, "release": "1",
		"section":  "science",
		"priority": "optional", "maintainer": "gongkai <noreply@gongkai.invalid>", "license": "Apache-2.0",
		"homepage": "https://github.com/gongkai/gongkai", "mtime": r.date.Format("2006-01-02T15:04:05Z"),
		"description": "China's annual open-government-information reports as typed, proved records\n" +
			"gongkai finds the reports, reads them from HTML, PDF, Office files and scans, " +
			"proves the numbers\nby the identities of the form, and writes one dataset.",
		"depends": []string{}, "recommends": []string{"ca-certificates"},
		"overrides": map[string]any{
			"deb": map[string]any{"depends": []string{"libc6"}, "suggests": []string{"tesseract-ocr-chi-sim"}},
			"rpm": map[string]any{"depends": []string{"glibc"}},
		},
		"rpm": map[string]any{"buildhost": "localhost"}, "contents": contents,
	}, "", " ")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "nfpm.yaml")
	if err := os.WriteFile(file, config, 0o644); err != nil {
		return nil, err
	}
	var names []string
	for _, kind := range []string{"deb", "rpm"} {
		made := filepath.Join(dir, kind)
		if err := os.MkdirAll(made, 0o755); err != nil {
			return nil, err
		}
		env := []string{"SOURCE_DATE_EPOCH=" + strconv.FormatInt(r.date.Unix(), 10)}
		if _, err := r.command(ctx, env, "go", "run", nfpm, "package",
			"--config", file, "--packager", kind, "--target", made); err != nil {
			return nil, err
		}
		files, err := os.ReadDir(made)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			body, err := os.ReadFile(filepath.Join(made, f.Name()))
			if err != nil {
				return nil, err
			}
			if err := os.WriteFile(filepath.Join(r.out, f.Name()), body, 0o644); err != nil {
				return nil, err
			}
			names = append(names, f.Name())
		}
	}
	return names, nil
}
