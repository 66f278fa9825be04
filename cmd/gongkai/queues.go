package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/queue"
	"github.com/gongkai/gongkai/output/listing"
)

// queueStatus is how it stands with one queue: the visits, or the documents of one format that one print reads.
type queueStatus struct {
	Queue  string // crawl, read, read-scan
	Format string // of what is read
	Print  string // of what reads it
	queue.Lane
	Workers []string // that live and work at it: name and version; of visits it is not known
	Slots   int
}

// lost says that documents wait which nobody there can read as they are to be read.
func (s *queueStatus) lost() bool {
	return s.Queue != queueCrawl && s.Waiting+s.Running+s.Retried > 0 && len(s.Workers) == 0
}

// queues tells how it stands with visits and readings.
func (c *statusCmd) queues(ctx context.Context, l *ledger.Ledger, std streams) error {
	rows, err := c.place.queues(ctx, l)
	if err != nil {
		return err
	}
	return c.queueTable(std, rows)
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

// queueTable prints a row a queue. Beside the portals only those are shown in which something waits or has failed.
func (c *statusCmd) queueTable(std streams, rows []queueStatus) error {
	shown := slices.DeleteFunc(slices.Clone(rows), func(s queueStatus) bool {
		idle := s.Waiting+s.Running+s.Retried+s.Failed == 0
		return idle && (!c.Queues || s.Done == 0 && s.Queue != queueCrawl && len(s.Workers) == 0)
	})
	if !c.Queues {
		if len(shown) == 0 || c.Format != "table" || c.Excel {
			return nil
		}
		fmt.Fprintln(std.out)
	}
	l, err := c.rows(std, c.Format, c.sheet, listing.Column{Key: "queue"}, listing.Column{Key: "format"},
		listing.Column{Key: "print", Less: 1},
		listing.Column{Key: "waiting"}, listing.Column{Key: "running"}, listing.Column{Key: "tried_again", Head: "tried again"},
		listing.Column{Key: "done"}, listing.Column{Key: "failed"}, listing.Column{Key: "workers"})
	if err != nil {
		return err
	}
	for _, s := range shown {
		workers := any(len(s.Workers))
		if s.Queue == queueCrawl {
			workers = known("")
		}
		if err := l.Add(s.Queue, known(s.Format), known(s.Print), s.Waiting, s.Running, s.Retried, s.Done, s.Failed, workers); err != nil {
			return err
		}
	}
	if err := l.Close(); err != nil || c.JSON || c.Format != "table" || c.Excel {
		return err
	}
	for _, s := range shown {
		if s.lost() {
			fmt.Fprintf(std.out, "%s %s: %s\n", s.Queue, s.Format, say("no worker that is there would read them as they are to be read: "+
				"start one of the same version, with the same programs beside it (LibreOffice, engine for scans); "+
				"gongkai run reads them itself",
				"现有工作进程的版本或环境与任务不符，无人处理；请启动相同版本和环境的工作进程，或由 gongkai run 自行读取。"))
		}
	}
	return nil
}
