package originals

import (
	chain "container/list"
	"sync"
)

// recent keeps what was made last, up to a number of bytes.
type recent struct {
	mu    sync.Mutex
	most  int         // bytes
	room  int         // bytes of it that are free
	order *chain.List // of made, the newest first
	by    map[string]*chain.Element
}

type made struct {
	key  string
	body []byte
}

func newRecent(most int) *recent {
	return &recent{most: most, room: most, order: chain.New(), by: map[string]*chain.Element{}}
}

func (r *recent) get(key string) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.by[key]
	if e == nil {
		return nil, false
	}
	r.order.MoveToFront(e)
	return e.Value.(made).body, true
}

func (r *recent) put(key string, body []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by[key] != nil || len(body) > r.most/4 { // one that is large would push out all others
		return
	}
	r.by[key] = r.order.PushFront(made{key, body})
	for r.room -= len(body); r.room < 0; {
		e := r.order.Back()
		m := e.Value.(made)
		r.order.Remove(e)
		delete(r.by, m.key)
		r.room += len(m.body)
	}
}
