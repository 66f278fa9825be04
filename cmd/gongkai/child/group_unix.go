//go:build unix

package child

import (
	"os/exec"
	"syscall"
)

// apart gives a process a group of its own, to which belongs what it starts.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killAll ends a process and what it started.
func killAll(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
