package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
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
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/anomalies"
)

// BenchmarkServe starts gongkai serve on a dataset of GONGKAI_REPORTS made-up reports (2,000; 100,000 takes some
// minutes to make), or on that of GONGKAI_DATASET (its index in GONGKAI_INDEX, made where it is not there), and lets 50
// readers at a time ask for everything there is, each as fast as it is answered. It tells seconds until the first
// answer, for index and pack to be made, milliseconds an answer by kind, and the memory of the server.
func BenchmarkServe(b *testing.B) {
	const readers, asked = 50, 12_000
	dir := os.Getenv("GONGKAI_DATASET")
	if dir == "" {
		n := 2000
		if s := os.Getenv("GONGKAI_REPORTS"); s != "" {
			n, _ = strconv.Atoi(s)
		}
		dir = filepath.Join(b.TempDir(), "dataset")
		if keep := os.Getenv("GONGKAI_KEEP"); keep != "" {
			dir = keep
		}
		if _, err := output.Open(dir); err != nil {
			manyReports(b, dir, n)
		}
	}
	program := filepath.Join(b.TempDir(), "gongkai")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	index := os.Getenv("GONGKAI_INDEX")
	if index == "" {
		index = b.TempDir()
	}
	first := startServe(b, program, dir, index)
	b.ReportMetric(first.opened.Seconds(), "s-first-start")
	began := time.Now()
	for !first.prepared(b) {
		time.Sleep(200 * time.Millisecond)
	}
	b.ReportMetric(time.Since(began).Seconds(), "s-prepare")
	b.ReportMetric(first.memory("VmHWM"), "MB-prepare-most")
	first.stop()
	for b.Loop() {
		s := startServe(b, program, dir, index)
		b.ReportMetric(s.opened.Seconds(), "s-start")
		draw := s.targets(b)
		took := make([]map[string][]time.Duration, readers)
		var wg sync.WaitGroup
		for k := range readers {
			took[k] = map[string][]time.Duration{}
			wg.Add(1)
			go func() {
				defer wg.Done()
				rng := rand.New(rand.NewSource(int64(k)))
				client := &http.Client{Transport: &http.Transport{DisableCompression: true}, Timeout: time.Minute}
				for range asked / readers {
					kind, target := draw(rng)
					begin := time.Now()
					resp, err := client.Get(s.address + target)
					if err != nil {
						b.Error(err)
						return
					}
					_, err = io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
					took[k][kind] = append(took[k][kind], time.Since(begin))
					if err != nil || resp.StatusCode != http.StatusOK {
						b.Errorf("%s: %s %v", target, resp.Status, err)
						return
					}
				}
			}()
		}
		began, used := time.Now(), s.cpu()
		wg.Wait()
		whole := time.Since(began)
		all, byKind := []time.Duration{}, map[string][]time.Duration{}
		for _, m := range took {
			for kind, list := range m {
				all, byKind[kind] = append(all, list...), append(byKind[kind], list...)
			}
		}
		ms := func(list []time.Duration, q int) float64 {
			slices.Sort(list)
			return float64(list[(len(list)-1)*q/100].Microseconds()) / 1000
		}
		for kind, list := range byKind {
			b.Logf("%-12s %5d answers: p50 %6.1f ms, p99 %6.1f ms, most %6.1f ms", kind, len(list), ms(list, 50),
				ms(list, 99), ms(list, 100))
		}
		b.ReportMetric(ms(all, 50), "ms-p50")
		b.ReportMetric(ms(all, 99), "ms-p99")
		b.ReportMetric(float64(len(all))/whole.Seconds(), "answers/s")
		b.ReportMetric(float64((s.cpu()-used).Microseconds())/1000/float64(len(all)), "ms-cpu/answer")
		b.ReportMetric(s.memory("VmHWM"), "MB-most")
		s.stop()
	}
}

// served is a server under way.
type served struct {
	cmd     *exec.Cmd
	address string
	opened  time.Duration // until the first answer
}

func startServe(b *testing.B, program, dir, index string) *served {
	b.Helper()
	s := &served{cmd: exec.Command(program, "serve", dir, "--addr", "127.0.0.1:0", "--index", index)}
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	if err := s.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	s.address = strings.TrimSuffix(strings.TrimSpace(line[strings.Index(line, "http://"):]), "/")
	s.get(b, "/api/overview.json", nil)
	s.opened = time.Since(begin)
	b.Logf("%s", strings.TrimSpace(line))
	return s
}

func (s *served) stop() {
	if s.cmd.ProcessState == nil {
		s.cmd.Process.Signal(os.Interrupt)
		s.cmd.Wait()
	}
}

func (s *served) get(b *testing.B, target string, v any) {
	b.Helper()
	resp, err := http.Get(s.address + target)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s %v", target, resp.Status, err)
	}
	if v != nil {
		if err := json.Unmarshal(body, v); err != nil {
			b.Fatalf("%s: %v", target, err)
		}
	}
}

// prepared reports whether the index of the search and the pack are there.
func (s *served) prepared(b *testing.B) bool {
	var d struct {
		Search, Packing struct{ State, Message string }
	}
	s.get(b, "/api/dataset.json", &d)
	if d.Search.State == "failed" || d.Packing.State == "failed" {
		b.Fatal(d.Search.Message, d.Packing.Message)
	}
	return d.Search.State == "ready" && (d.Packing.State == "ready" || d.Packing.State == "absent")
}

// memory gives a line of the process's status in MB; 0 where there is none.
func (s *served) memory(line string) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for l := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(l, line+":"); ok {
			kb, _ := strconv.Atoi(strings.Fields(rest)[0])
			return float64(kb) / 1000
		}
	}
	return 0
}

// cpu is the processor time that the server has used, 0 where that is not told.
func (s *served) cpu() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	f := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond // of a hundredth of a second each
}

// targets gives addresses of every kind at random.
func (s *served) targets(b *testing.B) func(*rand.Rand) (kind, target string) {
	var first struct{ Pages int }
	s.get(b, "/api/coverage/all/all/1.json", &first)
	var keys, bodies []string
	for page := 1; page <= first.Pages; page++ {
		var c struct {
			Rows []struct {
				ID    string
				Cells []struct{ Key *string }
			}
		}
		s.get(b, fmt.Sprintf("/api/coverage/all/all/%d.json", page), &c)
		for _, r := range c.Rows {
			bodies = append(bodies, r.ID)
			for _, x := range r.Cells {
				if x.Key != nil {
					keys = append(keys, *x.Key)
				}
			}
		}
	}
	var odd struct {
		Pages int
		Rows  []struct{ ID, Rule string }
	}
	s.get(b, "/api/anomalies.json", &odd)
	var d struct {
		Cells  []struct{ Name string }
		Rates  []struct{ Name string }
		Groups []struct {
			Year        int
			Level, Kind string
		}
	}
	s.get(b, "/api/dataset.json", &d)
	words := []string{"公开", "政府信息公开", "行政复议", "平台建设", "没有这样的话", "南京 培训", "依申请公开 规范", "开公息信", "2023", "办理申请"}
	return func(r *rand.Rand) (string, string) {
		pick := func(list []string) string { return list[r.Intn(len(list))] }
		if r.Intn(10) == 0 { // with the provinces as tiles
			g := d.Groups[r.Intn(len(d.Groups))]
			name := d.Rates[r.Intn(len(d.Rates))].Name
			if r.Intn(2) == 0 {
				name = d.Cells[r.Intn(len(d.Cells))].Name
			}
			region := pick([]string{"", "&region=32", "&region=51"})
			return "rank", fmt.Sprintf("/api/rank/%s/%d/%s/%s.json?page=1%s", name, g.Year, g.Level, g.Kind, region)
		}
		switch k := r.Intn(100); {
		case k < 40:
			return "report", "/api/reports/" + pick(keys) + ".json"
		case k < 55:
			return "authority", "/api/authorities/" + pick(bodies) + ".json"
		case k < 65:
			return "coverage", fmt.Sprintf("/api/coverage/all/all/%d.json", 1+r.Intn(first.Pages))
		case k < 75:
			return "search", "/api/search.json?q=" + url.QueryEscape(pick(words))
		case k < 83:
			return "peers", "/api/peers/" + d.Cells[r.Intn(len(d.Cells))].Name + ".json"
		case k < 90 && len(odd.Rows) > 0:
			return "anomalies", fmt.Sprintf("/api/anomalies.json?rule=%s&severity=%s&page=1",
				odd.Rows[r.Intn(len(odd.Rows))].Rule, pick([]string{"note", "warning"}))
		case k < 95 && len(odd.Rows) > 0:
			return "anomaly", "/api/anomalies/" + odd.Rows[r.Intn(len(odd.Rows))].ID + ".json"
		case k < 97:
			return "home", "/api/home.json"
		case k < 98:
			return "bodies", "/api/bodies.json?q=" + pick([]string{"nanjing", "sz", "教育局", "haidian"})
		}
		return "page", pick([]string{"/", "/assets/app.js", "/api/dataset.json"})
	}
}

// manyReports writes a dataset of about n reports with anomalies: departments of counties that are there, over six
// years, with prose of some 2,000 characters.
func manyReports(b *testing.B, dir string, n int) {
	forms, err := form.Load()
	if err != nil {
		b.Fatal(err)
	}
	w, err := output.Create(dir, forms, output.Info{ProgramVersion: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	var counties []*places.Division
	for _, d := range places.All() {
		if d.Level() == places.County && d.In(2024) {
			counties = append(counties, d)
		}
	}
	var names [3][]string
	for i, t := range []string{"active", "applications", "disputes"} {
		for _, f := range forms.Editions(t) {
			if f.Edition == "2021" {
				names[i] = f.Names()
			}
		}
	}
	functions := strings.Fields("教育 民政 财政 审计 交通运输 水利 农业农村 商务 文化和旅游 卫生健康 应急管理 市场监督管理 统计 林业 司法 住房和城乡建设 自然资源 生态环境 体育 信访")
	pieces := strings.Fields("2023年，我局深入贯彻落实条例 加强组织领导和平台建设 全年主动公开政府信息若干条 依法办理依申请公开事项 开展业务培训两次 信息公开审查制度进一步完善 " +
		"存在的问题是公开内容不够全面 下一步将提高工作人员业务水平 行政复议案件有所减少 及时回应社会关切 优化政务服务流程 推进基层政务公开标准化规范化 定期更新公开指南和目录 严格执行三审三校制度 " +
		"通过网站和新媒体发布解读材料")
	rng := rand.New(rand.NewSource(1))
	id := 0
	for year := 2019; year <= 2024; year++ {
		for k := range n / 6 {
			d := counties[k%len(counties)]
			function := functions[(k/len(counties))%len(functions)]
			id++
			agency := d.Path() + function + "局"
			r := &normalize.Report{Agency: agency, Year: year, Status: normalize.StatusRead,
				Title:     fmt.Sprintf("%s%d年政府信息公开工作年度报告", agency, year),
				Published: fmt.Sprintf("%d-01-%02d", year+1, 1+rng.Intn(28)),
				Editions:  normalize.Editions{"active": "2021", "applications": "2021", "disputes": "2021"}}
			r.Body = agencies.Agency{ID: d.Code + "/department/" + function, Normal: agency, Code: d.Code,
				Series: d.Code, Level: places.County, Kind: agencies.Department, Function: function}
			for t, list := range names {
				for i, name := range list {
					v := normalize.Value{Name: name, Text: strconv.Itoa(rng.Intn(9)), State: normalize.Number,
						Verdict: normalize.Proved, Place: extract.Place{Table: t + 1, Row: 1 + i/7, Column: 1 + i%7,
							Path: fmt.Sprintf("/html/body/div[%d]/table[%d]/tbody/tr[%d]/td[%d]", 1+rng.Intn(5), t+1,
								1+i/7, 1+i%7)}}
					num, err := decimal.NewFromString(v.Text)
					if err != nil {
						b.Fatal(err)
					}
					v.Number = &num
					r.Values = append(r.Values, v)
				}
			}
			for s := 1; s <= 6; s++ {
				var text strings.Builder
				for range 25 {
					text.WriteString(pieces[rng.Intn(len(pieces))] + strconv.Itoa(rng.Intn(1000)) + "件。")
				}
				r.Sections = append(r.Sections, normalize.Section{Ordinal: s, Title: fmt.Sprintf("%d、情况", s),
					Text: text.String(), Kinds: []normalize.SectionKind{normalize.GeneralSection}})
			}
			r.Findings = append(r.Findings, normalize.Finding{Code: normalize.CodeSumFails, Severity: normalize.Error,
				Name: "applications.granted", Message: "made up"})
			sha := fmt.Sprintf("%064x", id)
			if err := w.Write(output.Result{Document: output.Document{File: "made/" + sha + ".html", SHA256: sha,
				MediaType: "text/html", Bytes: 1000}, Report: r}); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	data, err := output.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	list, err := anomalies.Find(context.Background(), data, anomalies.Options{})
	if err != nil {
		b.Fatal(err)
	}
	if err := output.Add(data, "anomalies", anomalies.Rows(list.Anomalies)); err != nil {
		b.Fatal(err)
	}
}
