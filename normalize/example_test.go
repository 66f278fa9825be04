package normalize_test

import (
	"fmt"
	"os"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// A report in HTML is read: who reports on which year, one of its cells, and what in it cannot be right.
func ExampleRead() {
	body, err := os.ReadFile("../examples/yunqi/2023.html")
	if err != nil {
		panic(err)
	}
	doc, err := extract.Read(body, "2023.html")
	if err != nil {
		panic(err)
	}
	forms, err := form.Load()
	if err != nil {
		panic(err)
	}
	rep := normalize.Read(doc, forms)
	fmt.Println(rep.Status, rep.Agency, rep.Year)
	for _, v := range rep.Values {
		if v.Name == "applications.received.total" {
			fmt.Println(v.Name, v.Text, v.Number, v.Verdict)
		}
	}
	for _, f := range rep.Findings {
		if f.Severity == normalize.Error {
			fmt.Println(f.Code, f.Name)
		}
	}
	// Output:
	// read 云栖县人民政府 2023
	// applications.received.total 3172 3172 contradicted
	// sum-fails applications.carried_out.natural_person
	// sum-fails applications.carried_out.total
}
