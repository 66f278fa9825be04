package release_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/release"
)

// A release and the names of its files. A second one of the same dataset writes nothing anew.
func ExampleWrite() {
	dir, remove := dataset()
	defer remove()

	d, err := output.Open(dir)
	check(err)
	forms, err := form.Load()
	check(err)
	to := filepath.Join(filepath.Dir(dir), "release")
	opts := release.Options{Forms: forms, Program: "example"}
	made, err := release.Write(context.Background(), d, to, opts)
	check(err)
	fmt.Println(made.Version, made.Reports, "report")
	files, err := os.ReadDir(to)
	check(err)
	for _, f := range files {
		fmt.Println(f.Name())
	}
	again, err := release.Write(context.Background(), d, to, opts)
	check(err)
	fmt.Println("again:", again.Written, "written")
	// Output:
	// 2023.1 1 report
	// .zenodo.json
	// CHANGES.md
	// CITATION.cff
	// README.md
	// SHA256SUMS
	// agreement.csv
	// citation.bib
	// citation.ris
	// codebook.html
	// codebook.json
	// codebook.md
	// codebook.zh.html
	// codebook.zh.md
	// croissant.json
	// csv
	// datacite.json
	// datapackage.json
	// gongkai.R
	// gongkai.py
	// parquet
	// release.json
	// stata
	// validation.md
	// xlsx
	// again: 0 written
}

// dataset writes a small dataset of reports under examples/ in a temporary folder.
func dataset() (dir string, remove func()) {
	forms, err := form.Load()
	check(err)
	parent, err := os.MkdirTemp("", "")
	check(err)
	dir = filepath.Join(parent, "dataset")
	w, err := output.Create(dir, forms, output.Info{ProgramVersion: "example"})
	check(err)
	for _, file := range []string{"qinglan/2023.txt"} {
		body, err := os.ReadFile("../../examples/" + file)
		check(err)
		doc, err := extract.Read(body, file)
		check(err)
		check(w.Write(output.Result{
			Document: output.Document{File: file, SHA256: doc.SHA256, MediaType: doc.MediaType, Bytes: doc.Bytes},
			Report:   normalize.Read(doc, forms)}))
	}
	check(w.Close())
	return dir, func() { os.RemoveAll(parent) }
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
