package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/gongkai/gongkai/corpus/secret"
	"github.com/gongkai/gongkai/output/listing"
	"github.com/gongkai/gongkai/output/panel"
	"github.com/gongkai/gongkai/output/tables"
)

// settingsName is the file in which defaults of flags stand, beside the data.
const settingsName = "gongkai.toml"

// settingsFrom names another file, or none where it is empty.
const settingsFrom = "GONGKAI_CONFIG"

// errSettings is a file of settings that cannot be meant.
var errSettings = errors.New("settings")

// wrongSettings is such a file, and begins with the place.
type wrongSettings struct{ error }

func (wrongSettings) Is(target error) bool { return target == errSettings }
func (e wrongSettings) Unwrap() error      { return e.error }

// settings are what a file says of flags: tables are commands, keys are flags. What stands before the first table holds for
// every command that has such a flag; what stands in the table of a command goes before it.
//
// It is a resolver of kong: what is asked for is a flag that the command line does not have, and that the environment does
// not have is looked for in the file.
type settings struct {
	getenv func(string) (string, bool)
	name   string // of the file; "" = there is none
	keys   []setting
	read   bool
	wrong  error // the first fault of the file; keys are the lines without one
}

// A setting is one line of the file.
type setting struct {
	command string // as "archive check"; "" = every command
	flag    string
	value   any
	line    int
}

// Validate is part of kong.Resolver; the file is looked at when the first flag is asked for.
func (s *settings) Validate(*kong.Application) error { return nil }

// Resolve gives what the file says of a flag.
func (s *settings) Resolve(k *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if !s.read {
		s.read = true
		if err := s.find(k); err != nil {
			s.wrong = wrongSettings{err}
		}
	}
	if s.wrong != nil && !bears(k) {
		return nil, s.wrong
	}
	if _, given := s.envOf(flag); given || flag.Name == "help" || yields(k, flag) {
		return nil, nil
	}
	command := wordsOf(k.Selected())
	at := s.holds(command, flag, k.Flags())
	if at == nil {
		return nil, nil
	}
	if err := s.contradiction(command, flag, k.Flags()); err != nil {
		if s.wrong == nil {
			s.wrong = wrongSettings{err}
		}
		if !bears(k) {
			return nil, s.wrong
		}
	}
	return valueFor(flag, at.value), nil
}

// rivals are the lines that ask a command, which has these flags, for the same in another way.
func (s *settings) rivals(command string, flag *kong.Flag, flags []*kong.Flag) iter.Seq2[*kong.Flag, *setting] {
	return func(yield func(*kong.Flag, *setting) bool) {
		at := s.forFlag(command, flag)
		if at == nil || at.value == false {
			return
		}
		for _, other := range flags {
			if !slices.Contains(rivalsOf[flag.Name], other.Name) {
				continue
			}
			by := s.forFlag(command, other)
			if by != nil && by.value != false && !agree(at, by) && !yield(other, by) {
				return
			}
		}
	}
}

// contradiction is that of two lines that stand alike, hold, and cannot be had together.
func (s *settings) contradiction(command string, flag *kong.Flag, flags []*kong.Flag) error {
	for other, by := range s.rivals(command, flag, flags) {
		first, second := s.holds(command, flag, flags), s.holds(command, other, flags)
		if first == nil || second == nil || first.command != by.command {
			continue
		}
		if second.line < first.line {
			first, second = second, first
		}
		return fmt.Errorf("%s:%d: %s contradicts %s of line %d", s.name, second.line, second.flag, first.flag, first.line)
	}
	return nil
}

// agree reports whether a format is the one that the other line asks for.
func agree(a, b *setting) bool {
	if b.flag == "format" {
		a, b = b, a
	}
	return a.flag == "format" && (a.value == "json" && b.flag == "json" || a.value == "csv" && b.flag == "excel")
}

// bears reports whether a command does without the file where it is faulty: that which shows it, and those that read and write
// nothing of the reader's.
func bears(k *kong.Context) bool {
	switch command, _, _ := strings.Cut(wordsOf(k.Selected()), " "); command {
	case "config", "version", "man", "completion":
		return true
	}
	return false
}

// wordsOf are the words of a command: "archive check".
func wordsOf(n *kong.Node) string {
	var words []string
	for ; n != nil && n.Parent != nil; n = n.Parent {
		words = append([]string{n.Name}, words...)
	}
	return strings.Join(words, " ")
}

// envOf is the variable of the environment that a flag is given by.
func (s *settings) envOf(flag *kong.Flag) (name string, given bool) {
	for _, name := range flag.Envs {
		if _, ok := s.getenv(name); ok {
			return name, true
		}
	}
	return "", false
}

// of is the line that says what a flag of a command is: that of the command itself, of the one above it, of all.
func (s *settings) of(command, flag string) *setting {
	for {
		for i := range s.keys {
			if s.keys[i].command == command && s.keys[i].flag == flag {
				return &s.keys[i]
			}
		}
		if command == "" {
			return nil
		}
		command, _, _ = cutLast(command)
	}
}

// forFlag is the line of a flag of a command. What stands before the first table is for the commands whose flag can be that.
func (s *settings) forFlag(command string, flag *kong.Flag) *setting {
	at := s.of(command, flag.Name)
	if at == nil || at.command == "" && accepts(flag, at.value) != nil {
		return nil
	}
	return at
}

// holds is the line that a flag of a command, which has these flags, is set by: what stands in the table of a command goes
// before what holds for more of them, also where it asks for the same in another way.
func (s *settings) holds(command string, flag *kong.Flag, flags []*kong.Flag) *setting {
	at := s.forFlag(command, flag)
	for _, by := range s.rivals(command, flag, flags) {
		if len(by.command) > len(at.command) {
			return nil
		}
	}
	return at
}

// cutLast cuts the last word off.
func cutLast(words string) (before, last string, found bool) {
	if i := strings.LastIndexByte(words, ' '); i >= 0 {
		return words[:i], words[i+1:], true
	}
	return "", words, false
}

// valueFor is a value of the file as a flag takes it: of several, all.
func valueFor(flag *kong.Flag, v any) any {
	list, ok := v.([]any)
	if !ok {
		if flag.IsBool() {
			return v
		}
		return fmt.Sprint(v)
	}
	if flag.IsSlice() { // as kong reads several of a flag: texts, each of which may hold what separates
		out := make([]any, len(list))
		for i, x := range list {
			out[i] = fmt.Sprint(x)
		}
		return out
	}
	return v
}

// find looks for the file: named by the environment, in the work folder, beside a dataset of the command line, here. The
// first one counts, and no other.
func (s *settings) find(k *kong.Context) error {
	if name, ok := s.getenv(settingsFrom); ok {
		if name == "" {
			return nil
		}
		return s.load(name)
	}
	var folders []string
	for _, f := range k.Flags() {
		v, _ := k.FlagValue(f).(string)
		switch {
		case v == "":
		case f.Name == "work", f.Name == "from" && f.PlaceHolder == "DIR":
			folders = append(folders, v)
		case f.Name == "out" && f.PlaceHolder == "DATASET":
			folders = append(folders, filepath.Dir(filepath.Clean(v))) // dataset/ lies where dataset does
		}
	}
	for _, a := range k.Args {
		if _, err := os.Stat(filepath.Join(a, tables.ManifestName)); err == nil {
			folders = append(folders, filepath.Dir(filepath.Clean(a)))
		}
	}
	for _, dir := range append(folders, ".") {
		name := filepath.Join(dir, settingsName)
		if _, err := os.Stat(name); err == nil {
			return s.load(name)
		} else if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid) {
			return err
		}
	}
	return nil
}

// load reads the file, and refuses what nothing is set by.
func (s *settings) load(name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	s.name = name
	keys, err := readSettings(text)
	if err != nil {
		return fmt.Errorf("%s:%w", name, err)
	}
	app, err := grammarOfAll() // lines are of other commands, too
	if err != nil {
		return err
	}
	var first error
	for _, k := range keys {
		if err := k.check(app); err == nil {
			s.keys = append(s.keys, k)
		} else if first == nil {
			first = fmt.Errorf("%s:%d: %w", name, k.line, err)
		}
	}
	return first
}

// readSettings gives the lines of a file in their order. An error begins with the line.
func readSettings(text []byte) ([]setting, error) {
	values := map[string]any{}
	if err := toml.Unmarshal(text, &values); err != nil {
		var at *toml.DecodeError
		if errors.As(err, &at) {
			line, _ := at.Position()
			return nil, fmt.Errorf("%d: %s", line, strings.TrimPrefix(at.Error(), "toml: "))
		}
		return nil, fmt.Errorf("1: %w", err)
	}
	var out []setting
	var p unstable.Parser
	p.Reset(text)
	var table []string
	for p.NextExpression() {
		e := p.Expression()
		path, line := keyOf(&p, e)
		switch e.Kind {
		case unstable.Table:
			table = path
			continue
		case unstable.KeyValue:
			path = append(append([]string{}, table...), path...)
		case unstable.ArrayTable:
			return nil, fmt.Errorf("%d: [[%s]]: a command is one table: [%[2]s]", line, strings.Join(path, "."))
		default:
			continue
		}
		var v any = values
		for _, k := range path {
			inner, ok := v.(map[string]any)
			if !ok {
				return nil, fmt.Errorf("%d: %s is no table", line, strings.Join(path, "."))
			}
			v = inner[k]
		}
		if _, inline := v.(map[string]any); inline {
			return nil, fmt.Errorf("%d: %s: flags of a command stand below [%[2]s], a line each", line, strings.Join(path, "."))
		}
		out = append(out, setting{strings.Join(path[:len(path)-1], " "), path[len(path)-1], v, line})
	}
	return out, p.Error()
}

// keyOf is the name of a table or a key, and its line.
func keyOf(p *unstable.Parser, e *unstable.Node) (path []string, line int) {
	for it := e.Key(); it.Next(); {
		if path = append(path, string(it.Node().Data)); line == 0 {
			line = p.Shape(it.Node().Raw).Start.Line
		}
	}
	return path, line
}

// check refuses a line that sets nothing, and secrets: the file lies beside data that is handed on.
func (s *setting) check(app *kong.Application) error {
	var flags []*kong.Flag
	known := false
	var names, commands []string
	for _, p := range tree(app.Node) {
		words := strings.TrimSpace(p.words)
		commands = append(commands, words)
		if s.command == "" || words == s.command || strings.HasPrefix(words, s.command+" ") {
			known = known || words == s.command
			for _, f := range p.flags {
				names = append(names, f.Name)
				if f.Name == s.flag && f.Name != "help" && f.Name != "version" {
					flags = append(flags, f)
				}
			}
		}
	}
	switch {
	case !known:
		return fmt.Errorf("there is no command %q%s", s.command, likeNames(s.command, commands))
	case len(flags) == 0 && s.command == "":
		return fmt.Errorf("no command has a flag %q%s", s.flag, likeNames(s.flag, names))
	case len(flags) == 0:
		return fmt.Errorf("%s has no flag %q%s", s.command, s.flag, likeNames(s.flag, names))
	}
	var refused error
	taken := 0
	for _, f := range flags {
		if err := accepts(f, s.value); err != nil {
			refused = fmt.Errorf("%s: %w", s.flag, err)
		} else {
			taken++
		}
	}
	if refused != nil && (taken == 0 || s.command != "") {
		return refused
	}
	for _, f := range flags {
		text := fmt.Sprint(s.value)
		if f.Tag != nil && f.Tag.Has("secret") && (f.Tag.Get("secret") == "whole" || secret.URL(text) != text) {
			where := "the environment"
			if len(f.Envs) > 0 {
				where += ", as " + f.Envs[0]
			}
			return fmt.Errorf("%s holds a secret, and this file lies beside data: put it into %s", s.flag, where)
		}
	}
	return nil
}

// accepts reports whether a flag can be what the file says.
func accepts(f *kong.Flag, v any) error {
	target := reflect.New(f.Target.Type()).Elem()
	context := &kong.DecodeContext{Value: f.Value, Scan: kong.Scan().PushTyped(valueFor(f, v), kong.FlagValueToken)}
	if err := f.Mapper.Decode(context, target); err != nil {
		return err
	}
	if f.Enum == "" {
		return nil
	}
	for _, x := range listOf(v) {
		if text := fmt.Sprint(x); !slices.Contains(f.EnumSlice(), text) {
			return fmt.Errorf("must be one of %s, not %q", f.Enum, text)
		}
	}
	return nil
}

// listOf is a value as a list of one, and a list as it is.
func listOf(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

// likeNames offers names that are like one that there is not.
func likeNames(name string, names []string) string {
	if like := panel.Nearest(name, names, 3); len(like) > 0 {
		return "; near it are " + strings.Join(like, ", ")
	}
	return ""
}

// A holding is what a flag is, and whence.
type holding struct {
	flag, value, whence string
}

// holdings are what holds for a command.
func (s *settings) holdings(p position, value func(*kong.Flag) (v any, given bool)) (out []holding) {
	for _, f := range p.flags {
		if f.Name == "help" || f.Name == "version" {
			continue
		}
		v, given := value(f)
		h := holding{f.Name, shownValue(f, v), "default"}
		name, inEnv := s.envOf(f)
		at := s.holds(strings.TrimSpace(p.words), f, p.flags)
		switch {
		case given:
			h.whence = "command line"
		case inEnv:
			h.whence = name
		case at != nil:
			h.whence = fmt.Sprintf("%s:%d", s.name, at.line)
		}
		out = append(out, h)
	}
	return out
}

// shownValue is a value of a flag, without what must not be said.
func shownValue(f *kong.Flag, v any) string {
	x := reflect.ValueOf(v)
	if !x.IsValid() || x.IsZero() || x.Kind() == reflect.Slice && x.Len() == 0 {
		return ""
	}
	text := fmt.Sprint(v)
	if x.Kind() == reflect.Slice {
		text = strings.Trim(text, "[]")
	}
	if f.Tag != nil && f.Tag.Has("secret") {
		if f.Tag.Get("secret") == "whole" {
			return secret.Mark
		}
		return secret.URL(text)
	}
	return text
}

type configCmd struct {
	Command []string `arg:"" optional:"" help:"${config_command}"`
	Work    string   `default:"crawl" placeholder:"DIR" env:"GONGKAI_WORK" help:"${config_work}"`
	All     bool     `help:"${config_all}"`
	printing
	manner
}

func (configCmd) Help() string {
	return `Defaults of flags stand in gongkai.toml: in the work folder, beside the dataset, or in this folder; the first that is there counts,
and GONGKAI_CONFIG names another. A table is a command, a key a flag; what stands before the first table holds for every command that
has the flag. The command line goes before the environment, that before the file, and that before the defaults. What sets nothing is
an error with its line; secrets are refused: they belong into the environment.

  contact = "mailto:you@example.org"
  [update]
  out = "dataset"
  portals = ["own.csv"]
  [archive.check]
  work = "/var/lib/gongkai"

Example:  gongkai config update`
}

func (c *configCmd) Run(_ context.Context, std streams, app *kong.Kong, k *kong.Context, s *settings) error {
	want := strings.Join(append([]string{""}, c.Command...), " ")
	rows, err := c.rows(std, c.Format, c.sheet, listing.Column{Key: "command", Less: 1}, listing.Column{Key: "flag"},
		listing.Column{Key: "value"}, listing.Column{Key: "from"})
	if err != nil {
		return err
	}
	met := want == ""
	for _, p := range tree(app.Model.Node) {
		if len(p.commands) > 0 || want != "" && p.words != want && !strings.HasPrefix(p.words, want+" ") {
			continue
		}
		met = true
		for _, h := range s.holdings(p, func(f *kong.Flag) (any, bool) { return c.value(k, p, s, f) }) {
			if h.whence == "default" && !c.All && (want == "" || h.value == "") {
				continue
			}
			if err := rows.Add(strings.TrimSpace(p.words), h.flag, known(h.value), h.whence); err != nil {
				return err
			}
		}
	}
	if !met {
		return fmt.Errorf("there is no command%s", want)
	}
	if s.name == "" && s.wrong == nil {
		c.note(std, "%s", say("there is no "+settingsName+" here or in "+c.Work, "本文件夹和 "+c.Work+" 中没有 "+settingsName))
	}
	return errors.Join(rows.Close(), s.wrong)
}

// value is what a flag of another command would be. --work is of every command that has it: it chooses the file, and it would
// be typed there too.
func (c *configCmd) value(k *kong.Context, p position, s *settings, f *kong.Flag) (v any, given bool) {
	if f.Name == "work" && len(c.Command) > 0 && slices.ContainsFunc(k.Path, func(p *kong.Path) bool {
		return p.Flag != nil && !p.Resolved && p.Flag.Name == "work"
	}) {
		return c.Work, true
	}
	if name, given := s.envOf(f); given {
		v, _ := s.getenv(name)
		return v, false
	}
	if at := s.holds(strings.TrimSpace(p.words), f, p.flags); at != nil {
		return at.value, false
	}
	return f.Default, false
}
