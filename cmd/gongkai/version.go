package main

import (
	_ "embed"
	"fmt"
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

type versionCmd struct{}

func (versionCmd) Run(std streams) error {
	forms, err := form.Load()
	if err != nil {
		return err
	}
	fmt.Fprintln(std.out, "gongkai", version())
	for _, t := range forms.Tables() {
		for _, f := range forms.Editions(t) {
			fmt.Fprintf(std.out, "  %s %s (%d cells)\n", t, f.Edition, len(f.Names()))
		}
	}
	return nil
}
