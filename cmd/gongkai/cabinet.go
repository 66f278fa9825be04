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
	say   func(string)                    // nil = errors are the caller's
	spare func() (*readings.Store, error) // where things are laid aside
	mu    sync.Mutex
	aside map[string]bool // keys of what lies there
	said  bool
	fails int // to put something, one after the other
}

// mostFails is how often in a row something could not be put until nothing more is tried: a store that does not answer takes
// minutes each time.
const mostFails = 3

// openCabinet opens a store for a run.
func openCabinet(ctx context.Context, where string, say func(string)) (*cabinet, error) {
	s, err := readings.Open(ctx, where)
	if err != nil {
		return nil, err
	}
	return &cabinet{Store: s, say: say, aside: map[string]bool{}, spare: sync.OnceValues(func() (*readings.Store, error) {
		dir, err := os.MkdirTemp("", "readings-")
		if err != nil {
			return nil, err
		}
		return readings.Open(context.WithoutCancel(ctx), dir)
	})}, nil
}

// Get gives the object of a key, from where it lies.
func (s *cabinet) Get(ctx context.Context, key string) ([]byte, error) {
	s.mu.Lock()
	aside := s.aside[key]
	s.mu.Unlock()
	if aside {
		if spare, err := s.spare(); err == nil {
			return spare.Get(ctx, key)
		}
	}
	return s.Store.Get(ctx, key)
}

// Put keeps an object as far as that can be done. On a cabinet that says what is wrong it is an error only if ctx ends.
func (s *cabinet) Put(ctx context.Context, key string, object []byte) error {
	if s.say == nil {
		return s.Store.Put(ctx, key, object)
	}
	s.mu.Lock()
	given := s.fails >= mostFails
	s.mu.Unlock()
	if !given {
		err := s.Store.Put(ctx, key, object)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.note(key, err)
		if err == nil {
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

// note notes how an attempt to put something ended.
func (s *cabinet) note(key string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.fails = 0
		delete(s.aside, key)
		return
	}
	s.fails++
	if s.said {
		return
	}
	s.said = true
	s.say(fmt.Sprintf(say("what is read cannot be kept, the next run reads it again: %s",
		"读取结果无法保存，下次运行将重新读取：%s"), spoken(err.Error())))
}

// lostWhy says why a reading that there was is made again.
func lostWhy(err error) string {
	switch {
	case err == nil:
		return "its reading was there, and is another now"
	case errors.Is(err, readings.ErrMissing):
		return "its reading was there, and is gone"
	}
	return "the reading that is kept cannot be had: " + err.Error()
}
