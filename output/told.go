package output

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/output/tables"
)

// Told says what is done with some tables, and why.
type Told struct {
	Whole  bool     // of all years together: the folder is another one, whatever of it was taken over
	Year   int      // else of this report year; 0 = of no known year, and what is of none
	Tables []string // nil = all of the year
	Taken  bool     // they are taken over, and nothing of it is to be explained; else they are written
	Why    []string // sentences without capital and full stop
}

// A reason is why something is written.
type reason = string

func because(why reason) reason { return why }

// takeable gives the manifest of the dataset in dir, of which years may be taken over; nil = of none, and why.
func takeable(dir string, info *Info) (*tables.Manifest, reason) {
	m, err := tables.ReadManifest(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, because("no dataset lies there")
	case info.Fresh:
		return nil, because("--fresh")
	case info.Print == "":
		return nil, because("it is not said which program writes")
	case err != nil || m.Print != info.Print || m.Version != info.ProgramVersion:
		return nil, because("the dataset that lies there was written by another version of the program, or with other forms")
	case !m.Intact(dir):
		return nil, because("dataset.json is not as it was written")
	}
	return m, ""
}

// notSame says why the folder of the old dataset does not stay, beside what has changed of the years that there are now; of
// no old dataset nothing.
func (w *Writer) notSame(plans []*planned) (why []reason, err error) {
	if w.old == nil {
		return []reason{w.whyAll}, nil
	}
	for _, y := range slices.Sorted(maps.Keys(w.old.Years)) {
		if !slices.ContainsFunc(plans, func(p *planned) bool { return yearName(p.year) == y }) {
			why = append(why, because("a year is gone: ")+y)
		}
	}
	if names, err := foreign(w.dir, w.old.Names()); err != nil {
		return nil, err
	} else if len(names) > 0 {
		more := ""
		if n := len(names); n > 3 {
			names, more = names[:3], fmt.Sprintf(" … (%d)", n)
		}
		why = append(why, because("there are files that dataset.json does not name: ")+strings.Join(names, ", ")+more)
	}
	_, later := w.old.Rows[tables.Later]
	switch {
	case !later:
	case w.info.NoLater:
		why = append(why, because("the table anomalies is not wanted"))
	case !w.old.LaterAsRun:
		why = append(why, because("the table anomalies was made otherwise than a run makes it"))
	case !w.laterWhole():
		why = append(why, because("the table anomalies is not as it was written"))
	}
	return why, nil
}

// laterWhole reports whether the files of the table anomalies are as they were written.
func (w *Writer) laterWhole() bool {
	for year, sum := range w.old.Later {
		if now, err := sumOfFile(filepath.Join(w.dir, tables.Later, "year="+year, partFile)); err != nil || now != sum {
			return false
		}
	}
	return len(w.old.Later) > 0
}

// foreign gives the files in the folder of a dataset that are none of those named. Hidden ones are the user's, and those that
// make them know why; but what is called .parquet is read by what reads all files of a table.
func foreign(dir string, named []string) (names []string, err error) {
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := name != "." && strings.HasPrefix(e.Name(), ".")
		if e.IsDir() {
			if hidden {
				return fs.SkipDir
			}
			return nil
		}
		if _, is := slices.BinarySearch(named, name); is || name == tables.ManifestName || hidden && filepath.Ext(name) != ".parquet" {
			return nil
		}
		names = append(names, name)
		return nil
	})
	return names, err
}

// explain tells what is done with all tables.
func (w *Writer) explain(plans []*planned, whole []reason) {
	if w.info.Explain == nil {
		return
	}
	if !w.same && w.old != nil && len(whole) > 0 {
		w.info.Explain(Told{Whole: true, Why: whole})
	}
	t := Told{Tables: timeless, Taken: w.timelessTaken}
	if !t.Taken {
		t.Why = []reason{w.whyAll}
		if w.old != nil {
			t.Why = []reason{because("its files are not as they were written")}
		}
	}
	w.info.Explain(t)
	for _, p := range plans {
		w.explainYear(p)
	}
}

func (w *Writer) explainYear(p *planned) {
	all := Told{Year: int(p.year)}
	switch {
	case w.same || p.asked == parts{}:
		all.Taken = true
		w.info.Explain(all)
		return
	case w.old == nil:
		all.Why = []reason{w.whyAll}
		w.info.Explain(all)
		return
	case w.was(p) == nil:
		all.Why = []reason{because("the dataset that lies there has no such year")}
		w.info.Explain(all)
		return
	}
	for _, part := range partNames {
		t := Told{Year: int(p.year), Tables: partTables[part], Taken: !p.asked.has(part)}
		if !t.Taken {
			t.Why = w.whyPart(p, part)
		}
		w.info.Explain(t)
	}
}

// whyPart says why a part of a year is written that the old dataset has.
func (w *Writer) whyPart(p *planned, part string) (why []reason) {
	if w.unchanged(p, part) {
		if p.marked && part == panelPart {
			return []reason{because("what the table anomalies marks in it is marked anew, for something else has changed")}
		}
		return []reason{because("its files are not as they were written")}
	}
	differs := func(of string, r reason) {
		if w.was(p).Of[of] != p.of[of] {
			why = append(why, r)
		}
	}
	switch part {
	case ownPart:
		differs(ofList, because("documents of the year have come or gone"))
		differs(ofCorrections, because("the corrections of the year are others"))
		differs(ofStanding, because("what its reports say of each other, or which of them stand, has changed"))
		if len(why) == 0 {
			why = []reason{because("what was read of its documents, or where they lie, has changed")}
		}
	case panelPart:
		differs(ownPart, because("the documents of the year have changed"))
		differs(ofEarlier, because("earlier reports of its bodies have changed"))
		differs(ofBodies, because("who should report has changed"))
	case reusePart:
		differs(ofProse, because("the prose of the year has changed"))
		if len(why) == 0 {
			why = []reason{because("the prose of the year before has changed")}
		}
	}
	return why
}
