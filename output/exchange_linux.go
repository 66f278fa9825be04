package output

import "golang.org/x/sys/unix"

// exchange swaps two folders in one step, so that there is no moment without one at either place. It is false where the
// file system cannot.
func exchange(a, b string) bool {
	return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE) == nil
}
