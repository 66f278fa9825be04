//go:build !unix

package child

import "os/exec"

func apart(*exec.Cmd) {}

// killAll ends a process.
func killAll(cmd *exec.Cmd) { cmd.Process.Kill() }
