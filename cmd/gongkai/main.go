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
	"time"

	"github.com/alecthomas/kong"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/extract/cputime"
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
	Work      workCmd      `cmd:"" help:"A worker: take visits, and documents that are to be read, from the queues."`
	Status    statusCmd    `cmd:"" help:"${main_status}"`
	Archive   archiveCmd   `cmd:"" help:"Check, list, export and import what the crawl keeps."`
	Readings  readingsCmd  `cmd:"" help:"Say what is kept of readings, and remove what no dataset needs."`
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
	Bench     benchCmd     `cmd:"" help:"Measure speed and memory, side by side with public tools."`
	Version   versionCmd   `cmd:"" help:"Print the program's version and the form editions it knows."`
	Config    configCmd    `cmd:"" help:"Show which settings hold, and whence: flags by command, gongkai.toml, environment."`

	Completion completionCmd `cmd:"" help:"Print a script that completes commands and flags: bash, zsh or fish."`
	Man        manCmd        `cmd:"" help:"Print or write the manual pages."`
}

// grammarOf gives the grammar of a command line: that of one command where it begins with its name, for to make that of
// all takes as long as a run in which nothing has changed. Those that speak of all have all.
func grammarOf(args []string) any {
	all := reflect.TypeFor[commands]()
	if len(args) == 0 || args[0] == "completion" || args[0] == "man" || args[0] == "config" {
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

// grammarOfAll is the grammar of all commands, as far as names are concerned.
func grammarOfAll() (*kong.Application, error) {
	k, err := kong.New(&commands{}, kong.Name("gongkai"), kong.Vars{"version": ""}, helpTexts)
	if err != nil {
		return nil, err
	}
	return k.Model, nil
}

// about is what the program is, and how it ends.
const about = "gongkai (公开) reads China's annual open-government-information reports (政府信息公开工作年度报告) " +
	"into typed, proved records.\n\nExit codes: 0 done, 1 failed, 3 partly done (some document is unread or " +
	"not whole; its row says why)."

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
	set := &settings{getenv: os.LookupEnv}
	parser, err := kong.New(grammarOf(args),
		kong.Name("gongkai"),
		kong.Vars{"version": "gongkai " + version()}, helpTexts,
		kong.Description(about),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { exit = code }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Resolvers(set), kong.Bind(set), kong.Help(printHelp),
	)
	if err == nil && chinese(os.Getenv) {
		err = translate(parser.Model)
	}
	if err != nil {
		fmt.Fprintln(std.err, "gongkai:", err)
		return exitFailed
	}
	switch {
	case len(args) == 0 || len(args) == 1 && args[0] == "help":
		args = []string{"--help"}
	case len(args) == 2 && args[0] == "help" && helpOn(std.out, args[1]):
		return exitDone
	case args[0] == "help": // gongkai help COMMAND
		args = append(slices.Clone(args[1:]), "--help")
	}
	k, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	err = usage(parser.Model, args, err)
	switch {
	case err == nil:
		err = contradicts(k)
	case set.wrong != nil && errors.Is(err, set.wrong): // without the flag that was asked for first
		err = set.wrong
	}
	if err != nil {
		return tellUsage(std.err, keeperOf(nil).Error(err), nextOf(err), givenJSON(args, nil))
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
	asJSON := givenJSON(args, k)
	if truth(k, "verbose") {
		tellSettings(std.err, k, set)
		defer tellTime(std.err, time.Now())
	}
	switch err := k.Run(std); {
	case errors.Is(err, errPartly):
		return exitPartly
	case errors.Is(err, errNews):
		return exitNews
	case err != nil:
		return tellError(std.err, err, "failed", asJSON)
	}
	return exitDone
}

// tellSettings says what holds that is no default, and whence: -v of every command.
func tellSettings(w io.Writer, k *kong.Context, s *settings) {
	for _, p := range tree(k.Model.Node) {
		if strings.TrimSpace(p.words) != wordsOf(k.Selected()) {
			continue
		}
		p.flags = slices.DeleteFunc(slices.Clone(p.flags), func(f *kong.Flag) bool { return !onLine(k, f) && yields(k, f) })
		for _, h := range s.holdings(p, func(f *kong.Flag) (any, bool) { return k.FlagValue(f), onLine(k, f) }) {
			if h.whence != "default" {
				fmt.Fprintf(w, say("--%s %s (%s)\n", "--%s %s（%s）\n"), h.flag, h.value, spoken(h.whence))
			}
		}
	}
}

// onLine reports whether a flag stands on the command line.
func onLine(k *kong.Context, f *kong.Flag) bool {
	return slices.ContainsFunc(k.Path, func(p *kong.Path) bool { return p.Flag == f && !p.Resolved })
}

// tellTime says how long a command took, and how much of the processors.
func tellTime(w io.Writer, begun time.Time) {
	fmt.Fprintf(w, say("%.1f s, %.1f s of the processors\n", "用时 %.1f 秒，处理器时间 %.1f 秒\n"),
		time.Since(begun).Seconds(), cputime.Used().Seconds())
}
