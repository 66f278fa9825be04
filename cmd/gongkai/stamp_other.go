//go:build !linux

package main

import "time"

// stampOf says nothing here: every file is read to know whether it has changed.
func stampOf(string, time.Time) string { return "" }
