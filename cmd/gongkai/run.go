package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/library"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/tables"
)

type runCmd struct {
	source
	list
	manner
	From    string `placeholder:"DIR" help:"${run_from}"`
	DB      string `placeholder:"URL" env:"GONGKAI_DB" secret:"part" help:"${run_db}"`
	Archive string `placeholder:"URL" env:"GONGKAI_ARCHIVE" secret:"part" help:"${run_archive}"`
	Out     string `required:"" placeholder:"DIR" help:"${run_out}"`
	NoWords bool   `help:"${run_nowords}"`

	Corrections   string `placeholder:"FILE" type:"path" help:"${run_corrections}"`
	NoCorrections bool   `help:"${run_nocorrections}"`

	Readings string `placeholder:"URL" env:"GONGKAI_READINGS" help:"${run_readings}"`
	Fresh    bool   `help:"${run_fresh}"`
	Alone    bool   `help:"${run_alone}"`
	Explain  bool   `help:"Say why each document was read, and why each year was written."`

	forms *form.Forms  // nil = those that are built in
	why   *explanation // nil = nobody asks

	// what a run came to, for who has it run
	documents int
	same      bool // the dataset that lies there is left as it is

	NoAnomalies bool `help:"Do not look for anomalies again where the dataset that is replaced has a table of them."`
}

func (runCmd) Help() string {
	return `Reads every document under the paths, writes documents, reports, values, findings, sections, terms, claims, reuse and
wide as hive-partitioned Parquet below DIR, and prints one line a report: who, which year, the form editions found, how many
cells were read, how many of them the identities (勾稽关系) prove, and how many findings wait to be looked at.

One bad document never stops a run: it becomes a row of "documents" that says why, and the exit code is 3. What lies in a
folder beside documents (a README, a licence, a list or script, the parts of a saved page) is read as well, and skipped where
no report is in it: a row with the status skipped, exit code 0. Slides are not opened, and unread. Hidden files and folders,
such as those of version control, are passed over.

Corrections of your own lie in a CSV file beside the documents (document,name,expected,new,reason,who) and are put in
at every run: --corrections FILE. One whose cell no longer says what it expects is refused. The table corrections has
all of them, and the exit code is 3 where one is refused.

Examples:  gongkai run examples --out dataset
           gongkai run --from crawl --out dataset`
}

func (c *runCmd) Run(ctx context.Context, std streams) error {
	in, err := c.input(ctx, std)
	if err != nil {
		return err
	}
	defer in.close()
	forms, names := in.forms, in.names
	if c.forms != nil {
		forms = c.forms
	}
	info := output.Info{ProgramVersion: version(), NotRead: in.unlooked, Print: printsOf(forms).writer(), Fresh: c.Fresh,
		NoLater: c.NoAnomalies}
	explain := c.words(std)
	if info.Corrections, err = c.corrections(); err != nil {
		return err
	}
	if c.Explain {
		c.why = &explanation{out: explain, read: map[string]bool{}}
		info.Explain = func(told output.Told) { fmt.Fprintln(explain, tellYear(told)) }
	}
	debug.SetMemoryLimit(1 << 30) // half of what is held is let grow before it is collected, up to here
	r := &reader{limits: c.limits(), from: in.from, fresh: c.Fresh, words: !c.NoWords, stamps: in.lib == nil,
		forms: printsOf(forms), explain: c.why}
	r.machine, r.limits.Fresh = r.limits.Machine(), c.Fresh
	if r.store, err = openCabinet(ctx, c.readingsPlace(), func(s string) { fmt.Fprintln(std.err, s) }); err != nil {
		return err
	}
	defer r.store.close()
	r.pool = child.Open(r.limits, forms)
	defer r.pool.Close()
	if !c.Fresh {
		r.loadIndex(ctx, c.Out)
	}
	info.Recall, info.Remember = r.memory(ctx, c.Out)
	switch {
	case r.index == nil:
	case in.lib != nil:
		r.glance = glanceIn(in.lib)
	default:
		r.glance = glanceAt(r.index.file, c.Paths...)
	}
	if in.lib != nil && !c.Fresh && !c.Alone {
		at := place{Work: c.From, DB: c.DB, Archive: c.Archive}
		if r.crew, err = joinCrew(ctx, at, c.readingsPlace(), r, in.lib, c.workers(), std.err); err != nil {
			return err
		}
		defer func() { r.leave(ctx) }()
	}
	err = c.make(ctx, std, r, names, forms, info)
	if errors.Is(err, errStale) { // once more, with every reading looked at
		r.index = nil
		r.leave(ctx) // what workers could do is done
		err = c.make(ctx, std, r, names, forms, info)
	}
	return err
}

// make is a run: every reading is taken or made, then the years that have changed are written.
func (c *runCmd) make(ctx context.Context, std streams, r *reader, names []string, forms *form.Forms, info output.Info) error {
	w, err := output.Create(c.Out, forms, info)
	if err != nil {
		return err
	}
	var sum summary
	c.documents = len(names)
	progress := c.progress(std.err, len(names))
	r.explain.begin()
	known, err := takeAll(ctx, names, r, w, c.workers(), progress, func(d *readDocument, h *output.Head) {
		sum.add(&h.Counted)
		progress.step(h.Counted.File, h.Counted.Status)
		r.explain.took(d)
	})
	progress.end()
	if err != nil {
		w.Abort()
		return err
	}
	if err := c.finish(ctx, std, w, &sum); err != nil && !errors.Is(err, errPartly) {
		return err
	} else if e := r.saveIndex(ctx, c.Out, known); e != nil {
		return fmt.Errorf("%s is written, but what the next run would know of it is not: %w", c.Out, e)
	} else {
		return err
	}
}

// tellYear is what was done with the tables of a year, and why.
func tellYear(told output.Told) string {
	year, sign := say("without a year", "年度不详"), say("; ", "；")
	switch {
	case told.Whole:
		year = say("all years", "所有年度")
	case told.Year > 0:
		year = fmt.Sprintf(say("%d", "%d 年"), told.Year)
	}
	var why []string
	for _, w := range told.Why {
		why = append(why, spoken(w))
	}
	list := strings.Join(told.Tables, say(", ", "、"))
	switch {
	case told.Whole:
		return fmt.Sprintf(say("%s: another folder is put in place: %s", "%s：换上新的目录：%s"), year, strings.Join(why, sign))
	case told.Taken && list == "":
		return fmt.Sprintf(say("%s: taken over: nothing of it has changed", "%s：沿用：没有变化"), year)
	case told.Taken:
		return fmt.Sprintf(say("%s: %s taken over", "%s：沿用 %s"), year, list)
	case list == "":
		return fmt.Sprintf(say("%s: written: %s", "%s：已写入：%s"), year, strings.Join(why, sign))
	}
	return fmt.Sprintf(say("%s: %s written: %s", "%s：已写入 %s：%s"), year, list, strings.Join(why, sign))
}

// tellMarked tells of which years panel is another since the table anomalies was made.
func tellMarked(w io.Writer, before, after *tables.Manifest) {
	for _, y := range slices.Sorted(maps.Keys(after.Years)) {
		if b := before.Years[y]; b != nil && b.Files["panel"] != after.Years[y].Files["panel"] {
			fmt.Fprintf(w, say("%s: panel marked: the table anomalies names cells of it\n", "%s 年：panel 已加标记：异常表涉及其中的数据项\n"), y)
		}
	}
}

// finish puts the dataset in its place and says what it is. The table anomalies of the one that lies there is made anew
// before that, so that no kill loses it; where it cannot be made the dataset comes without it, and that is the last
// that is said.
func (c *runCmd) finish(ctx context.Context, std streams, w *output.Writer, sum *summary) error {
	d, err := w.Finish()
	if err != nil {
		return err
	}
	c.why.end()
	c.same = w.Same()
	var lost error
	if !c.NoAnomalies && !w.Same() && hadAnomalies(c.Out) {
		before, _ := tables.ReadManifest(d.Dir())
		lost = lookAgain(ctx, std, d, c.Out)
		if after, err := tables.ReadManifest(d.Dir()); c.Explain && err == nil && before != nil {
			tellMarked(c.words(std), before, after)
		}
	}
	if err := w.Close(); err != nil {
		return errors.Join(err, lost)
	}
	refused, applied := w.Refused()
	if c.JSON {
		o := sum.object(c.Out)
		o.Applied, o.Refused = applied, append(o.Refused, refused...)
		if err := writeObject(std.out, o); err != nil {
			return err
		}
		return c.ended(sum, refused, lost)
	}
	sum.print(std.out, c.leftOut(std))
	if applied+len(refused) > 0 {
		fmt.Fprintf(std.out, say("corrections of %s: %d applied, %d refused\n", "%s 中的更正：采用 %d 条，不予采用 %d 条\n"),
			c.Corrections, applied, len(refused))
	}
	for _, line := range refused {
		fmt.Fprintf(std.out, say("refused %s\n", "不予采用 %s\n"), line)
	}
	if !c.Quiet {
		howToOpen(std.out, c.Out)
	}
	return c.ended(sum, refused, lost)
}

// ended is the error of a run that wrote its dataset: what was lost, or is not whole.
func (c *runCmd) ended(sum *summary, refused []string, lost error) error {
	if lost != nil {
		return fmt.Errorf("%s is written, but without the table anomalies, which it had before (gongkai anomalies "+
			"%[1]s --write makes it): %w", c.Out, lost)
	}
	if sum.notWhole() || len(refused) > 0 {
		return errPartly
	}
	return nil
}

// corrections are those of the file that is named. A dataset that was made with some is not replaced by one without
// them because somebody forgot the flag.
func (c *runCmd) corrections() ([]output.Correction, error) {
	switch {
	case c.Corrections != "" && c.NoCorrections:
		return nil, errors.New("--corrections and --no-corrections contradict each other")
	case c.Corrections != "":
		f, err := os.Open(c.Corrections)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return output.ReadCorrections(c.Corrections, f)
	case c.NoCorrections:
		return nil, nil
	}
	if d, err := output.Open(c.Out); err == nil && d.Rows["corrections"] > 0 {
		return nil, fmt.Errorf("%s was made with %s; --corrections FILE puts them in again, --no-corrections leaves them out; "+
			"nothing was written", c.Out, plural(int(d.Rows["corrections"]), "correction"))
	}
	return nil, nil
}

// A stock is what is read: files, or what a crawl keeps, and of whom the crawl could not read what there is.
type stock struct {
	forms    *form.Forms
	names    []string
	from     origin
	lib      *library.Library // nil = they are files
	unlooked []output.Unlooked
}

func (in *stock) close() {
	if in.lib != nil {
		in.lib.Close()
	}
}

func (c *runCmd) input(ctx context.Context, std streams) (in stock, err error) {
	if c.From == "" {
		in.forms, in.names, err = c.find()
		in.from = files(std.in, c.Paths...)
		return in, err
	}
	if len(c.Paths) > 0 {
		return in, misused("--from stands instead of paths")
	}
	if in.forms, err = form.Load(); err != nil {
		return in, err
	}
	portals, err := corpus.LoadPortals(append(c.Portals, ownPortals(c.From)...), !c.Only)
	if err != nil {
		return in, err
	}
	at := place{Work: c.From, DB: c.DB, Archive: c.Archive}
	if in.lib, err = library.Open(ctx, at.db(), at.archive(), portals); err != nil {
		return in, err
	}
	columns, err := in.lib.Columns(ctx, portals)
	if err != nil {
		in.close()
		return in, err
	}
	in.names, in.from, in.unlooked = in.lib.Names(), kept(in.lib), unlookedOf(portals, columns)
	return in, nil
}

// unlookedOf are the authorities of whose columns it is not known what they hold.
func unlookedOf(portals []corpus.Portal, columns map[string]*ledger.Column) (out []output.Unlooked) {
	for _, p := range portals {
		c := columns[p.ID]
		if c == nil {
			continue
		}
		u := output.Unlooked{Division: p.Code, Name: p.Name}
		if p.Level == "department" || p.Level == "central" {
			u.Division = ""
		}
		if c.State != ledger.ColumnWhole {
			en, _ := crawl.ColumnReason(c, false)
			zh, _ := crawl.ColumnReason(c, true)
			u.Reason = en + " (" + zh + ")"
			out = append(out, u)
			continue
		}
		for _, y := range slices.Sorted(maps.Keys(c.Years)) {
			u := u
			u.Reason = c.Years[y]
			if y != 0 {
				u.Years = []int{y}
			}
			out = append(out, u)
		}
	}
	return out
}

// howToOpen says where the dataset lies and how to read it with the tools its users have.
func howToOpen(w io.Writer, dir string) {
	shown := dir
	if abs, err := filepath.Abs(dir); err == nil {
		shown = abs
	}
	fmt.Fprintf(w, say(`
The dataset lies in %s. Open it with
  DuckDB  SELECT agency, year, number FROM read_parquet('%[2]s/values/*/*.parquet', hive_partitioning=true) WHERE name = 'applications.received.total' AND standing;
  pandas  pandas.read_parquet('%[2]s/wide')
  R       arrow::open_dataset('%[2]s/wide') |> dplyr::collect()
What is in doubt:  gongkai check %[2]s
What stands out:   gongkai anomalies %[2]s
Look at it all:    gongkai serve %[2]s
`, `
数据集在 %s。可用以下方式打开
  DuckDB  SELECT agency, year, number FROM read_parquet('%[2]s/values/*/*.parquet', hive_partitioning=true) WHERE name = 'applications.received.total' AND standing;
  pandas  pandas.read_parquet('%[2]s/wide')
  R       arrow::open_dataset('%[2]s/wide') |> dplyr::collect()
疑点：      gongkai check %[2]s
异常：      gongkai anomalies %[2]s
浏览全部：  gongkai serve %[2]s
`), shown, filepath.ToSlash(dir))
}
