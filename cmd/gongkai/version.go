package main

import (
	_ "embed"
	"fmt"
	"io"
	"regexp"
	"runtime/debug"
	"strings"

	"github.com/gongkai/gongkai/normalize/form"
)

// tag is the version of the next release, or of this one if it is one: the one place where it is written.
//
//go:embed VERSION
var tag string

// version is the program's version: the tag, and the commit where the build knows it ("v0.2.0+c47ee3791b62"). A
// release is built without, as are go run and whoever builds an unpacked archive: the same sources say the same.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return versionOf(strings.TrimSpace(tag), info)
}

// pseudo ends a version that go made of a commit: v0.1.1-0.20261127010319-c47ee3791b62.
var pseudo = regexp.MustCompile(`[.-]\d{14}-([0-9a-f]{12})(\+dirty)?$`)

func versionOf(tag string, info *debug.BuildInfo) string {
	commit, changed := "", false
	if m := pseudo.FindStringSubmatch(info.Main.Version); m != nil {
		commit, changed = m[1], m[2] != ""
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			commit = s.Value[:min(len(s.Value), 12)]
		case "vcs.modified":
			changed = s.Value == "true"
		}
	}
	if commit == "" || info.Main.Version == tag {
		return tag
	}
	if changed {
		commit += ".changed"
	}
	return tag + "+" + commit
}

type versionCmd struct{ manner }

func (c *versionCmd) Run(std streams) error {
	forms, err := form.Load()
	if err != nil {
		return err
	}
	type edition struct {
		Table   string `json:"table"`
		Edition string `json:"edition"`
		Cells   int    `json:"cells"`
	}
	all := []edition{}
	for _, t := range forms.Tables() {
		for _, f := range forms.Editions(t) {
			all = append(all, edition{t, f.Edition, len(f.Names())})
		}
	}
	return c.result(std, map[string]any{"version": version(), "editions": all}, func(w io.Writer) {
		fmt.Fprintln(w, "gongkai", version())
		for _, e := range all {
			fmt.Fprintf(w, say("  %s %s (%d cells)\n", "  %s %s（%d 个数据项）\n"), e.Table, e.Edition, e.Cells)
		}
	})
}
