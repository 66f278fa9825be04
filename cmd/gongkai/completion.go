package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

func (completionCmd) Help() string {
	return `The script is made of the same descriptions as --help. Try it in the running shell, or put it where the
shell looks:

  bash   source <(gongkai completion bash)
         gongkai completion bash > ~/.local/share/bash-completion/completions/gongkai
  zsh    source <(gongkai completion zsh)
         gongkai completion zsh > DIR/_gongkai, where DIR is in $fpath
  fish   gongkai completion fish | source
         gongkai completion fish > ~/.config/fish/completions/gongkai.fish`
}

func (c *completionCmd) Run(app *kong.Kong, std streams) error {
	var b strings.Builder
	switch all := tree(app.Model.Node); c.Shell {
	case "bash":
		bashCompletion(&b, all)
	case "zsh":
		zshCompletion(&b, all)
	case "fish":
		fishCompletion(&b, all)
	}
	_, err := io.WriteString(std.out, b.String())
	return err
}

// A position is where one can be on a command line: behind the program's name, or behind that of a command.
type position struct {
	words    string // of the commands up to here, each behind a space: "", " run", " archive check"
	help     string
	node     *kong.Node
	commands []*kong.Node
	flags    []*kong.Flag // its own and those of the positions before, without hidden ones
}

// tree gives all positions, the program's first.
func tree(root *kong.Node) []position {
	var out []position
	var walk func(n *kong.Node, words string)
	walk = func(n *kong.Node, words string) {
		p := position{words: words, help: n.Help, node: n}
		for _, group := range n.AllFlags(true) {
			p.flags = append(p.flags, group...)
		}
		for _, c := range n.Children {
			if !c.Hidden {
				p.commands = append(p.commands, c)
			}
		}
		out = append(out, p)
		for _, c := range p.commands {
			walk(c, words+" "+c.Name)
		}
	}
	walk(root, "")
	return out
}

// names gives what can be written of a flag: --help and -h.
func names(f *kong.Flag) []string {
	out := []string{"--" + f.Name}
	if f.Short != 0 {
		out = append(out, "-"+string(f.Short))
	}
	return out
}

// choices gives the values of a flag or an argument that can have these only.
func choices(v *kong.Value) (out []string) {
	if v.Enum == "" {
		return nil
	}
	for _, e := range v.EnumSlice() {
		if e != "" {
			out = append(out, e)
		}
	}
	return out
}

// valued reports whether a value follows a flag.
func valued(f *kong.Flag) bool { return !f.IsBool() && !f.IsCounter() }

// What a value is, as far as a shell can help.
const (
	aFile   = "file"
	aFolder = "folder"
)

func kindOf(f *kong.Flag) string {
	switch f.PlaceHolder {
	case "FILE":
		return aFile
	case "DIR":
		return aFolder
	}
	return ""
}

// quoted puts a text between single quotes, which all three shells read in the same way but for the quote itself.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func bashCompletion(w io.Writer, all []position) {
	fmt.Fprintf(w, `# completion of gongkai for bash
_gongkai() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at= i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case "$at ${COMP_WORDS[i]}" in
		%s) at="$at ${COMP_WORDS[i]}" ;;
		esac
	done
	if [[ $cur == "=" ]]; then
		cur=
	elif [[ $prev == "=" && $COMP_CWORD -gt 1 ]]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	fi
	local flags= commands= values= files=
	case "$at $prev" in
`, pattern(all))
	for _, p := range all {
		for _, f := range p.flags {
			if !valued(f) {
				continue
			}
			var cases []string
			for _, n := range names(f) {
				cases = append(cases, fmt.Sprintf("%q", p.words+" "+n))
			}
			does := `values=" "`
			if c := choices(f.Value); c != nil {
				does = "values=" + quoted(strings.Join(c, " "))
			} else if k := kindOf(f); k != "" {
				does = "files=" + k
			}
			fmt.Fprintf(w, "\t%s) %s ;;\n", strings.Join(cases, "|"), does)
		}
	}
	fmt.Fprint(w, "\tesac\n\tcase \"$at\" in\n")
	for _, p := range all {
		var flags, commands []string
		for _, f := range p.flags {
			flags = append(flags, names(f)...)
		}
		for _, c := range p.commands {
			commands = append(commands, c.Name)
		}
		for _, a := range p.node.Positional {
			commands = append(commands, choices(a)...)
		}
		fmt.Fprintf(w, "\t%q) flags=%s commands=%s ;;\n", p.words,
			quoted(strings.Join(flags, " ")), quoted(strings.Join(commands, " ")))
	}
	fmt.Fprint(w, `	esac
	if [[ -n $values ]]; then
		COMPREPLY=($(compgen -W "$values" -- "$cur"))
	elif [[ $files == folder ]]; then
		compopt -o filenames 2>/dev/null
		COMPREPLY=($(compgen -d -- "$cur"))
	elif [[ -z $files && $cur == -* ]]; then
		COMPREPLY=($(compgen -W "$flags" -- "$cur"))
	elif [[ -z $files && -n $commands ]]; then
		COMPREPLY=($(compgen -W "$commands" -- "$cur"))
	else
		compopt -o filenames 2>/dev/null
		COMPREPLY=($(compgen -f -- "$cur"))
	fi
}
complete -F _gongkai gongkai
`)
}

// pattern is that of a case of all positions but the first.
func pattern(all []position) string {
	var out []string
	for _, p := range all[1:] {
		out = append(out, fmt.Sprintf("%q", p.words))
	}
	return strings.Join(out, "|")
}

func zshCompletion(w io.Writer, all []position) {
	fmt.Fprint(w, "#compdef gongkai\n# completion of gongkai for zsh\n")
	function := func(words string) string { return "_gongkai" + strings.ReplaceAll(words, " ", "_") }
	text := strings.NewReplacer("[", `\[`, "]", `\]`, ":", `\:`)
	for _, p := range all {
		fmt.Fprintf(w, "\n%s() {\n", function(p.words))
		fmt.Fprint(w, "\tlocal curcontext=\"$curcontext\" state line\n\ttypeset -A opt_args\n\t_arguments -C -s")
		for _, f := range p.flags {
			fmt.Fprintf(w, " \\\n\t\t%s", zshFlag(f, text))
		}
		if len(p.commands) == 0 {
			for _, a := range p.node.Positional {
				fmt.Fprintf(w, " \\\n\t\t%s", zshArgument(a))
			}
			fmt.Fprint(w, "\n}\n")
			continue
		}
		fmt.Fprint(w, " \\\n\t\t'1: :->command' \\\n\t\t'*:: :->rest'\n"+
			"\tcase $state in\n\tcommand)\n\t\tlocal -a commands=(\n")
		for _, c := range p.commands {
			fmt.Fprintf(w, "\t\t\t%s\n", quoted(c.Name+":"+c.Help))
		}
		fmt.Fprint(w, "\t\t)\n\t\t_describe command commands\n\t\t;;\n\trest)\n\t\tcase $words[1] in\n")
		for _, c := range p.commands {
			fmt.Fprintf(w, "\t\t%s) %s ;;\n", c.Name, function(p.words+" "+c.Name))
		}
		fmt.Fprint(w, "\t\tesac\n\t\t;;\n\tesac\n}\n")
	}
	fmt.Fprint(w, "\nif [ \"$funcstack[1]\" = _gongkai ]; then\n\t_gongkai \"$@\"\n"+
		"else\n\tcompdef _gongkai gongkai\nfi\n")
}

func zshFlag(f *kong.Flag, text *strings.Replacer) string {
	value := ""
	if valued(f) {
		action := " "
		if c := choices(f.Value); c != nil {
			action = "(" + strings.Join(c, " ") + ")"
		} else if k := kindOf(f); k == aFile {
			action = "_files"
		} else if k == aFolder {
			action = "_files -/"
		}
		value = ":" + text.Replace(f.FormatPlaceHolder()) + ":" + action
	}
	tail := "[" + text.Replace(f.Help) + "]" + value
	long := "--" + f.Name
	if valued(f) {
		long += "="
	}
	many := ""
	if f.IsCumulative() {
		many = "*"
	}
	if f.Short == 0 {
		return quoted(many + long + tail)
	}
	short := "-" + string(f.Short)
	if many == "" {
		many = fmt.Sprintf("(%s --%s)", short, f.Name)
	}
	return quoted(many) + "{" + short + "," + long + "}" + quoted(tail)
}

func zshArgument(a *kong.Positional) string {
	action := "_files"
	if c := choices(a); c != nil {
		action = "(" + strings.Join(c, " ") + ")"
	}
	many := ""
	if a.IsCumulative() {
		many = "*"
	}
	return quoted(many + ":" + a.Name + ":" + action)
}

func fishCompletion(w io.Writer, all []position) {
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	text := func(s string) string { return "'" + quote.Replace(s) + "'" }
	var known []string
	for _, p := range all[1:] {
		known = append(known, text(p.words))
	}
	fmt.Fprintf(w, `# completion of gongkai for fish
function __gongkai_at
	set -l at ""
	for word in (commandline -opc)[2..-1]
		contains -- "$at $word" %s
		and set at "$at $word"
	end
	test "$at" = "$argv[1]"
end

`, strings.Join(known, " "))
	for _, p := range all {
		here := fmt.Sprintf("complete -c gongkai -n %s", text("__gongkai_at "+text(p.words)))
		for _, c := range p.commands {
			fmt.Fprintf(w, "%s -f -a %s -d %s\n", here, c.Name, text(c.Help))
		}
		for _, a := range p.node.Positional {
			if c := choices(a); c != nil {
				fmt.Fprintf(w, "%s -f -a %s\n", here, text(strings.Join(c, " ")))
			}
		}
		for _, f := range p.flags {
			fmt.Fprintf(w, "%s -l %s", here, f.Name)
			if f.Short != 0 {
				fmt.Fprintf(w, " -s %c", f.Short)
			}
			switch c := choices(f.Value); {
			case !valued(f):
			case c != nil:
				fmt.Fprintf(w, " -x -a %s", text(strings.Join(c, " ")))
			case kindOf(f) == aFolder:
				fmt.Fprint(w, " -x -a '(__fish_complete_directories)'")
			case kindOf(f) == aFile:
				fmt.Fprint(w, " -r")
			default:
				fmt.Fprint(w, " -x")
			}
			fmt.Fprintf(w, " -d %s\n", text(f.Help))
		}
	}
}
