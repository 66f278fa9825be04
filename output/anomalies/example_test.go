package anomalies_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/anomalies"
)

// What is wrong or remarkable in the reports, the weightiest first.
func ExampleFind() {
	dir, remove := dataset()
	defer remove()

	d, err := output.Open(dir)
	check(err)
	list, err := anomalies.Find(context.Background(), d, anomalies.Options{Least: "error"})
	check(err)
	for _, a := range list.Anomalies {
		fmt.Println(a.Rule, a.Body.Name, a.Year)
		fmt.Println(anomalies.Text(a.SentenceZh))
	}
	// Output:
	// sum-fails 青岚市人民政府 2022
	// 青岚市人民政府2022年度报告行政复议、行政诉讼情况表中，18 + 1 + 12 + 14 与 0 不符（行政复议）。
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
