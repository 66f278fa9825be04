package tables_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/tables"
)

// The rows of a table, with the columns that the struct names; no other column is read.
func Example() {
	dir, remove := dataset()
	defer remove()

	d, err := tables.Open(dir)
	check(err)
	fmt.Println(d.Version, d.Rows["reports"], "reports")
	type report struct {
		Agency string `parquet:"agency,optional"`
		Cells  int32  `parquet:"cells"`
		Absent int32  `parquet:"absent"`
	}
	check(tables.Select(d, "reports", func(year int, r report) error {
		fmt.Println(year, r.Agency, r.Cells-r.Absent, "of", r.Cells, "cells found")
		return nil
	}))
	// Output:
	// example 2 reports
	// 2022 青岚市人民政府 200 of 200 cells found
	// 2023 青岚市人民政府 200 of 200 cells found
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
	for _, file := range []string{"qinglan/2022.txt", "qinglan/2023.txt"} {
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
