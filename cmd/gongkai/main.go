// Command gongkai (公开) reads the annual open-government-information reports of Chinese authorities
// (政府信息公开工作年度报告) and writes them as one dataset that can be trusted cell by cell.
//
// This package knows flags, environment, the clock and exit codes; each pipeline is one visible loop. How anything is
// done is in extract, normalize and output.
//
//go:debug x509negativeserial=1
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
)

// Exit codes, the same for every command.
const (
	exitDone   = 0
	exitFailed = 1
	exitPartly = 3 // done, but some document could not be read, or not whole
)

// errPartly is returned by a command that did its work but left something unread; what, it has said already.
var errPartly = errors.New("partly done")

type commands struct {
	Tell kong.VersionFlag `name:"version" help:"Print the program's version, and nothing else."`

	Run       runCmd       `cmd:"" help:"Read documents and write the dataset: the whole way in one command."`
	Extract   extractCmd   `cmd:"" help:"${main_extract}"`
	Crawl     crawlCmd     `cmd:"" help:"${main_crawl}"`
	Update    updateCmd    `cmd:"" help:"${main_update}"`
	Watch     watchCmd     `cmd:"" help:"Stay and visit portals when they are due."`
	Work      workCmd      `cmd:"" help:"A worker of a cluster: take visits from the queue of PostgreSQL."`
	Status    statusCmd    `cmd:"" help:"${main_status}"`
	Archive   archiveCmd   `cmd:"" help:"Check, list, export and import what the crawl keeps."`
	Portals   portalsCmd   `cmd:"" help:"List and verify the portals."`
	Check     checkCmd     `cmd:"" help:"List the findings of a dataset: everything in it that is in doubt."`
	Anomalies anomaliesCmd `cmd:"" help:"${main_anomalies}"`
	Query     queryCmd     `cmd:"" help:"Ask a dataset in SQL: nothing to install, nothing is written."`
	Release   releaseCmd   `cmd:"" help:"${main_release}"`
	Sample    sampleCmd    `cmd:"" help:"${main_sample}"`
	Serve     serveCmd     `cmd:"" help:"${main_serve}"`
	Site      siteCmd      `cmd:"" help:"Write the explorer as static files for any web host."`
	Demo      demoCmd      `cmd:"" help:"Read the bundled examples and open the explorer on them."`
	Show      showCmd      `cmd:"" help:"${main_show}"`
	Setup     setupCmd     `cmd:"" help:"Install what some documents need beyond this program."`
	Bench     benchCmd     `cmd:"" help:"Measure the speed of reading, side by side with a public tool."`
	Version   versionCmd   `cmd:"" help:"Print the program's version and the form editions it knows."`

	Completion completionCmd `cmd:"" help:"Print a script that completes commands and flags: bash, zsh or fish."`
	Man        manCmd        `cmd:"" help:"Print or write the manual pages."`
}

// grammarOf gives the grammar of a command line: that of one command where it begins with its name, for to make that of
// all takes as long as a run in which nothing has changed. Those that speak of all have all.
func grammarOf(args []string) any {
	all := reflect.TypeFor[commands]()
	if len(args) == 0 || args[0] == "completion" || args[0] == "man" {
		return &commands{}
	}
	for i := range all.NumField() {
		f := all.Field(i)
		if _, is := f.Tag.Lookup("cmd"); is && strings.ToLower(f.Name) == args[0] {
			return reflect.New(reflect.StructOf([]reflect.StructField{all.Field(0), f})).Interface()
		}
	}
	return &commands{}
}

// streams are the world outside as a command sees it.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	std := streams{os.Stdin, os.Stdout, os.Stderr}
	if child.Called() {
		os.Exit(child.Main(std.in, std.out, std.err))
	}
	room := make([]byte, roomy)
	tidy := scratch()
	code := realMain(os.Args[1:], std)
	tidy()
	runtime.KeepAlive(room)
	os.Exit(code)
}

// roomy is what the heap may grow by before memory is first looked through for garbage. Commands that are over in a tenth
// of a second spent a third of it on that. It is address space that nothing touches, not memory.
const roomy = 64 << 20

func realMain(args []string, std streams) int {
	exit := -1
	parser, err := kong.New(grammarOf(args),
		kong.Name("gongkai"),
		kong.Vars{"version": "gongkai " + version()}, helpTexts,
		kong.Description("gongkai (公开) reads China's annual open-government-information reports (政府信息公开工作年度报告) "+
			"into typed, proved records.\n\nExit codes: 0 done, 1 failed, 3 partly done (some document is unread or "+
			"not whole; its row says why)."),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { exit = code }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
	if err != nil {
		fmt.Fprintln(std.err, "gongkai:", err)
		return exitFailed
	}
	switch {
	case len(args) == 0 || len(args) == 1 && args[0] == "help":
		args = []string{"--help"}
	case args[0] == "help": // gongkai help TOPIC
		args = append(slices.Clone(args[1:]), "--help")
	}
	k, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		fmt.Fprintf(std.err, "gongkai: %v\n%s\n", keeperOf(nil).Error(err),
			say("run gongkai --help for usage", "用法：gongkai --help，或 gongkai help 命令"))
		return exitFailed
	}
	if keeper := keeperOf(k); keeper.Knows() { // whatever a command says, it says no secret
		out, words := keeper.Writer(std.out), keeper.Writer(std.err)
		defer words.Flush()
		defer out.Flush()
		std.out, std.err = out, words
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.BindTo(ctx, (*context.Context)(nil))
	switch err := k.Run(std); {
	case errors.Is(err, errPartly):
		return exitPartly
	case errors.Is(err, errNews):
		return exitNews
	case err != nil:
		fmt.Fprintln(std.err, "gongkai:", err)
		if next := nextStep(err); next != "" {
			fmt.Fprintln(std.err, next)
		}
		return exitFailed
	}
	return exitDone
}
