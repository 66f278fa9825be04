package held

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// ErrHeld says that another process holds a file.
var ErrHeld = errors.New("held by another process")

// File holds a file until the process ends or release is called, and writes into it who holds it. Where another process
// does, the error is ErrHeld with what that one wrote.
func File(path, who string) (release func(), err error) {
	f, err := lock(path)
	if errors.Is(err, ErrHeld) {
		if b, rerr := os.ReadFile(path); rerr == nil && len(b) > 0 {
			return nil, fmt.Errorf("%w: %s", ErrHeld, strings.TrimSpace(string(b)))
		}
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	if err = f.Truncate(0); err == nil {
		_, err = f.WriteAt([]byte(who+"\n"), 0)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return func() {
		// empty, and not removed: another one may have opened it already
		_ = f.Truncate(0) // it says who held it, at worst
		f.Close()
	}, nil
}
