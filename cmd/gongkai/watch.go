package main

import (
	"context"
	"time"
)

type watchCmd struct {
	place
	list
	conduct
	telling
	manner
	Metrics string        `placeholder:"ADDRESS" help:"${watch_metrics}"`
	Every   time.Duration `default:"10m" help:"How often to look for portals that are due."`
}

func (watchCmd) Help() string {
	return `Stays and follows the calendar: departments publish by 31 January, governments by 31 March (Articles 49 and 50 of
the Regulations). Portals are visited every month, every third day around their deadline, every day while the report of
the year is missing then; portals that do not answer later and later. For a crawl that a timer starts: gongkai crawl --due.`
}

func (c *watchCmd) Run(ctx context.Context, std streams) error {
	return stay(ctx, std, c.place, c.list, c.conduct, c.Every, c.Metrics, c.Quiet, &c.telling)
}
