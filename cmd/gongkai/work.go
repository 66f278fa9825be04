package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus/queue"
)

type workCmd struct {
	place
	list
	conduct
	Queues   []string `placeholder:"QUEUE" help:"${work_queues}"`
	Readers  int      `placeholder:"N" help:"${update_readers}"`
	Readings string   `placeholder:"URL" env:"GONGKAI_READINGS" help:"${work_readings}"`
	OCR      string   `enum:"auto,paddle,tesseract,none" default:"auto" help:"${read_ocr}"`
	Cache    string   `env:"GONGKAI_CACHE" type:"path" placeholder:"DIR" help:"${read_cache}"`
	Metrics  string   `placeholder:"ADDRESS" help:"Serve metrics for Prometheus at this address, such as 127.0.0.1:9464."`
	manner
}

func (workCmd) Help() string {
	return `A worker: takes visits, and documents that are to be read, from the queues until it is stopped. As many as wanted, on as
many machines, with one --db postgres://… and one --archive s3://…; a lease on each host keeps them polite together. gongkai
watch plans the visits; gongkai run --from (and update) puts in what has no reading, and makes the dataset of what comes.

On SQLite one process crawls; beside it as many as wanted read, on the same machine, in the same --work.

A worker reads what it would read as the run that asks does: one of another version, or without LibreOffice or an engine for
scans, leaves alone those formats for which this makes a difference. gongkai status --queues tells who works at what.

Examples:  gongkai work --db postgres://… --archive s3://…
           gongkai work --queues read-scan --readers 2 --db postgres://… --archive s3://…
           gongkai work --work crawl`
}

// readLease is how long a worker that reads is believed to live that says nothing, at most: what it had in hand others read
// after it.
const readLease = 30 * time.Second

// queueCrawl is the queue of the visits.
const queueCrawl = "crawl"

func (c *workCmd) Run(ctx context.Context, std streams) error {
	postgres := strings.HasPrefix(c.DB, "postgres")
	if len(c.Queues) == 0 {
		c.Queues = []string{laneRead, laneScan}
		if postgres {
			c.Queues = append(c.Queues, queueCrawl)
		}
	}
	for _, q := range c.Queues {
		if q != queueCrawl && q != laneRead && q != laneScan {
			return errors.New("--queues " + q + ": there are crawl, read and read-scan")
		}
	}
	crawls := slices.Contains(c.Queues, queueCrawl)
	if crawls && !postgres {
		return errors.New("the queue crawl needs --db postgres://…: on SQLite one process does all visits (gongkai watch)")
	}
	if slices.ContainsFunc(c.Queues, func(q string) bool { return q != queueCrawl }) {
		leave, err := c.read(ctx, std.err)
		if err != nil {
			return err
		}
		defer leave()
	}
	if crawls {
		return stay(ctx, std, c.place, c.list, c.conduct, 0, c.Metrics, c.Quiet, nil)
	}
	<-ctx.Done()
	return nil
}

// read begins to read what is put into the queues.
func (c *workCmd) read(ctx context.Context, log io.Writer) (leave func(), err error) {
	limits := (&bounds{OCR: c.OCR, Cache: c.Cache}).limits()
	kept := c.Readings
	if kept == "" {
		kept = c.place.readings()
	}
	w, err := openReadWorker(ctx, c.place, kept, limits, (&source{Workers: c.Readers}).workers())
	if err != nil {
		return nil, err
	}
	lanes := w.lanes(slices.Contains(c.Queues, laneRead), slices.Contains(c.Queues, laneScan))
	o := w.options(lanes, log)
	o.Lease = min(c.Lease, readLease)
	q, err := queue.OpenReadings(ctx, c.db(), true, o)
	if err == nil {
		if err = q.Start(context.WithoutCancel(ctx)); err != nil {
			err = errors.Join(err, q.Close(ctx))
		}
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return func() {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		if err := q.Close(stop); err != nil {
			log.Write([]byte("the queue of readings could not be left in order: " + err.Error() + "\n"))
		}
		w.close()
	}, nil
}
