package anomalies

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/output"
)

// A Judgement is what somebody found who looked at an anomaly. Judgements are kept by hand, in a file of their own
// beside the dataset: a dataset that is built anew takes the folder's place and leaves the file where it is.
type Judgement struct {
	ID      string `json:"-"`       // of the anomaly
	Verdict string `json:"verdict"` // a code of the list judgement
	Who     string `json:"who"`
	Why     string `json:"why"`
	When    string `json:"when"` // as written; may be empty
}

// Judge puts beside each anomaly what those found who looked at it.
func Judge(list []Anomaly, judged []Judgement) {
	of := map[string][]Judgement{}
	for _, j := range judged {
		of[j.ID] = append(of[j.ID], j)
	}
	for i := range list {
		list[i].Judgements = of[list[i].ID]
	}
}

// words say a judgement in one line.
func (j *Judgement) words(zh bool) string {
	who := j.Who
	if j.When != "" {
		who += says(zh, ", ", "，") + j.When
	}
	return output.CodeLabel("judgement", j.Verdict, zh) + says(zh, " ("+who+"): ", "（"+who+"）：") + j.Why
}

// JudgedWords are the verdict of the last who looked at an anomaly, and who that is; "" where nobody did.
func (a *Anomaly) JudgedWords(zh bool) string {
	if len(a.Judgements) == 0 {
		return ""
	}
	last := a.Judgements[len(a.Judgements)-1]
	return output.CodeLabel("judgement", last.Verdict, zh) + says(zh, " ("+last.Who+")", "（"+last.Who+"）")
}

// JudgementsOf is the file of judgements of a dataset: dataset.judgements.csv beside the folder dataset.
func JudgementsOf(dataset string) string { return filepath.Clean(dataset) + ".judgements.csv" }

// ReadJudgements reads a file of judgements: CSV in UTF-8 with the columns id, verdict, who, why and, if it is there,
// when, in any order, named in its first line. Those of one anomaly stay in the order of the file. A file that is not
// there has none. An error names file and line.
func ReadJudgements(file string) ([]Judgement, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	at := map[string]int{}
	for i, name := range head {
		at[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, name := range []string{"id", "verdict", "who", "why"} {
		if _, ok := at[name]; !ok {
			return nil, fmt.Errorf("%s:1: no column %q; it wants id,verdict,who,why and may have when", file, name)
		}
	}
	var out []Judgement
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		of := func(name string) string {
			if i, ok := at[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		line, _ := r.FieldPos(0)
		j := Judgement{ID: of("id"), Verdict: of("verdict"), Who: of("who"), Why: of("why"), When: of("when")}
		switch known := output.CodeWords("judgement"); {
		case j == Judgement{}:
			continue
		case j.ID == "" || j.Who == "" || j.Why == "":
			return nil, fmt.Errorf("%s:%d: a judgement without id, who or why", file, line)
		case !slices.Contains(known, j.Verdict):
			return nil, fmt.Errorf("%s:%d: verdict %q is none of %s", file, line, j.Verdict, strings.Join(known, ", "))
		}
		out = append(out, j)
	}
}
