package archive

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"math/rand"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func packed(t testing.TB, b []byte) []byte {
	t.Helper()
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return z.Bytes()
}

// grown puts visits of made-up portals into an archive, and gives the last segment of each portal.
func grown(t testing.TB, a *Archive, portals, visits, pages int) (heads []Sealed) {
	t.Helper()
	ctx := context.Background()
	at := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)
	for p := range portals {
		var last *Sealed
		since := map[string]*Version{}
		for v := range visits {
			began := at.AddDate(0, v, 0)
			visit := began.Format("20060102T150405.000Z")
			for i := range pages {
				c := &Capture{Portal: fmt.Sprintf("p%d", p), Visit: visit, URL: fmt.Sprintf("http://p%d.gov.cn/%d.html", p, i), Status: 200,
					Time: began.Add(time.Duration(i) * time.Second), Proto: "HTTP/1.1", Result: New,
					Head: []byte("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\r\nServer: \xd5\xfe\xb8\xae\r\n\r\n")}
				c.Key = Key("", c.URL, "")
				var body, coded []byte
				switch {
				case v == 0 || (i+v)%5 == 0:
					body = bytes.Repeat(fmt.Appendf(nil, "%d %d %d 年报;", p, v, i), 20+i)
					if i%2 == 0 {
						coded = packed(t, body)
						c.Head = []byte("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n")
					}
				default:
					c.Status, c.Result, c.Since = 304, Unchanged, since[c.Key]
					c.Head = []byte("HTTP/1.1 304 Not Modified\r\nEtag: \"x\"\r\n\r\n")
				}
				c.Header = headerOf(c.Head)
				if err := a.PutReceived(ctx, c, body, coded); err != nil {
					t.Fatal(err)
				}
				if body != nil {
					since[c.Key] = &Version{SHA256: c.SHA256, Time: c.Time}
				}
			}
			var err error
			if last, err = a.Seal(ctx, fmt.Sprintf("p%d", p), visit, Ending{Ledger: []byte(`{"rows":[]}`)}); err != nil {
				t.Fatal(err)
			}
		}
		heads = append(heads, *last)
	}
	return heads
}

// objects gives all that an archive holds but quarantine and marks.
func objects(t testing.TB, a *Archive) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, root := range []string{"blobs/", "visits/", "captures/"} {
		var names []string
		if err := a.s.list(context.Background(), root, func(n string) error { names = append(names, n); return nil }); err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			b, err := a.s.get(context.Background(), n)
			if err != nil {
				t.Fatal(err)
			}
			out[n] = b
		}
	}
	return out
}

// harm turns bits and removes objects. No two records beside each other in a segment are hit: two become one gap. It
// gives what is hit: an object, or an object and the place of a record.
func harm(t testing.TB, a *Archive, rng *rand.Rand, flips, removed int) (hit map[string]bool, gone map[string]bool) {
	t.Helper()
	ctx := context.Background()
	was := objects(t, a)
	names := slices.Sorted(func(yield func(string) bool) {
		for n := range was {
			if !yield(n) {
				return
			}
		}
	})
	hit, gone = map[string]bool{}, map[string]bool{}
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	now := map[string][]byte{}
	for _, n := range names[:removed] {
		if err := a.s.remove(ctx, n); err != nil {
			t.Fatal(err)
		}
		hit[n], gone[n] = true, true
	}
	rest := names[removed:]
	taken := map[string][]int{} // of a segment: the records that are hit
	for n := 0; n < flips; {
		name := rest[rng.Intn(len(rest))]
		b := now[name]
		if b == nil {
			b = bytes.Clone(was[name])
		}
		at := rng.Intn(len(b))
		place := name
		if strings.HasPrefix(name, "visits/") {
			region := -1 // the first line
			for i, r := range readSegment(name, was[name]).records {
				if at >= r.frame {
					region = i
				}
			}
			if slices.ContainsFunc(taken[name], func(x int) bool { return x-region < 2 && region-x < 2 }) {
				continue
			}
			taken[name] = append(taken[name], region)
			place = fmt.Sprintf("%s#%d", name, region)
		}
		if hit[place] {
			continue
		}
		b[at] ^= 1 << rng.Intn(8)
		now[name], hit[place] = b, true
		n++
		if err := a.s.replace(ctx, name, b); err != nil {
			t.Fatal(err)
		}
	}
	return hit, gone
}

// TestHeal turns 200 bits and removes 100 objects, of bodies, captures and manifests, in a folder and in a bucket. All of
// it is found, each once, and healed but what no copy and no server has; afterwards nothing is found any more.
func TestHeal(t *testing.T) {
	for name, where := range map[string]string{"folder": t.TempDir(), "bucket": ""} {
		t.Run(name, func(t *testing.T) {
			if where == "" {
				where = store3(t, nil)
			}
			ctx := context.Background()
			a := open(t, where)
			w := Witness{Heads: grown(t, a, 12, 8, 12)}
			if n, err := a.Inspect(ctx, w, func(f Fault) error { t.Error(f); return nil }); err != nil || n.Segments != 96 ||
				n.Captures != 12*8*12 || n.Open != 0 {
				t.Fatalf("%+v, %v", n, err)
			}
			was := objects(t, a)
			all := captures(t, a)
			for _, c := range all {
				if c.SHA256 != "" {
					w.Bodies = append(w.Bodies, &Capture{Portal: c.Portal, URL: c.URL, SHA256: c.SHA256})
				}
			}
			hit, gone := harm(t, a, rand.New(rand.NewSource(7)), 200, 100)
			var told []string
			if _, err := a.Inspect(ctx, w, func(f Fault) error { told = append(told, f.String()); return nil }); err != nil {
				t.Fatal(err)
			}
			if len(told) != len(hit) {
				t.Errorf("%d faults are told, there are %d", len(told), len(hit))
			}
			compareFaults(t, told, hit)
			healed, lost := 0, map[string]bool{}
			refuses := func(c *Capture) bool { return strings.HasSuffix(c.URL, "/3.html") } // no server has these any more
			bodies := map[string][]byte{}
			for n, b := range was {
				if strings.HasPrefix(n, "blobs/") {
					body, err := plain(n, b)
					if err != nil {
						t.Fatal(err)
					}
					bodies[Sum(body)] = body
				}
			}
			o := RepairOptions{Witness: w, Now: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
				Fetch: func(ctx context.Context, c *Capture, sum string) (Fetched, error) {
					if refuses(c) {
						return Fetched{Gone: true, What: "404"}, nil
					}
					var coded []byte
					if was[blobName(sum)] == nil {
						coded = packed(t, bodies[sum])
					}
					_, err := a.PutCoded(ctx, bodies[sum], coded, "gzip")
					return Fetched{Healed: true, What: "from its address"}, err
				}}
			outcomes := 0
			if err := a.Repair(ctx, o, func(x Outcome) error {
				outcomes++
				if x.Healed {
					healed++
				}
				if x.Lost {
					lost[x.Object] = true
				}
				if x.Healed == x.Lost {
					t.Errorf("neither healed nor lost: %s", x)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if outcomes != len(hit) {
				t.Errorf("%d outcomes, %d were hit", outcomes, len(hit))
			}
			now := objects(t, a)
			for n, b := range was {
				switch same := bytes.Equal(now[n], b); {
				case same, lost[n]:
				case lostBefore(n, was, lost): // but for the copy of what was lost before it
					core := readSegment(n, b).core
					if len(now[n]) < core || !bytes.Equal(now[n][:core], b[:core]) {
						t.Errorf("%s is not what it was, to its seal", n)
					}
				case now[n] == nil && lost[unnamed(n)]:
				default:
					t.Errorf("%s is not what it was", n)
				}
			}
			for n := range now {
				if was[n] == nil {
					t.Errorf("%s was not there", n)
				}
			}
			known := map[string]string{}
			for _, c := range all {
				if c.SHA256 != "" {
					known[blobName(c.SHA256)] = c.URL
					known[blobName(c.SHA256)+gzipped] = c.URL
				}
			}
			for n := range lost {
				switch {
				case strings.HasPrefix(n, "blobs/") && strings.HasSuffix(known[n], "/3.html"):
				case strings.HasPrefix(n, "visits/") && unwitnessed(n, was, hit, gone):
				default:
					t.Errorf("%s is given up, though something has it", n)
				}
			}
			n, err := a.Inspect(ctx, w, func(f Fault) error { t.Errorf("after the repair: %s", f); return nil })
			if err != nil {
				t.Fatal(err)
			}
			again := 0
			if err := a.Repair(ctx, o, func(x Outcome) error { again++; return nil }); err != nil || again != 0 {
				t.Errorf("a second repair tells %d; %v", again, err)
			}
			t.Logf("%d faults: %d healed, %d objects lost; %d records and bodies marked as lost", len(hit), healed, len(lost), n.Lost)
		})
	}
}

// unnamed is the name of a segment of which nothing but its number is known.
func unnamed(name string) string {
	if portal, number, _, ok := parseSegmentName(name); ok {
		return segmentName(portal, number, "unknown")
	}
	return name
}

// lostBefore tells a segment whose predecessor is lost.
func lostBefore(name string, was map[string][]byte, lost map[string]bool) bool {
	portal, number, _, ok := parseSegmentName(name)
	for n := range was {
		if p, k, _, is := parseSegmentName(n); ok && is && p == portal && k == number-1 {
			return lost[n] || lost[unnamed(n)]
		}
	}
	return false
}

// unwitnessed tells a segment whose copy in the next one was hit too.
func unwitnessed(name string, was map[string][]byte, hit, gone map[string]bool) bool {
	portal, number, _, _ := parseSegmentName(name)
	for n := range was {
		p, k, _, ok := parseSegmentName(n)
		if !ok || p != portal || k != number+1 {
			continue
		}
		for i, r := range readSegment(n, was[n]).records {
			if r.Kind == kindCopy && (gone[n] || hit[fmt.Sprintf("%s#%d", n, i)]) {
				return true
			}
		}
	}
	return false
}

// compareFaults names what was hit and is not told, object by object.
func compareFaults(t testing.TB, told []string, hit map[string]bool) {
	t.Helper()
	count := map[string]int{}
	for h := range hit {
		object, _, _ := strings.Cut(h, "#")
		count[unnamed(strings.TrimSuffix(object, gzipped))]++
	}
	for _, s := range told {
		object, _, _ := strings.Cut(s, ":")
		count[unnamed(strings.TrimSuffix(object, gzipped))]--
	}
	for object, n := range count {
		if n != 0 {
			t.Errorf("%s: hit %d times more than told", object, n)
			for _, s := range told {
				if strings.HasPrefix(s, object) {
					t.Log(s)
				}
			}
		}
	}
}

// TestTurnBack: a bit that was turned anywhere is found by the checksum and proved by the hash; two are not.
func TestTurnBack(t *testing.T) {
	t.Parallel()
	b := bytes.Repeat([]byte("政府信息公开"), 40)
	for at := range len(b) * 8 {
		x := bytes.Clone(b)
		x[at/8] ^= 1 << (at % 8)
		if got := turnBack(x, crcOf(b), Sum(b)); !bytes.Equal(got, b) {
			t.Fatalf("bit %d is not turned back", at)
		}
	}
	b2 := bytes.Clone(b)
	b2[0], b2[9] = b2[0]^1, b2[9]^1
	if turnBack(b2, crcOf(b), Sum(b)) != nil || turnBack(b, crcOf(b), Sum(b)) != nil || turnBack(nil, "x", "") != nil {
		t.Error("something is turned where one bit does not do it")
	}
}

// TestHeadAsReceived: the bytes of a head that is no UTF-8 come back as they were, and say the headers.
func TestHeadAsReceived(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	a := open(t, t.TempDir())
	head := []byte("HTTP/1.1 200 OK\r\ncontent-disposition: attachment; filename=\xc4\xea\xb1\xa8.doc\r\nX-Odd:  a \r\n\r\n")
	c := &Capture{Portal: "p", Visit: "v", Key: "k", URL: "http://a.gov.cn/", Status: 200, Head: head, Header: headerOf(head)}
	if err := a.Put(ctx, c, []byte("x")); err != nil {
		t.Fatal(err)
	}
	got := captures(t, open(t, a.s.(*folder).root))
	if len(got) != 1 || !bytes.Equal(got[0].Head, head) || !reflect.DeepEqual(got[0].Header, c.Header) ||
		got[0].Header.Get("Content-Disposition") != "attachment; filename=\xc4\xea\xb1\xa8.doc" {
		t.Errorf("%+v", got)
	}
}

// TestBodyAsReceived: what came packed is kept packed, is given unpacked, and comes back as it came; packed in two ways it
// is kept in both.
func TestBodyAsReceived(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	a := open(t, t.TempDir())
	body := bytes.Repeat([]byte("年报"), 500)
	one := packed(t, body)
	other := append(bytes.Clone(one[:9]), append([]byte{3}, one[10:]...)...) // another system in its head
	for i, coded := range [][]byte{one, other} {
		c := &Capture{Portal: "p", Visit: "v", Key: fmt.Sprint(i), URL: "http://a.gov.cn/", Status: 200,
			Header: http.Header{"Content-Encoding": {"gzip"}}}
		if err := a.PutReceived(ctx, c, body, coded); err != nil {
			t.Fatal(err)
		}
		if got, err := a.Coded(ctx, c); err != nil || !bytes.Equal(got, coded) {
			t.Errorf("%d: it does not come back as it came: %v", i, err)
		}
		if got, err := a.Body(ctx, c.SHA256); err != nil || !bytes.Equal(got, body) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if _, bodies, err := a.Check(ctx, func(s string) { t.Error(s) }); err != nil || bodies != 2 {
		t.Errorf("%d bodies, %v", bodies, err)
	}
}

// TestOneFile: the visit of a portal where nothing changed writes one file.
func TestOneFile(t *testing.T) {
	t.Parallel()
	a := open(t, t.TempDir())
	grown(t, a, 1, 1, 20)
	before := len(objects(t, a))
	ctx := context.Background()
	first := captures(t, a)
	for _, c := range first {
		x := *c
		x.Visit, x.Time = "20260301T080000.000Z", c.Time.AddDate(0, 2, 0)
		x.Status, x.Result, x.Since, x.SHA256, x.Coded = 304, Unchanged, &Version{c.SHA256, c.Time}, "", nil
		if err := a.Put(ctx, &x, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Seal(ctx, "p0", "20260301T080000.000Z", Ending{}); err != nil {
		t.Fatal(err)
	}
	if n := len(objects(t, a)) - before; n != 1 {
		t.Errorf("%d files", n)
	}
	if n := len(captures(t, a)); n != 40 {
		t.Errorf("%d captures", n)
	}
}

// TestTorn: a record that breaks off, because its writer was killed, is written over; nothing before it is lost.
func TestTorn(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	want := filled(t, open(t, dir))
	whole := objects(t, open(t, dir))
	name := segmentName("p1", 1, "20260131T080000.000Z")
	last := readSegment(name, whole[name]).records
	for cut := len(whole[name]) - 1; cut >= 0; cut -= 37 {
		a := open(t, dir)
		if err := a.s.replace(ctx, name, whole[name][:cut]); err != nil {
			t.Fatal(err)
		}
		left := 0
		for _, r := range last {
			if r.end <= cut {
				left++
			}
		}
		if _, _, err := a.Check(ctx, func(s string) { t.Errorf("cut at %d: %s", cut, s) }); err != nil {
			t.Fatal(err)
		}
		c := *want[0]
		c.Key, c.URL = "another", "http://a.gov.cn/another"
		if err := a.Put(ctx, &c, nil); err != nil {
			t.Fatal(err)
		}
		s := readSegment(name, objects(t, a)[name])
		if len(s.records) != left+1 || len(s.bad) > 0 || s.torn >= 0 || !s.head {
			t.Fatalf("cut at %d: %d records of %d, %v", cut, len(s.records), left+1, s.bad)
		}
		if _, err := a.Get(ctx, "p1", c.Visit, c.Key); err != nil {
			t.Error(err)
		}
	}
}

// TestCapturesBesideDamage: what is damaged stops nobody from reading the rest, and is told at the end.
func TestCapturesBesideDamage(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	a := open(t, t.TempDir())
	grown(t, a, 2, 2, 5)
	name := segmentName("p0", 1, "20260101T080000.000Z")
	b := objects(t, a)[name]
	r := readSegment(name, b).records[2]
	b[r.frame+100] ^= 4
	if err := a.s.replace(ctx, name, b); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := a.Captures(ctx, "", func(*Capture) error { n++; return nil })
	if n != 19 || !errors.Is(err, ErrDamaged) {
		t.Errorf("%d captures, %v", n, err)
	}
}
