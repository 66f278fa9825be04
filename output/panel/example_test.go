package panel_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
	"github.com/gongkai/gongkai/output/tables"
)

// Who reports, on which years, and which document stands for each report.
func ExampleLoad() {
	dir, remove := dataset()
	defer remove()

	d, err := tables.Open(dir)
	check(err)
	p, err := panel.Load(context.Background(), d)
	check(err)
	for _, b := range p.Bodies {
		fmt.Println(b.Name, b.Years)
		for _, year := range b.Years {
			fmt.Println(year, p.Source(&p.Reports[b.At(year)]).File)
		}
	}
	// Output:
	// 青岚市人民政府 [2022 2023]
	// 2022 qinglan/2022.txt
	// 2023 qinglan/2023.txt
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
