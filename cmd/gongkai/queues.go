package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/queue"
)

// queueStatus is how it stands with one queue: the visits, or the documents of one format that one print reads.
type queueStatus struct {
	Queue  string `json:"queue"`            // crawl, read, read-scan
	Format string `json:"format,omitempty"` // of what is read
	Print  string `json:"print,omitempty"`  // of what reads it
	queue.Lane
	Workers []string `json:"workers"` // that live and work at it: name and version; of visits it is not known
	Slots   int      `json:"slots,omitempty"`
}

// lost says that documents wait which nobody there can read as they are to be read.
func (s *queueStatus) lost() bool {
	return s.Queue != queueCrawl && s.Waiting+s.Running+s.Retried > 0 && len(s.Workers) == 0
}

// queues tells how it stands with visits and readings.
func (c *statusCmd) queues(ctx context.Context, l *ledger.Ledger, out io.Writer) error {
	rows, err := c.place.queues(ctx, l)
	if err != nil {
		return err
	}
	if c.JSON {
		e := json.NewEncoder(out)
		for _, r := range rows {
			if err := e.Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	return queueTable(out, rows, c.Queues)
}

func (p place) queues(ctx context.Context, l *ledger.Ledger) (rows []queueStatus, err error) {
	visits, err := queue.Visits(ctx, l.DB())
	if err != nil {
		return nil, err
	}
	for _, v := range visits {
		rows = append(rows, queueStatus{Queue: queueCrawl, Lane: v, Workers: []string{}})
	}
	q, err := queue.OpenReadings(ctx, p.db(), false, queue.ReadOptions{})
	if errors.Is(err, queue.ErrNoReadings) {
		return rows, nil
	}
	if err != nil {
		return nil, err
	}
	defer q.Close(ctx)
	lanes, err := q.Lanes(ctx)
	if err != nil {
		return nil, err
	}
	readers, err := q.Readers(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range readers { // queues in which nothing is are told of too, where somebody works at them
		for _, name := range r.Lanes {
			if !slices.ContainsFunc(lanes, func(l queue.Lane) bool { return l.Name == name }) {
				lanes = append(lanes, queue.Lane{Name: name})
			}
		}
	}
	slices.SortFunc(lanes, func(a, b queue.Lane) int { return strings.Compare(a.Name, b.Name) })
	for _, lane := range lanes {
		s := queueStatus{Queue: laneRead, Lane: lane, Print: printOf(lane.Name), Workers: []string{}}
		s.Format = strings.TrimSuffix(strings.TrimPrefix(lane.Name, laneRead+"-"), "-"+s.Print)
		if f, ok := strings.CutPrefix(s.Format, "scan-"); ok {
			s.Queue, s.Format = laneScan, f
		}
		for _, r := range readers {
			if slices.Contains(r.Lanes, lane.Name) {
				s.Workers, s.Slots = append(s.Workers, r.Name+" "+r.Program), s.Slots+r.Slots
			}
		}
		rows = append(rows, s)
	}
	return rows, nil
}

// queueTable prints a line a queue, of those in which something is; all where it was asked for.
func queueTable(w io.Writer, rows []queueStatus, all bool) error {
	shown := slices.DeleteFunc(slices.Clone(rows), func(s queueStatus) bool {
		return s.Waiting+s.Running+s.Retried+s.Failed == 0 && (!all || s.Done == 0 && s.Queue != queueCrawl)
	})
	if len(shown) == 0 {
		if all {
			fmt.Fprintln(w, "nothing waits, and nothing failed")
		}
		return nil
	}
	if !all {
		fmt.Fprintln(w)
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "queue\tformat\twaiting\trunning\ttried again\tdone\tfailed\tworkers")
	for _, s := range shown {
		workers := fmt.Sprint(len(s.Workers))
		if s.Queue == queueCrawl {
			workers = ""
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\n", s.Queue, s.Format, s.Waiting, s.Running, s.Retried, s.Done, s.Failed, workers)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, s := range shown {
		if s.lost() {
			fmt.Fprintf(w, "%s %s: no worker that is there would read them as they are to be read: start one of the same version, with the "+
				"same programs beside it (LibreOffice, engine for scans); gongkai run reads them itself\n"+
				"  现有工作进程的版本或环境与任务不符，无人处理；请启动相同版本和环境的工作进程，或由 gongkai run 自行读取。\n", s.Queue, s.Format)
		}
	}
	return nil
}
