package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"
)

type manCmd struct {
	Command []string `arg:"" optional:"" help:"${man_command}"`
	Out     string   `placeholder:"DIR" help:"Write all pages into this folder, as gongkai.1, gongkai-run.1 and so on."`
}

func (manCmd) Help() string {
	return `The pages are made of the same descriptions as --help.

Example:  gongkai man run | man -l -`
}

func (c *manCmd) Run(app *kong.Kong, std streams) error {
	all := tree(app.Model.Node)
	if c.Out == "" {
		want := strings.Join(append([]string{""}, c.Command...), " ")
		for _, p := range all {
			if p.words == want {
				_, err := io.WriteString(std.out, manPage(p, all[0].node.Help))
				return err
			}
		}
		return fmt.Errorf("there is no command%s", want)
	}
	if len(c.Command) > 0 {
		return errors.New("all pages are written into the folder: --out or a command, not both")
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return err
	}
	for _, p := range all {
		name := filepath.Join(c.Out, pageName(p.words)+".1")
		if err := os.WriteFile(name, []byte(manPage(p, all[0].node.Help)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func pageName(words string) string { return "gongkai" + strings.ReplaceAll(words, " ", "-") }

// manPage writes a page in man(7), which groff and mandoc both read.
func manPage(p position, about string) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %s 1 \"\" \"gongkai %s\" \"gongkai\"\n", roff(strings.ToUpper(pageName(p.words))),
		roff(version()))
	intro, exits, _ := strings.Cut(about, "\n\n")
	summary := p.help
	if p.words == "" {
		summary = intro
	}
	short := strings.TrimRight(strings.ReplaceAll(summary, "\n", " "), ".。")
	fmt.Fprintf(&b, section("NAME", "名称")+"%s \\- %s\n", roff(pageName(p.words)), roff(short))
	// the names of commands already stand in the summary, but for the program's
	rest := strings.TrimPrefix(p.node.Summary(), strings.TrimSpace(p.words))
	fmt.Fprintf(&b, section("SYNOPSIS", "概要")+".B %s\n%s\n", roff("gongkai"+p.words), roff(strings.TrimSpace(rest)))
	b.WriteString(section("DESCRIPTION", "说明"))
	if p.node.Detail != "" && p.words != "" {
		manText(&b, p.node.Detail)
	} else {
		manText(&b, summary)
	}
	if len(p.commands) > 0 {
		b.WriteString(section("COMMANDS", "命令"))
		for _, c := range p.commands {
			fmt.Fprintf(&b, ".TP\n.BR %s (1)\n%s\n", roff(pageName(p.words+" "+c.Name)), roff(c.Help))
		}
	}
	if len(p.node.Positional) > 0 {
		b.WriteString(section("ARGUMENTS", "参数"))
		for _, a := range p.node.Positional {
			fmt.Fprintf(&b, ".TP\n.I %s\n%s\n", roff(a.Summary()), roff(a.Help))
		}
	}
	b.WriteString(section("OPTIONS", "选项"))
	var environment []*kong.Flag
	for _, f := range p.flags {
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(f.String()), roff(f.Help))
		if len(f.Envs) > 0 {
			environment = append(environment, f)
		}
	}
	if len(environment) > 0 {
		b.WriteString(section("ENVIRONMENT", "环境变量"))
		for _, f := range environment {
			fmt.Fprintf(&b, ".TP\n.B %s\n%s \\fB%s\\fR\n", roff(strings.Join(f.Envs, ", ")), say("stands for", "等同于"), roff("--"+f.Name))
		}
	}
	b.WriteString(section("EXIT STATUS", "退出码"))
	manText(&b, strings.TrimPrefix(strings.TrimPrefix(exits, "Exit codes: "), "退出码："))
	if p.words != "" {
		up := p.words[:strings.LastIndexByte(p.words, ' ')]
		fmt.Fprintf(&b, section("SEE ALSO", "另见")+".BR %s (1)\n", roff(pageName(up)))
	}
	return b.String()
}

// section begins a section.
func section(english, zh string) string { return ".SH " + say(english, zh) + "\n" }

// manText writes paragraphs; lines that are set in are kept as they are.
func manText(b *strings.Builder, text string) {
	kept, fresh := false, true
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		indented := strings.HasPrefix(line, "  ") || example(line)
		if indented && !kept {
			if !fresh {
				b.WriteString(".PP\n")
			}
			b.WriteString(".nf\n")
		}
		if !indented && kept {
			b.WriteString(".fi\n")
			fresh = false
			if strings.TrimSpace(line) != "" {
				b.WriteString(".PP\n")
			}
		}
		kept = indented
		if strings.TrimSpace(line) == "" {
			if !fresh {
				b.WriteString(".PP\n")
			}
			fresh = true
			continue
		}
		fresh = false
		b.WriteString(roff(line) + "\n")
	}
	if kept {
		b.WriteString(".fi\n")
	}
}

// roff writes a text so that no character of it is a command.
func roff(s string) string {
	escape := strings.NewReplacer(`\`, `\e`, "-", `\-`, `"`, `\(dq`, "'", `\(aq`, "\t", "    ")
	s = escape.Replace(strings.TrimRight(s, " "))
	if strings.HasPrefix(s, ".") {
		s = `\&` + s
	}
	return s
}
