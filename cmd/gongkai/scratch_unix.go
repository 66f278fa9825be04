//go:build !windows

package main

const tempVariable = "TMPDIR"
