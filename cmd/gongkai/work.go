package main

import (
	"context"
	"errors"
	"strings"
)

type workCmd struct {
	place
	list
	conduct
	manner
	Metrics string `placeholder:"ADDRESS" help:"Serve metrics for Prometheus at this address, such as 127.0.0.1:9464."`
}

func (workCmd) Help() string {
	return `A worker of a cluster: takes visits from the queue until it is stopped. As many as wanted, on as many machines, with
one --db postgres://… and one --archive s3://…; a lease on each host keeps them polite together. gongkai watch plans the visits.`
}

func (c *workCmd) Run(ctx context.Context, std streams) error {
	if !strings.HasPrefix(c.DB, "postgres") {
		return errors.New("work needs --db postgres://…: on SQLite one process does all the work (gongkai watch)")
	}
	return stay(ctx, std, c.place, c.list, c.conduct, 0, c.Metrics, c.Quiet, nil)
}
