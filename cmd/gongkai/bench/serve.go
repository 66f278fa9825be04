package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gongkai/gongkai/output"
)

// A Crowd is who reads from a server.
type Crowd struct {
	Readers   int           // at a time
	Answers   int           // all in all
	Pause     time.Duration // between an answer and the next question, on average; 0 = each asks as fast as it is answered
	Index     string        // folder of the server's index; "" = one that goes again
	Documents string        // folder of the documents, for evidence; "" = none is asked for
	Seed      int64
}

// Serve starts a server on a dataset and lets readers ask for everything that its pages ask for.
func (p *Program) Serve(ctx context.Context, in Input, c Crowd) (*Result, error) {
	dir, done, err := p.folder()
	if err != nil {
		return nil, err
	}
	defer done()
	manner := "each as fast as it is answered"
	if c.Pause > 0 {
		manner = fmt.Sprintf("each with %s on average before it asks again", c.Pause)
	}
	r := start("serve", fmt.Sprintf("gongkai serve: %d readers at a time, %s, on the same machine.", c.Readers, manner), &in)
	dataset, err := p.served(ctx, dir, &in, r, &c)
	if err != nil {
		return nil, err
	}
	if c.Index == "" {
		c.Index = filepath.Join(dir, "index")
	}
	s, err := p.step(ctx, "index and pack", r.Documents, "serve", dataset, "--index", c.Index, "--prepare")
	if err != nil {
		return nil, err
	}
	s.Disk, s.Files = size(c.Index)
	r.Steps = append(r.Steps, s)
	p.say("%d readers ask %d times", c.Readers, c.Answers)
	load, err := p.Load(ctx, dataset, c)
	if err != nil {
		return nil, err
	}
	r.Steps = append(r.Steps,
		Step{Name: "start to the first answer", CPU: seconds(load.Start.CPU), Memory: load.Start.Memory},
		Step{Name: fmt.Sprintf("%d answers", load.Answers), CPU: seconds(load.Cost.CPU), Memory: load.Cost.Memory})
	r.Views = load.Views
	r.Notes = append(r.Notes, fmt.Sprintf("%.0f answers a second, %.2f CPU-ms each in the server; the processes that show documents are "+
		"not in it", load.Rate, each(seconds(load.Cost.CPU), load.Answers)))
	if load.Without != "" {
		r.Notes = append(r.Notes, load.Without)
	}
	return r, nil
}

// served gives the dataset that is shown: that of the user, or one read of made documents, which are its evidence.
func (p *Program) served(ctx context.Context, dir string, in *Input, r *Result, c *Crowd) (string, error) {
	if in.Paths != nil {
		n, err := documents(in.Paths[0])
		r.Documents = n
		return in.Paths[0], err
	}
	p.say("serve: making and reading %d documents", in.Made.Reports)
	docs, dataset := filepath.Join(dir, "documents"), filepath.Join(dir, "dataset")
	if _, _, err := p.work(ctx, task{Do: "make", Dir: docs, Made: in.Made}); err != nil {
		return "", err
	}
	run := p.command(ctx, "run", "documents", "--out", dataset, "--readings", filepath.Join(dir, "readings"), "-q")
	run.Dir, c.Documents = dir, dir
	if _, err := Spend(run, partly); err != nil {
		return "", err
	}
	_, err := Spend(p.command(ctx, "anomalies", dataset, "--write"), partly)
	return dataset, err
}

// A Load is what came of a crowd.
type Load struct {
	Views   []View // those that were asked most often first
	All     View
	Answers int
	Rate    float64       // answers a second
	Opened  time.Duration // from the start to the first answer
	Start   Cost          // of the server to its first answer
	Cost    Cost          // of all the answers
	Without string        // what was not asked for, and why; "" = nothing
}

// Load starts a server on a dataset and has the crowd read.
func (p *Program) Load(ctx context.Context, dataset string, c Crowd) (*Load, error) {
	args := []string{"serve", dataset, "--addr", "127.0.0.1:0", "--index", c.Index}
	if c.Documents != "" {
		args = append(args, "--documents", c.Documents)
	}
	s, err := begin(p.command(ctx, args...))
	if err != nil {
		return nil, err
	}
	defer s.stop()
	l := &Load{Opened: s.opened, Start: s.cost()}
	t, err := s.targets(ctx, dataset)
	if err != nil {
		return nil, err
	}
	if c.Documents == "" {
		t.evidence, l.Without = nil, "no evidence was asked for: the documents of the dataset are not here"
	}
	used, began := s.cost(), time.Now()
	took, err := s.ask(ctx, t, c)
	whole := time.Since(began)
	if err != nil {
		return nil, err
	}
	l.Cost = s.cost()
	l.Cost.CPU -= used.CPU
	kinds, all := map[string][]time.Duration{}, []time.Duration{}
	var first, again []time.Duration
	for _, x := range took {
		kinds[x.kind], all = append(kinds[x.kind], x.took), append(all, x.took)
		if x.again {
			again = append(again, x.took)
		} else {
			first = append(first, x.took)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		l.Views = append(l.Views, view(name, kinds[name]))
	}
	slices.SortStableFunc(l.Views, func(a, b View) int { return b.Answers - a.Answers })
	l.All, l.Answers, l.Rate = view("all", all), len(all), float64(len(all))/max(1e-9, whole.Seconds())
	l.Views = append(l.Views, view("first asked for", first), view("asked for again", again), l.All)
	return l, s.stop()
}

// An asking is what an answer took, and whether somebody had asked for the same before.
type asking struct {
	kind  string
	took  time.Duration
	again bool
}

// view sums up what answers took.
func view(name string, took []time.Duration) View {
	slices.Sort(took)
	at := func(percent int) float64 {
		if len(took) == 0 {
			return 0
		}
		return float64(took[(len(took)-1)*percent/100].Microseconds()) / 1000
	}
	return View{Name: name, Answers: len(took), P50: at(50), P99: at(99), Most: at(100)}
}

// ask lets the readers read, and gives what each answer took. As browsers do, they take answers compressed; what it costs to
// unpack them is not the server's, and is left out.
func (s *server) ask(ctx context.Context, t *targets, c Crowd) ([]asking, error) {
	took, errs := make([][]asking, c.Readers), make([]error, c.Readers)
	var asked sync.Map
	var wg sync.WaitGroup
	for k := range c.Readers {
		wg.Go(func() {
			rng := rand.New(rand.NewSource(c.Seed + int64(k)))
			client := &http.Client{Transport: compressed{&http.Transport{DisableCompression: true}}}
			defer client.CloseIdleConnections()
			for range max(1, c.Answers/c.Readers) {
				if errs[k] = wait(ctx, rng.ExpFloat64()*float64(c.Pause)); errs[k] != nil {
					return
				}
				kind, target := t.draw(rng)
				_, again := asked.LoadOrStore(target, true)
				begin := time.Now()
				if errs[k] = s.get(ctx, client, target, nil); errs[k] != nil {
					return
				}
				took[k] = append(took[k], asking{kind, time.Since(begin), again})
			}
		})
	}
	wg.Wait()
	return slices.Concat(took...), errors.Join(errs...)
}

// wait lets so many nanoseconds pass.
func wait(ctx context.Context, d float64) error {
	if d < 1 {
		return ctx.Err()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(d)):
		return nil
	}
}

// compressed asks for answers that are compressed, and leaves them so.
type compressed struct{ *http.Transport }

func (c compressed) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("Accept-Encoding", "gzip")
	return c.Transport.RoundTrip(r)
}

// A server is one under way.
type server struct {
	cmd     *exec.Cmd
	words   tail
	address string
	opened  time.Duration // until the first answer
}

// begin starts a server and waits for its first answer.
func begin(cmd *exec.Cmd) (*server, error) {
	s := &server{cmd: cmd}
	cmd.Stderr = &s.words
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	from := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	at := strings.Index(line, "http://")
	if err != nil || at < 0 {
		err = errors.Join(err, s.stop())
		return nil, fmt.Errorf("the server did not start: %w %s", err, s.words.text)
	}
	s.address = strings.TrimSuffix(strings.TrimSpace(line[at:]), "/")
	if err := s.get(context.Background(), http.DefaultClient, "/api/overview.json", nil); err != nil {
		s.stop()
		return nil, err
	}
	s.opened = time.Since(from)
	return s, nil
}

// stop ends the server as a user would.
func (s *server) stop() error {
	if s.cmd.ProcessState != nil {
		return nil
	}
	if s.cmd.Process.Signal(os.Interrupt) != nil { // a system that knows no such signal
		s.cmd.Process.Kill()
		s.cmd.Wait()
		return nil
	}
	return s.cmd.Wait()
}

// get asks for an address, and reads the answer whole; into v where one is given.
func (s *server) get(ctx context.Context, client *http.Client, target string, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address+target, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s %w", target, resp.Status, errors.Join(err, errAnswer))
	}
	if v != nil {
		err = json.Unmarshal(body, v)
	}
	return err
}

// errAnswer: a server did not give what it should.
var errAnswer = errors.New("the answer is not what was asked for")

// cost is what the server has used so far, nothing where the system does not tell of a process that runs.
func (s *server) cost() (c Cost) {
	if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid)); err == nil {
		f := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		if len(f) > 12 {
			c.CPU = time.Duration(number(f[11], 0)+number(f[12], 0)) * 10 * time.Millisecond // of a hundredth of a second each
		}
	}
	if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid)); err == nil {
		for l := range strings.Lines(string(text)) {
			if rest, ok := strings.CutPrefix(l, "VmHWM:"); ok {
				kb, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
				c.Memory = kb << 10
			}
		}
	}
	return c
}

// targets are what there is to be asked for.
type targets struct {
	keys, bodies  []string
	pages         int // of the coverage
	evidence      []string
	anomalies     []oddity
	cells, rates  []named
	groups        []group
	words, places []string
}

type (
	oddity struct{ ID, Rule string }
	named  struct{ Name string }
	group  struct {
		Year        int
		Level, Kind string
	}
)

// targets asks the server what it has, and the dataset for its documents.
func (s *server) targets(ctx context.Context, dataset string) (*targets, error) {
	t := &targets{pages: 1, places: []string{"nanjing", "sz", "教育局", "haidian"}, words: []string{"公开", "政府信息公开", "行政复议", "平台建设",
		"没有这样的话", "南京 培训", "依申请公开 规范", "开公息信", "2023", "办理申请"}}
	get := func(target string, v any) error { return s.get(ctx, http.DefaultClient, target, v) }
	for page := 1; page <= t.pages; page++ {
		var c struct {
			Pages int
			Rows  []struct {
				ID    string
				Cells []struct{ Key *string }
			}
		}
		if err := get(fmt.Sprintf("/api/coverage/all/all/%d.json", page), &c); err != nil {
			return nil, err
		}
		t.pages = c.Pages
		for _, r := range c.Rows {
			t.bodies = append(t.bodies, r.ID)
			for _, x := range r.Cells {
				if x.Key != nil {
					t.keys = append(t.keys, *x.Key)
				}
			}
		}
	}
	var odd struct{ Rows []oddity }
	var d struct {
		Cells, Rates []named
		Groups       []group
	}
	if err := errors.Join(get("/api/anomalies.json", &odd), get("/api/dataset.json", &d)); err != nil {
		return nil, err
	}
	t.anomalies, t.cells, t.rates, t.groups = odd.Rows, d.Cells, d.Rates, d.Groups
	if len(t.keys) == 0 || len(t.groups) == 0 {
		return nil, errors.New("the dataset has no report that could be shown")
	}
	data, err := output.Open(dataset)
	if err != nil {
		return nil, err
	}
	return t, data.Documents(func(_ int, r output.DocumentRow) error {
		switch {
		case r.MediaType != nil && *r.MediaType == "application/pdf":
			t.evidence = append(t.evidence, "/documents/"+r.Document+"-1.png")
		case r.Status == "read":
			t.evidence = append(t.evidence, "/documents/"+r.Document+".html")
		}
		return nil
	})
}

// draw gives an address at random, in the shares in which pages ask.
func (t *targets) draw(r *rand.Rand) (kind, target string) {
	pick := func(list []string) string { return list[r.Intn(len(list))] }
	cell := func() string { return t.cells[r.Intn(len(t.cells))].Name }
	if r.Intn(10) == 0 { // with the provinces as tiles
		g, name := t.groups[r.Intn(len(t.groups))], t.rates[r.Intn(len(t.rates))].Name
		if r.Intn(2) == 0 {
			name = cell()
		}
		region := pick([]string{"", "&region=32", "&region=51"})
		return "rank, tiles", fmt.Sprintf("/api/rank/%s/%d/%s/%s.json?page=1%s", name, g.Year, g.Level, g.Kind, region)
	}
	switch k := r.Intn(100); {
	case k < 8 && len(t.evidence) > 0:
		return "evidence", pick(t.evidence)
	case k < 40:
		return "report", "/api/reports/" + pick(t.keys) + ".json"
	case k < 55:
		return "authority", "/api/authorities/" + pick(t.bodies) + ".json"
	case k < 65:
		return "coverage", fmt.Sprintf("/api/coverage/all/all/%d.json", 1+r.Intn(t.pages))
	case k < 75:
		return "search", "/api/search.json?q=" + url.QueryEscape(pick(t.words))
	case k < 83:
		return "peers", "/api/peers/" + cell() + ".json"
	case k < 90 && len(t.anomalies) > 0:
		return "anomalies", fmt.Sprintf("/api/anomalies.json?rule=%s&severity=%s&page=1",
			t.anomalies[r.Intn(len(t.anomalies))].Rule, pick([]string{"note", "warning"}))
	case k < 95 && len(t.anomalies) > 0:
		return "anomaly", "/api/anomalies/" + t.anomalies[r.Intn(len(t.anomalies))].ID + ".json"
	case k < 97:
		return "home", "/api/home.json"
	case k < 98:
		return "bodies", "/api/bodies.json?q=" + pick(t.places)
	}
	return "page", pick([]string{"/", "/assets/app.js", "/api/dataset.json"})
}
