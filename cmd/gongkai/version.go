package main

import (
	"fmt"
	"runtime/debug"

	"github.com/gongkai/gongkai/normalize/form"
)

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
