package query_test

import (
	"context"
	"os"
	"path/filepath"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/listing"
	"github.com/gongkai/gongkai/output/query"
)

// A question in SQL and its answer, an object a line.
func Example() {
	dir, remove := dataset()
	defer remove()

	ctx := context.Background()
	d, err := output.Open(dir)
	check(err)
	forms, err := form.Load()
	check(err)
	db, err := query.Open(ctx, d, forms)
	check(err)
	defer db.Close()

	rows, err := db.Query(ctx, `SELECT year, agency, number FROM "values"
		WHERE name = 'applications.received.total' AND standing ORDER BY year`)
	check(err)
	defer rows.Close()
	_, _, err = query.Write(os.Stdout, rows, listing.Options{Format: "json"}, 0)
	check(err)
	// Output:
	// {"year":2022,"agency":"青岚市人民政府","number":4841}
	// {"year":2023,"agency":"青岚市人民政府","number":5365}
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
