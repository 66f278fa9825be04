package main

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestServe: the server says where it is, answers there and to its own names only, and ends when it is told to.
func TestServe(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "dataset")
	if code := realMain([]string{"run", filepath.Join(root, "examples", "linxi"), "--out", dir, "--quiet"},
		streams{strings.NewReader(""), new(strings.Builder), os.Stderr}); code != exitDone {
		t.Fatalf("exit code %d", code)
	}
	c := exec.Command(os.Args[0], "serve", dir, "--addr", "127.0.0.1:0", "--index", t.TempDir())
	c.Args[0] = "gongkai"
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer c.Process.Kill()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "2 reports, open after ") {
		t.Fatalf("%q: %v", line, err)
	}
	address := strings.TrimSpace(line[strings.Index(line, "http://"):])
	for host, want := range map[string]int{"": 200, "localhost": 200,
		"gongkai.example.org": http.StatusMisdirectedRequest} {
		r, err := http.NewRequest(http.MethodGet, address+"api/overview.json", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("host %q: %s", host, resp.Status)
		}
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("it does not end")
	}
}

// connection records the deadlines that are set on it.
type connection struct {
	*httptest.ResponseRecorder
	deadlines []time.Time
}

func (c *connection) SetWriteDeadline(t time.Time) error {
	c.deadlines = append(c.deadlines, t)
	return nil
}

// TestAnswerTime: how long an answer takes to be made no deadline of the server bounds; how long it takes to be sent
// one does, which is set when it begins.
func TestAnswerTime(t *testing.T) {
	t.Parallel()
	for name, send := range map[string]func(http.ResponseWriter){
		"a body": func(w http.ResponseWriter) { w.Write([]byte("a")); w.Write([]byte("b")) },
		"status": func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotModified) },
		"none":   func(http.ResponseWriter) {},
	} {
		c := &connection{ResponseRecorder: httptest.NewRecorder()}
		s := newServer(t.Context(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if len(c.deadlines) != 0 {
				t.Errorf("%s: a deadline while it is made", name)
			}
			send(w)
			if name != "none" && len(c.deadlines) != 1 {
				t.Errorf("%s: %d deadlines once it is sent", name, len(c.deadlines))
			}
		}))
		before := time.Now()
		s.Handler.ServeHTTP(c, httptest.NewRequest(http.MethodGet, "/", nil))
		if s.WriteTimeout != 0 {
			t.Errorf("the server cuts off after %s whatever is not made by then", s.WriteTimeout)
		}
		if len(c.deadlines) != 1 || c.deadlines[0].Before(before.Add(answerTime)) {
			t.Errorf("%s: deadlines %v", name, c.deadlines)
		}
	}
}
