//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows)

package cputime

import "time"

var began = time.Now()

// Used is the time since the process began: this system does not say what processors spent on it.
func Used() time.Duration { return time.Since(began) }
