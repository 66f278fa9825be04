package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"

	"github.com/gongkai/gongkai/corpus/readings"
	"github.com/gongkai/gongkai/output/reading"
)

// Several readings of the same bytes are kept: of programs of two versions that use one store, and of a page that lies in
// folders with other style sheets. The one that was made last lies under the key; where another lay there, that one moves
// one place on. Who looks for a reading goes through the places until one holds, or there is no more.

// mostVariants is how many are kept of a document.
const mostVariants = 4

// variant is the name of a place.
func variant(key string, n int) string {
	if n == 0 {
		return key
	}
	return fmt.Sprintf("%s.%d", key, n)
}

// shelves are locks by key: of documents of the same bytes one at a time makes room.
type shelves [64]sync.Mutex

func (s *shelves) of(key string) *sync.Mutex {
	h := fnv.New32a()
	h.Write([]byte(key))
	return &s[h.Sum32()%uint32(len(s))]
}

// find gives the reading that is kept of a document and is good; else why there is none. taken = another reading of it
// lies in its place.
func (r *reader) find(ctx context.Context, key string, good func(k *reading.Kept) (why string)) (k *reading.Kept, why string, taken bool) {
	for n := range mostVariants {
		object, err := r.store.Get(ctx, variant(key, n))
		no := ""
		switch {
		case errors.Is(err, readings.ErrMissing) && n > 0:
			return nil, why, taken
		case errors.Is(err, readings.ErrMissing):
			return nil, "no reading of these bytes is kept", false
		case err != nil:
			no = "the reading that is kept cannot be had: " + err.Error()
		default:
			if k, err = reading.Open(key, object); err != nil {
				no = err.Error()
			} else if no = good(k); no == "" {
				return k, "", true
			}
		}
		if n == 0 {
			why, taken = no, err == nil
		}
	}
	return nil, why, taken
}

// sameMaker reports whether two readings of a document were made by the same program with the same beside it: the newer
// takes the place of the older.
func sameMaker(a, b *reading.Kept) bool {
	return a.Print == b.Print && a.Forms == b.Forms && a.Annexes == b.Annexes && slices.Equal(a.Linked, b.Linked)
}

// put keeps a reading. empty = nothing lay in its place when it was looked for.
func (r *reader) put(ctx context.Context, key string, object []byte, news *reading.Kept, empty bool) error {
	if empty && len(news.Linked) == 0 {
		return r.store.Put(ctx, key, object)
	}
	mu := r.shelves.of(key)
	mu.Lock()
	defer mu.Unlock()
	if err := r.makeRoom(ctx, key, news); err != nil {
		return err
	}
	return r.store.Put(ctx, key, object)
}

// makeRoom moves the readings of a document one place on, unless the one in the first is of the maker of what comes (nil =
// of another), or has been moved already. What is not whole is not moved.
func (r *reader) makeRoom(ctx context.Context, key string, news *reading.Kept) error {
	var objects [mostVariants][]byte
	var kept [mostVariants]*reading.Kept
	for n := range kept {
		object, err := r.store.Get(ctx, variant(key, n))
		if err == nil {
			objects[n] = object
			kept[n], _ = reading.Open(key, object) // nil where it is damaged
		}
		switch {
		case kept[n] == nil:
			return r.move(ctx, key, objects[:n])
		case n == 0 && news != nil && sameMaker(kept[0], news), n == 1 && sameMaker(kept[0], kept[1]):
			return nil
		case n > 0 && news != nil && sameMaker(kept[n], news): // it comes to the first place
			return r.move(ctx, key, objects[:n])
		}
	}
	return r.move(ctx, key, objects[:mostVariants-1])
}

// move puts each object one place on, the last first.
func (r *reader) move(ctx context.Context, key string, objects [][]byte) error {
	for n, o := range slices.Backward(objects) {
		if err := r.store.Put(ctx, variant(key, n+1), o); err != nil {
			return err
		}
	}
	return nil
}
