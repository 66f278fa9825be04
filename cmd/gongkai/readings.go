package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus/readings"
	"github.com/gongkai/gongkai/corpus/secret"
	"github.com/gongkai/gongkai/output/tables"
)

type readingsCmd struct {
	Place  string        `arg:"" help:"${readings_place}"`
	Remove bool          `help:"Remove what no dataset needs."`
	Older  time.Duration `default:"24h" placeholder:"TIME" help:"${readings_older}"`
	manner
}

func (readingsCmd) Help() string {
	return `Says what is kept of readings at a place, and how much of it no dataset needs: readings that the last run of no dataset there took
(of documents that are gone or have changed), what is known of datasets of this machine that are gone, what workers laid there and no run
fetched, and parts of files whose writers were killed. With --remove that goes. What goes wrongly is read again and costs time, nothing
else; a run may be under way.

A run itself removes nothing but parts: several datasets and machines may use one place.

Examples:  gongkai readings crawl/readings
           gongkai readings .dataset.readings --remove`
}

// pile is objects of one kind.
type pile struct {
	Objects int   `json:"objects"`
	Bytes   int64 `json:"bytes"`
}

func (p *pile) add(o *readings.Object) { p.Objects, p.Bytes = p.Objects+1, p.Bytes+o.Bytes }

// stockOfReadings is what is kept at a place.
type stockOfReadings struct {
	Place    string   `json:"place"`
	Needed   pile     `json:"needed"`   // readings that the last run of a dataset took
	Young    pile     `json:"young"`    // not so old that it is known that no run needs them
	Unneeded pile     `json:"unneeded"` // readings that no dataset needs
	Lost     []string `json:"lost"`     // datasets that are gone
	Elsewhere
	Tried   pile `json:"tried"` // laid there by workers
	Parts   pile `json:"parts"` // of files
	Removed bool `json:"removed"`
}

// Elsewhere is what this machine cannot know.
type Elsewhere struct {
	Foreign []string `json:"foreign"` // datasets of other machines
	Unnamed int      `json:"unnamed"` // indexes of older programs, which do not say of which dataset they are
}

func (c *readingsCmd) Run(ctx context.Context, std streams) error {
	if !strings.Contains(c.Place, "://") {
		if _, err := os.Stat(c.Place); err != nil {
			return err
		}
	}
	store, err := readings.Open(ctx, c.Place)
	if err != nil {
		return err
	}
	s, gone, err := c.look(ctx, store)
	if err != nil {
		return err
	}
	if c.Remove {
		for _, o := range gone {
			if err := store.Discard(ctx, o); err != nil {
				return err
			}
		}
		s.Removed = true
	}
	return c.result(std, s, s.words)
}

// look lists what is kept, and what of it no dataset needs.
func (c *readingsCmd) look(ctx context.Context, store *readings.Store) (s *stockOfReadings, gone []readings.Object, err error) {
	s = &stockOfReadings{Place: secret.URL(c.Place), Lost: []string{}, Elsewhere: Elsewhere{Foreign: []string{}}}
	var all []readings.Object
	if err := store.List(ctx, func(o readings.Object) error { all = append(all, o); return nil }); err != nil {
		return nil, nil, err
	}
	named, indexes := map[string]bool{}, 0
	newest := map[string]readings.Object{} // indexes by datasets
	for _, o := range all {
		if !strings.HasPrefix(o.Key, indexPrefix) || strings.Contains(o.Key, ".") { // what lies beside an index goes with it
			continue
		}
		object, err := store.Get(ctx, o.Key)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", o.Key, err)
		}
		x := openRack(indexMagic, object)
		if x == nil { // it is damaged, or of another program: what it names is not known
			return nil, nil, fmt.Errorf("%s: what it says of a dataset cannot be read: nothing is known of what is needed", o.Key)
		}
		indexes++
		host, dir, known := strings.Cut(string(x.get(indexDataset)), "\n")
		switch here, _, _ := strings.Cut(datasetHere(""), "\n"); {
		case !known:
			s.Unnamed++
		case host != here:
			s.Foreign = append(s.Foreign, host+" "+dir)
		case noDataset(dir):
			s.Lost = append(s.Lost, dir)
			gone = append(gone, o)
			continue
		}
		if before, twice := newest[host+"\n"+dir]; known && twice && o.Changed.Sub(before.Changed).Abs() > c.Older {
			older := o // of a program before this one, or of one that is not used any more
			if before.Changed.Before(o.Changed) {
				older = before
			}
			gone = append(gone, older)
		}
		newest[host+"\n"+dir] = o
		x.keys(func(key string) {
			if key, is := strings.CutPrefix(key, indexReading); is {
				named[key] = true
			}
		})
	}
	if indexes == 0 && len(all) > 0 {
		return nil, nil, errors.New("no dataset is known of which readings are kept here; where there is none any more, " +
			"the place may be removed")
	}
	for _, o := range all { // what a writer remembers beside the index of its dataset
		if key, _, beside := strings.Cut(o.Key, "."); beside && strings.HasPrefix(o.Key, indexPrefix) {
			named[key] = slices.ContainsFunc(all, func(x readings.Object) bool { return x.Key == key }) &&
				!slices.ContainsFunc(gone, func(x readings.Object) bool { return x.Key == key })
		}
	}
	now := time.Now()
	for _, o := range all {
		young := now.Sub(o.Changed) < c.Older
		tried := strings.HasSuffix(o.Key, triedEnd)
		key, _, _ := strings.Cut(o.Key, ".") // what else is kept of the same document is named like its reading
		switch {
		case key == o.Key && strings.HasPrefix(o.Key, indexPrefix):
			continue
		case o.Left && !young:
			s.Parts.add(&o)
		case tried && !young:
			s.Tried.add(&o)
		case !tried && named[key]:
			s.Needed.add(&o)
			continue
		case young:
			s.Young.add(&o)
			continue
		default:
			s.Unneeded.add(&o)
		}
		gone = append(gone, o)
	}
	return s, gone, nil
}

// noDataset tells that a dataset is gone.
func noDataset(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, tables.ManifestName))
	return errors.Is(err, fs.ErrNotExist)
}

// datasetHere names a dataset by the machine and the place.
func datasetHere(out string) string {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	if abs, err := filepath.Abs(out); err == nil && out != "" {
		out = abs
	}
	return host + "\n" + out
}

func (s *stockOfReadings) words(w io.Writer) {
	line := func(p pile, english, zh string) {
		if p.Objects > 0 {
			fmt.Fprintf(w, say("%6d  %8.1f MB  %s\n", "%6d  %8.1f MB  %s\n"), p.Objects, float64(p.Bytes)/1e6, say(english, zh))
		}
	}
	line(s.Needed, "readings that a dataset needs", "数据集需要的读取结果")
	line(s.Young, "that no dataset needs yet: too young to say more", "尚无数据集需要：时间太短，不能断定")
	line(s.Unneeded, "that no dataset needs", "没有数据集需要的读取结果")
	line(s.Tried, "that workers laid there and no run fetched", "工作进程留下而无人取走的")
	line(s.Parts, "parts of files", "未写完的文件")
	for _, dir := range s.Lost {
		fmt.Fprintf(w, say("a dataset that is gone: %s\n", "已不存在的数据集：%s\n"), dir)
	}
	for _, dir := range s.Foreign {
		fmt.Fprintf(w, say("a dataset of another machine, which is taken to be there: %s\n", "其他机器上的数据集，视为仍在：%s\n"), dir)
	}
	if s.Unnamed > 0 {
		fmt.Fprintf(w, say("%s of an older program, taken to be there\n", "%s由旧版程序写入，视为仍在\n"),
			number(s.Unnamed, "dataset", "datasets", "个数据集"))
	}
	switch {
	case s.Unneeded.Objects+s.Tried.Objects+s.Parts.Objects+len(s.Lost) == 0:
		fmt.Fprint(w, say("all of it is needed\n", "全部需要\n"))
	case s.Removed:
		fmt.Fprint(w, say("what no dataset needs was removed\n", "没有数据集需要的已删除\n"))
	default:
		fmt.Fprint(w, say("--remove removes what no dataset needs\n", "--remove 删除没有数据集需要的\n"))
	}
}
