package explore_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/explore"
)

// A server of the dataset is asked where words stand, as the page in the browser asks it.
func Example() {
	dir, remove := dataset()
	defer remove()

	d, err := output.Open(dir)
	check(err)
	forms, err := form.Load()
	check(err)
	e, err := explore.Open(context.Background(), d, explore.Options{
		Forms: forms, Program: "example", Index: filepath.Join(filepath.Dir(dir), "index")})
	check(err)
	defer e.Close()
	check(e.Wait())
	server := httptest.NewServer(e)
	defer server.Close()

	answer, err := http.Get(server.URL + "/api/search.json?q=" + url.QueryEscape("解读材料"))
	check(err)
	defer answer.Body.Close()
	var found struct {
		Hits []struct {
			Year    int
			Agency  string
			Snippet []struct{ Text string }
		}
	}
	check(json.NewDecoder(answer.Body).Decode(&found))
	for _, h := range found.Hits {
		fmt.Print(h.Year, " ", h.Agency, ": ")
		for _, s := range h.Snippet {
			fmt.Print(s.Text)
		}
		fmt.Println()
	}
	// Output:
	// 2023 青岚市人民政府: （一）主动公开方面。全年更新栏目11个，发布解读材料14篇，召开新闻发布会9场。
	// 2022 青岚市人民政府: （一）主动公开方面。全年更新栏目5个，发布解读材料32篇，召开新闻发布会7场。
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
