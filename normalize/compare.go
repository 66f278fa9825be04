package normalize

import (
	"fmt"

	"github.com/gongkai/gongkai/normalize/form"
)

// Confirm compares two readings of one report, made independently from documents of different formats (HTML and PDF,
// PDF and Word). A cell on which both agree is confirmed by the other document: the strongest proof there is, because
// two programs would have to misread two files in the same way. One on which they do not is a finding in both, which
// shows both texts. Cells that one of them does not print, or is in doubt of, say nothing.
//
// a and b are the documents, by their SHA-256.
func Confirm(x *Report, a string, y *Report, b string) {
	at := map[string]int{}
	for i := range y.Values {
		at[y.Values[i].Name] = i
	}
	for i := range x.Values {
		k, ok := at[x.Values[i].Name]
		if !ok {
			continue
		}
		v, w := &x.Values[i], &y.Values[k]
		if v.State == Absent || w.State == Absent || x.doubts(v.Name) || y.doubts(w.Name) {
			continue
		}
		switch {
		case same(v, w):
			if v.ConfirmedBy == "" {
				v.ConfirmedBy = b
			}
			if w.ConfirmedBy == "" {
				w.ConfirmedBy = a
			}
		case v.Verdict == Inferred || w.Verdict == Inferred:
			// a blank that is proved to be what the other prints, or another form of blank
			if v.Number != nil && w.Number != nil && v.Number.Equal(*w.Number) {
				continue
			}
			fallthrough
		default:
			differ(x, v, w, b)
			differ(y, w, v, a)
		}
	}
}

// doubts reports whether a cell was recognised on a picture and is not certain.
func (rep *Report) doubts(name string) bool {
	for i := range rep.Findings {
		if f := &rep.Findings[i]; f.Name == name && (f.Code == CodeDoubtfulReading || f.Code == CodeUnreadable) {
			return true
		}
	}
	return false
}

// same reports whether two values print the same: the same number, or else the same text.
func same(v, w *Value) bool {
	if v.Number != nil && w.Number != nil && v.Verdict != Inferred && w.Verdict != Inferred {
		return v.Number.Equal(*w.Number)
	}
	return v.State == w.State && form.Squeeze(v.Text) == form.Squeeze(w.Text)
}

func differ(rep *Report, v, other *Value, document string) {
	message := fmt.Sprintf("%q is printed here, %q in another document of the same report (%.12s…)", v.Text, other.Text,
		document)
	if document == "" {
		message = fmt.Sprintf("one reader of this file reads %q, another %q", v.Text, other.Text)
	}
	rep.Findings = append(rep.Findings, Finding{Code: CodeFormatsDiffer, Severity: Error, Name: v.Name, Place: v.Place,
		Message: message})
}
