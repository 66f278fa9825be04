package main

import (
	"bufio"
	"net/http"
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
