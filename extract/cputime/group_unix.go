//go:build unix

package cputime

import (
	"os/exec"
	"syscall"
)

// groups tells that the system has process groups.
const groups = true

// apart gives a program a group of its own, which is ended as a whole.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// killGroup ends a group. One in which nobody is left is no error. The watcher, which ends last, keeps its number from
// being another's.
func killGroup(id int) { _ = syscall.Kill(-id, syscall.SIGKILL) }
