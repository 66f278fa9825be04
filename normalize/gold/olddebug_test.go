package gold

import (
	"fmt"
	"hash/fnv"
	"os"
	"strconv"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

func ID(r *Report) string { return r.ID }

func TestOldDebug(t *testing.T) {
	forms, _ := form.Load()
	i, _ := strconv.Atoi(os.Getenv("OLD"))
	r := OldReports()[i]
	for _, fm := range Formats() {
		if fm.Name != os.Getenv("FM") {
			continue
		}
		o, _ := task{r, Faults()[0], fm, 0}.try(forms)
		fmt.Println(ID(r), o.score)
		for k, f := range o.failures {
			if k < 12 {
				fmt.Println(f)
			}
		}
		h := fnv.New64a()
		fmt.Fprint(h, r.ID, "none", fm.Name, 0)
		doc, err := extract.Read(fm.Write(r.Clone(), int64(h.Sum64()>>1)), fm.File)
		if err != nil {
			t.Fatal(err)
		}
		extract.WriteText(os.Stdout, doc)
		got := normalize.Read(doc, forms)
		fmt.Println(got.Status, got.Reason)
	}
}
