package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"

	"github.com/gongkai/gongkai/normalize/gold"
)

type demoCmd struct {
	Dir     string `placeholder:"DIR" help:"Folder to work in (default: demo in the program's cache folder)."`
	Addr    string `placeholder:"HOST:PORT" help:"${serve_addr}"`
	Prepare bool   `help:"Make the dataset, and end."`
	manner
}

func (demoCmd) Help() string {
	return `Reads the bundled examples, reports of made-up places in all formats, and opens the explorer on them: what the program
does, without anything of your own. Nothing is asked of the network.

Example:  gongkai demo`
}

func (c *demoCmd) Run(_ context.Context, std streams) error {
	dir := c.Dir
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("%w; name a folder with --dir", err)
		}
		dir = filepath.Join(cache, "gongkai", "demo")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	dataset := filepath.Join(dir, "dataset") // whole: the commands that it is followed by are typed elsewhere
	for _, e := range gold.Examples() {
		name := filepath.Join(dir, "examples", filepath.FromSlash(e.File))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, e.Body, 0o644); err != nil {
			return err
		}
	}
	// names of documents in a dataset are relative to where it was made
	was, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := os.Chdir(dir); err != nil {
		return err
	}
	defer os.Chdir(was)
	below := std
	if c.Quiet || c.JSON { // the summary of the examples is beside the result
		below.out = io.Discard
	}
	if code := realMain([]string{"run", "examples", "--out", dataset, "--quiet"}, below); code != exitDone && code != exitPartly {
		return fmt.Errorf("%s: the examples could not be read", dir)
	}
	if below.out != io.Discard {
		howToOpen(std.out, dataset)
	}
	if c.Prepare {
		return c.result(std, map[string]string{"folder": dir, "dataset": dataset}, func(w io.Writer) {
			fmt.Fprintf(w, say("demo in %s: gongkai serve dataset, there\n", "样例在 %s：请在该处运行 gongkai serve dataset\n"), dir)
		})
	}
	if c.Addr == "" {
		c.Addr = "127.0.0.1:8019"
		if l, err := net.Listen("tcp", c.Addr); err != nil { // another explorer is there
			c.Addr = "127.0.0.1:0"
		} else {
			l.Close()
		}
	}
	serve := []string{"serve", "dataset", "--addr", c.Addr}
	if c.JSON {
		serve = append(serve, "--json")
	}
	if code := realMain(serve, std); code != exitDone {
		return fmt.Errorf("%s: the explorer could not be opened", dir)
	}
	return nil
}
