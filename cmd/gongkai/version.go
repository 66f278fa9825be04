package main

import (
	"fmt"
	"runtime/debug"

	"github.com/gongkai/gongkai/normalize"
)

type versionCmd struct{}

func (versionCmd) Run(std streams) error {
	forms, err := normalize.Load()
	if err != nil {
		return err
	}
	fmt.Fprintln(std.out, "gongkai", version())
	for _, t := range []string{"active", "applications", "disputes"} {
		for _, f := range forms.Editions(t) {
			fmt.Fprintf(std.out, "  %s %s (%d cells)\n", t, f.Edition, len(f.Names()))
		}
	}
	return nil
}

// version is the program's version: the module's, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	return "devel"
}
