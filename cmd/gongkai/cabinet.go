package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/gongkai/gongkai/corpus/readings"
)

// A cabinet is a store of readings that a run does not need. What cannot be put there is laid aside until the run is over, for
// the rows that are made of it; what cannot be had from there is made again. It is said once, and no document is the worse
// for it.
type cabinet struct {
	*readings.Store
	say        func(string)                    // nil = errors are the caller's
	spare      func() (*readings.Store, error) // where things are laid aside
	sparePlace func() (string, error)
	mu         sync.Mutex
	aside      map[string]bool // keys of what lies there
	said       bool
	gets       int // that failed, one after the other
	puts       int
}

// mostFails is how often in a row something could not be put or had until nothing more is tried: a store that does not answer
// takes minutes each time.
const mostFails = 3

// openCabinet opens a store for a run.
func openCabinet(ctx context.Context, where string, say func(string)) (*cabinet, error) {
	s, err := readings.Open(ctx, where)
	if err != nil {
		return nil, err
	}
	place := sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "readings-") })
	return &cabinet{Store: s, say: say, aside: map[string]bool{}, sparePlace: place,
		spare: sync.OnceValues(func() (*readings.Store, error) {
			dir, err := place()
			if err != nil {
				return nil, err
			}
			return readings.Open(context.WithoutCancel(ctx), dir)
		})}, nil
}

// errGivenUp says that a store failed too often.
var errGivenUp = errors.New("the place where readings are kept has failed three times in a row and is not asked any more")

// Get gives the object of a key, from where it lies.
func (s *cabinet) Get(ctx context.Context, key string) ([]byte, error) {
	if s.say == nil {
		return s.Store.Get(ctx, key)
	}
	aside, given := s.stands(key, false)
	if aside {
		if spare, err := s.spare(); err == nil {
			return spare.Get(ctx, key)
		}
	}
	if given {
		return nil, errGivenUp
	}
	object, err := s.Store.Get(ctx, key)
	if ctx.Err() == nil {
		failed := err
		if errors.Is(err, readings.ErrMissing) {
			failed = nil
		}
		s.note(failed, &s.gets)
	}
	return object, err
}

// Put keeps an object as far as that can be done. On a cabinet that says what is wrong it is an error only if ctx ends.
func (s *cabinet) Put(ctx context.Context, key string, object []byte) error {
	if s.say == nil {
		return s.Store.Put(ctx, key, object)
	}
	if _, given := s.stands(key, true); !given {
		err := s.Store.Put(ctx, key, object)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.note(err, &s.puts)
		if err == nil {
			s.mu.Lock()
			delete(s.aside, key)
			s.mu.Unlock()
			return nil
		}
	}
	spare, err := s.spare()
	if err == nil {
		err = spare.Put(ctx, key, object)
	}
	if err == nil {
		s.mu.Lock()
		s.aside[key] = true
		s.mu.Unlock()
	}
	return ctx.Err() // what lies nowhere is read once more where its rows are made
}

// stands tells whether an object lies aside, and whether the store is given up. One that cannot be written may well be read; what
// is put into one that cannot be read would be lost.
func (s *cabinet) stands(key string, put bool) (aside, given bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.aside[key], s.gets >= mostFails || put && s.puts >= mostFails
}

// close removes what lies aside.
func (s *cabinet) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.aside) > 0 {
		if dir, err := s.sparePlace(); err == nil {
			os.RemoveAll(dir)
		}
	}
}

// note notes how an attempt ended, and says the first time what is wrong.
func (s *cabinet) note(err error, fails *int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case *fails >= mostFails: // it stays so, whatever was under way
		return
	case err == nil:
		*fails = 0
		return
	}
	*fails++
	if !s.said {
		s.said = true
		s.say(fmt.Sprintf(say("readings cannot be kept or had, what they are of is read now and by the next run: %s",
			"读取结果无法保存或取得，相关文件本次和下次运行都要读取：%s"), spoken(err.Error())))
	}
}

// lostWhy says why a reading that there was is made again, by why it is not found.
func lostWhy(why string) string {
	switch why {
	case "no reading of these bytes is kept":
		return "its reading was there, and is gone"
	case "it says something else":
		return "its reading was there, and is another now"
	}
	return why
}
