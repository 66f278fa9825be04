package output_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
)

// One report becomes a dataset, which is opened and asked for a cell.
func Example() {
	forms, err := form.Load()
	check(err)
	body, err := os.ReadFile("../examples/yunqi/2023.html")
	check(err)
	doc, err := extract.Read(body, "2023.html")
	check(err)

	parent, err := os.MkdirTemp("", "")
	check(err)
	defer os.RemoveAll(parent)
	dir := filepath.Join(parent, "dataset")
	w, err := output.Create(dir, forms, output.Info{ProgramVersion: "example"})
	check(err)
	check(w.Write(output.Result{
		Document: output.Document{File: "yunqi/2023.html", SHA256: doc.SHA256, MediaType: doc.MediaType,
			Bytes: doc.Bytes},
		Report: normalize.Read(doc, forms)}))
	check(w.Close())

	d, err := output.Open(dir)
	check(err)
	type cell struct { // the columns that are wanted
		Agency  string `parquet:"agency,optional"`
		Name    string `parquet:"name"`
		Text    string `parquet:"text,optional"`
		Verdict string `parquet:"verdict"`
	}
	check(output.Select(d, "values", func(year int, c cell) error {
		if c.Name == "applications.received.total" {
			fmt.Println(year, c.Agency, c.Name, c.Text, c.Verdict)
		}
		return nil
	}))
	// Output: 2023 云栖县人民政府 applications.received.total 3172 contradicted
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
