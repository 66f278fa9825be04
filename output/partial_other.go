//go:build !unix

package output

import "os"

// lock takes nothing where there are no locks of this kind.
func lock(*os.File) error { return nil }

// abandoned is never known: what a killed run left is for its user to remove.
func abandoned(*os.File) bool { return false }
