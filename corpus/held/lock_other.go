//go:build !unix

package held

// Take does nothing: this system has no locks on folders.
func Take(string) (release func(), err error) { return func() {}, nil }

// Free reports false: who made a folder cannot be told.
func Free(string) bool { return false }
