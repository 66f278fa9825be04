package office_test

import (
	"fmt"

	"github.com/gongkai/gongkai/extract/office"
)

// A rich-text file with a paragraph, of which a word was struck out while changes were tracked, and a table.
func ExampleReadRTF() {
	doc, err := office.ReadRTF([]byte(`{\rtf1\ansi\ansicpg936 Requests {\deleted mostly }received\par
\trowd\cellx2000\cellx4000\intbl Licences\cell 31\cell\row
\pard\plain}`))
	if err != nil {
		panic(err)
	}
	for _, b := range doc.Blocks {
		if b.Table == nil {
			fmt.Println(b.Text)
			continue
		}
		for _, c := range b.Table.Cells {
			fmt.Println(c.Row, c.Col, c.Text)
		}
	}
	// Output:
	// Requests received
	// 0 0 Licences
	// 0 1 31
}
