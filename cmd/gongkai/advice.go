package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/gongkai/gongkai/corpus/held"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/library"
	"github.com/gongkai/gongkai/corpus/render"
)

// What was ended from outside says so by these, and not by its words, which may stand in the name of a file.
var (
	errInterrupted = errors.New("interrupted")
	errBrokenOff   = errors.New("broken off; the same command goes on where it was")
)

// misuse is a command line that cannot be meant, which only the command itself can tell.
type misuse struct{ error }

func (e misuse) Unwrap() error { return e.error }

// misused says what of a command line cannot be meant.
func misused(format string, args ...any) error { return misuse{fmt.Errorf(format, args...)} }

// A fault is a kind of error: by what it is known, and what can be done about it. The first that fits counts.
type fault struct {
	code   string  // in the JSON of an error: a contract
	is     []error // errors that are of this kind
	says   []string
	en, zh string // the next step
}

// faults are all kinds of which something general can be said.
var faults = []fault{
	{code: "disk_full", is: []error{syscall.ENOSPC}, says: []string{": no space left on device"},
		en: "make room, or name a folder on another disk; the same command goes on", zh: "磁盘空间不足，请清理或改用其他磁盘，再运行同一命令"},
	{code: "not_allowed", is: []error{fs.ErrPermission}, says: []string{": permission denied"},
		en: "this user may not do that there; name another folder", zh: "当前用户没有权限，请换用其他文件夹"},
	{code: "interrupted", is: []error{context.Canceled, errInterrupted, errBrokenOff},
		en: "the same command goes on where it was", zh: "再次运行同一命令即可继续"},
	{code: "settings", is: []error{errSettings},
		en: "mend that line, or go without the file: GONGKAI_CONFIG= gongkai …", zh: "请修改该行，或暂不使用该文件：GONGKAI_CONFIG= gongkai …"},
	{code: "held", is: []error{held.ErrHeld, ledger.ErrLocked},
		en: "wait until it has ended, or name another folder", zh: "请等待其结束，或改用其他文件夹"},
	{code: "no_browser", is: []error{render.ErrNoBrowser},
		en: "install it (Debian: chromium), or leave browser=yes out of the portal's row", zh: "请安装 chromium，或在门户清单中去掉 browser=yes"},
	{code: "no_ocr", says: []string{"tesseract has no data", "ONNX Runtime", "no engine"},
		en: "gongkai setup ocr installs what reads scans; Debian: tesseract-ocr-chi-sim",
		zh: "可用 gongkai setup ocr 安装文字识别组件（Debian：tesseract-ocr-chi-sim）"},
	{code: "no_report", is: []error{library.ErrNone},
		en: "visit portals first: gongkai crawl", zh: "请先访问门户网站：gongkai crawl"},
	{code: "later_version", says: []string{"written by a later version of this program"},
		en: "use the version that wrote it, or a later one", zh: "请使用写入它的版本或更新的版本"},
	{code: "version", says: []string{"by another version of the program"},
		en: "make the dataset anew with this program (gongkai run … --fresh), or use the version that wrote it",
		zh: "请用本版本重新生成数据集（gongkai run … --fresh），或使用写入它的版本"},
	{code: "no_dataset", says: []string{": no such folder", ": no gongkai dataset"},
		en: "a dataset is made by: gongkai run DOCUMENTS --out dataset (or try: gongkai demo)",
		zh: "请先生成数据集：gongkai run 文件夹 --out dataset（或试用：gongkai demo）"},
	{code: "no_archive", says: []string{"there is none; gongkai crawl"},
		en: "name the folder of the crawl with --work, or make one: gongkai crawl", zh: "请用 --work 指定采集文件夹，或先运行 gongkai crawl"},
	{code: "damaged", says: []string{"the dataset is damaged"},
		en: "make it anew: gongkai run … --fresh", zh: "请重新生成：gongkai run … --fresh"},
	{code: "no_program", is: []error{exec.ErrNotFound}, says: []string{"is not installed"},
		en: "install it, or see docs/office-and-scans.md for what it is needed for", zh: "请安装该程序；用途见 docs/office-and-scans.md"},
	{code: "address_in_use", is: []error{syscall.EADDRINUSE}, says: []string{"address already in use"},
		en: "another program listens there; take another port: --addr 127.0.0.1:0", zh: "该端口已被占用，请换用其他端口：--addr 127.0.0.1:0"},
	{code: "no_network", is: []error{syscall.ECONNREFUSED, syscall.ENETUNREACH, syscall.EHOSTUNREACH},
		says: []string{"no such host", "connection refused", "network is unreachable", "i/o timeout"},
		en:   "look whether this machine reaches that address; what is there already can be read without a network",
		zh:   "请检查本机能否访问该地址；已有内容无需网络即可读取"},
	{code: "not_found", is: []error{fs.ErrNotExist}, says: []string{"no such file", "no document under"},
		en: "look whether the name is right, and relative to this folder", zh: "请检查名称是否正确，是否相对于当前文件夹"},
}

// faultOf is the kind of an error; nil where nothing general can be said.
func faultOf(err error) *fault {
	text := err.Error()
	for i := range faults {
		f := &faults[i]
		for _, e := range f.is {
			if errors.Is(err, e) {
				return f
			}
		}
		for _, s := range f.says {
			if strings.Contains(text, s) {
				return f
			}
		}
	}
	var asked *net.DNSError
	if errors.As(err, &asked) {
		return faultOf(syscall.ENETUNREACH)
	}
	return nil
}

// nextStep says what can be done about an error; "" where nothing general can be said.
func nextStep(err error) string {
	if f := faultOf(err); f != nil {
		return say(f.en, f.zh)
	}
	return ""
}

// errorObject is an error as JSON: one object on standard error, the last line there.
type errorObject struct {
	Error string `json:"error"`
	Code  string `json:"code"`           // of faults, usage, or failed
	Next  string `json:"next,omitempty"` // what can be done
	Exit  int    `json:"exit"`
}

// misread is a command line that could not be read, and how the command that was meant is written.
type misread struct {
	error
	next string
}

func (e misread) Unwrap() error { return e.error }

// usage puts beside what is wrong with a command line what would be right: commands of a name like that, or how the command that
// was meant is written, with an example.
func usage(app *kong.Application, args []string, err error) error {
	var at *kong.ParseError
	if !errors.As(err, &at) || at.Context == nil {
		return err
	}
	node := at.Context.Selected()
	if node == nil {
		if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
			var names []string
			for _, c := range app.Children {
				names = append(names, c.Name)
			}
			return misread{fmt.Errorf("there is no command %q%s", args[0], likeNames(args[0], names)),
				say("gongkai --help lists the commands", "全部命令见 gongkai --help")}
		}
		return err
	}
	summary := node.Summary()
	if chinese(os.Getenv) {
		summary = inUsageZh.Replace(summary)
	}
	next := say("usage: ", "用法：") + app.Name + " " + summary + "\n"
	if e := exampleOf(node.Detail); e != "" {
		next += say("example: ", "示例：") + e + "\n"
	}
	return misread{err, next + app.Name + " " + wordsOf(node) + " --help"}
}

// exampleOf is the first example of a command's help; "" = there is none.
func exampleOf(help string) string {
	for line := range strings.Lines(help) {
		for _, s := range []string{"Examples:", "Example:", "示例："} {
			if e, ok := strings.CutPrefix(line, s); ok {
				return strings.TrimSpace(e)
			}
		}
	}
	return ""
}

// nextOf is what usage put beside an error.
func nextOf(err error) string {
	var m misread
	errors.As(err, &m)
	return m.next
}

// tellUsage says what is wrong with a command line.
func tellUsage(w io.Writer, err error, next string, asJSON bool) int {
	if next == "" || faultOf(err) != nil {
		return tellError(w, err, "usage", asJSON)
	}
	return tell(w, errorObject{Error: err.Error(), Code: "usage", Next: next, Exit: exitFailed}, asJSON)
}

// tellError says what went wrong and what can be done, and gives the exit code. code is that of an error of which nothing is
// known.
func tellError(w io.Writer, err error, code string, asJSON bool) int {
	if errors.As(err, &misuse{}) {
		code = "usage"
	}
	t := errorObject{Error: err.Error(), Code: code, Exit: exitFailed}
	if f := faultOf(err); f != nil {
		t.Code, t.Next = f.code, say(f.en, f.zh)
	} else if code == "usage" {
		t.Next = say("run gongkai --help for usage", "用法：gongkai --help，或 gongkai help 命令")
	}
	return tell(w, t, asJSON)
}

func tell(w io.Writer, t errorObject, asJSON bool) int {
	if asJSON {
		if err := writeObject(w, t); err == nil {
			return exitFailed
		}
	}
	fmt.Fprintln(w, "gongkai:", spoken(t.Error))
	if t.Next != "" {
		fmt.Fprintln(w, t.Next)
	}
	return exitFailed
}
