package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/gongkai/gongkai/corpus/ledger"
)

// meters are what Prometheus is told of a process that crawls.
type meters struct {
	registry *prometheus.Registry
	asked    *prometheus.CounterVec // by what came of it: report, list, … or the kind of trouble
	visits   *prometheus.CounterVec // by how they ended
}

func newMeters() *meters {
	c := &meters{
		registry: prometheus.NewRegistry(),
		asked: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "gongkai_addresses_total",
			Help: "Addresses gone through, by what came of them: a kind of page, or a kind of trouble."},
			[]string{"result"}),
		visits: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "gongkai_visits_total",
			Help: "Visits of portals that ended, by their state."}, []string{"state"}),
	}
	c.registry.MustRegister(c.asked, c.visits)
	return c
}

func (c *meters) step(_ *ledger.Item, what string) {
	kind, _, _ := strings.Cut(what, ":")
	if strings.HasPrefix(kind, "a report of ") {
		kind = "other year"
	}
	c.asked.WithLabelValues(kind).Inc()
}

// serveMetrics serves /metrics until it is stopped: what this process did, and what the ledger knows.
func serveMetrics(address string, g *crawling, log io.Writer) (stop func(), err error) {
	ask := func(what func(ctx context.Context) (float64, error)) func() float64 {
		return func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			n, err := what(ctx)
			if err != nil {
				return -1
			}
			return n
		}
	}
	for _, m := range []struct {
		name, help string
		what       func(ctx context.Context) (float64, error)
	}{
		{"gongkai_documents", "Documents that are there, of all portals.",
			func(ctx context.Context) (n float64, err error) {
				err = g.ledger.Documents(ctx, "", func(d ledger.Document) error {
					if d.State == "present" {
						n++
					}
					return nil
				})
				return n, err
			}},
		{"gongkai_visits_unfinished", "Visits that wait or are under way.", func(ctx context.Context) (float64, error) {
			all, err := g.queue.Unfinished(ctx)
			return float64(len(all)), err
		}},
		{"gongkai_hosts_paused", "Hosts that are left alone for a while.",
			func(ctx context.Context) (n float64, err error) {
				err = g.ledger.Hosts(ctx, func(h ledger.Host) error {
					if h.Paused.After(time.Now()) {
						n++
					}
					return nil
				})
				return n, err
			}},
		{"gongkai_received_bytes", "Bytes received from all hosts.", func(ctx context.Context) (n float64, err error) {
			err = g.ledger.Hosts(ctx, func(h ledger.Host) error { n += float64(h.Bytes); return nil })
			return n, err
		}},
	} {
		g.count.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: m.name, Help: m.help},
			ask(m.what)))
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(g.count.registry, promhttp.HandlerOpts{}))
	s := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go s.Serve(l)
	fmt.Fprintf(log, say("metrics at http://%s/metrics\n", "运行指标：http://%s/metrics\n"), l.Addr())
	return func() { s.Close() }, nil
}
