//go:build !unix

package archive

import "os"

// alive tells whether a process of this machine lives; here it is not known, and old parts are told by their age.
func alive(int) bool { return true }

// lockWhole does nothing where one process works with an archive at a time.
func lockWhole(*os.File) (release func(), err error) { return func() {}, nil }
