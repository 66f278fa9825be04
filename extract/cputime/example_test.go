package cputime_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gongkai/gongkai/extract/cputime"
)

// Work that would never end is stopped when it has used what it may, however long that takes on a busy machine.
func ExampleWithLimit() {
	ctx, cancel := cputime.WithLimit(context.Background(), 20*time.Millisecond)
	defer cancel()
	for ctx.Err() == nil {
		// work
	}
	fmt.Println(errors.Is(context.Cause(ctx), cputime.ErrUsedUp))
	// Output: true
}
