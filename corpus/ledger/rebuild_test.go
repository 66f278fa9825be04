package ledger

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"
)

// tables gives the columns and indexes of a ledger.
func tables(t *testing.T, l *Ledger) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	err := l.query(context.Background(), func(r *sql.Rows) error {
		var table, column string
		err := r.Scan(&table, &column)
		out[table+"."+column] = true
		return err
	}, `SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'
		UNION SELECT tbl_name, name FROM sqlite_master WHERE type = 'index'`)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestVersions: a ledger of each earlier version, as it was, is brought up to date with what it holds, and has the same
// tables as a new one.
func TestVersions(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	fresh, err := Open(ctx, filepath.Join(t.TempDir(), "l.sqlite"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	want := tables(t, fresh)
	dumps, err := filepath.Glob("testdata/version-*.sql")
	if err != nil || len(dumps) < 3 {
		t.Fatalf("%q, %v", dumps, err)
	}
	for _, dump := range dumps {
		t.Run(filepath.Base(dump), func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "l.sqlite")
			text, err := os.ReadFile(dump)
			if err != nil {
				t.Fatal(err)
			}
			db, err := sql.Open("sqlite", file)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec(string(text)); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			for _, reading := range []bool{true, false} {
				l, err := Open(ctx, file, reading)
				if err != nil {
					t.Fatal(err)
				}
				if got := tables(t, l); !reflect.DeepEqual(got, want) {
					t.Errorf("tables %v, want %v", got, want)
				}
				v, err := l.LastVisit(ctx, "p1")
				if err != nil || v == nil || v.Pages != 3 || v.State != "done" {
					t.Errorf("visit %+v, %v", v, err)
				}
				d, err := l.Document(ctx, "p1", "k1")
				if err != nil || d == nil || d.Year != 2025 || !d.Own || !d.Suspect.IsZero() {
					t.Errorf("document %+v, %v", d, err)
				}
				k, err := l.Known(ctx, "p1", "k1")
				if err != nil || k == nil || !k.Useful || k.ETag != `"x"` {
					t.Errorf("known %+v, %v", k, err)
				}
				if e, err := l.Untold(ctx, "mail", 10); err != nil || len(e) != 1 {
					t.Errorf("events %+v, %v", e, err)
				}
				if err := l.Check(ctx); err != nil {
					t.Error(err)
				}
				if err := l.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestRestore: what a visit wrote, packed for the archive and put in again, is the ledger that it was; put in twice it is
// the same. What was found before is told to nobody again.
func TestRestore(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	open := func() *Ledger {
		l, err := Open(ctx, filepath.Join(t.TempDir(), "l.sqlite"), false)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		return l
	}
	l := open()
	at := time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC)
	v, _, err := l.Begin(ctx, "p1", "x", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	item := Item{Key: "k", URL: "http://a.gov.cn/", Host: "a.gov.cn", Role: "report"}
	if _, err := l.Commit(ctx, v, "x", &Step{Links: []Item{item}}); err != nil {
		t.Fatal(err)
	}
	item.State = Done
	k := &Known{Portal: "p1", Key: "k", URL: item.URL, Kind: "report", SHA256: "ab", First: at, Version: at, Last: at, State: "here",
		Useful: true, Versions: 1}
	d := &Document{Portal: "p1", Key: "k", URL: item.URL, Kind: "report", Title: "年报", Year: 2025, First: at, Last: at, SHA256: "ab",
		State: "present", Late: true, Own: true, Visit: v.ID, Versions: 1}
	e := Event{ID: "late/p1/k/ab/" + v.Name, Time: at, Portal: "p1", Kind: "late", URL: item.URL, Title: "年报", Year: 2025, SHA256: "ab"}
	if ok, err := l.Commit(ctx, v, "x", &Step{Item: item, Pages: 1, Known: k, Document: d, Events: []Event{e}}); err != nil || !ok {
		t.Fatal(ok, err)
	}
	if err := l.SetColumn(ctx, Column{Portal: "p1", Time: at, State: ColumnPart, Years: map[int]string{2024: "a wall"}}); err != nil {
		t.Fatal(err)
	}
	if err := l.SetNext(ctx, "p1", "某市", "prefecture", "370100", "http://a.gov.cn/", at.AddDate(0, 1, 0), 2); err != nil {
		t.Fatal(err)
	}
	p, err := l.Part(ctx, v, "done", "")
	if err != nil {
		t.Fatal(err)
	}
	packed, err := p.Pack()
	if err != nil {
		t.Fatal(err)
	}
	back := open()
	if s, err := back.State(ctx); err != nil || s != Fresh {
		t.Errorf("a new ledger is %s, %v", s, err)
	}
	if err := back.BeginRebuild(ctx); err != nil {
		t.Fatal(err)
	}
	if s, err := back.State(ctx); err != nil || s != Rebuilding {
		t.Errorf("one that is being made is %s, %v", s, err)
	}
	for range 2 {
		got, err := Unpack(packed)
		if err != nil {
			t.Fatal(err)
		}
		if err := back.Restore(ctx, got); err != nil {
			t.Fatal(err)
		}
	}
	if err := back.EndRebuild(ctx); err != nil {
		t.Fatal(err)
	}
	if err := back.BeginRebuild(ctx); err == nil {
		t.Error("a ledger that is in use is made anew")
	}
	for _, x := range []*Ledger{l, back} {
		if got, err := x.Document(ctx, "p1", "k"); err != nil || !reflect.DeepEqual(got, d) {
			t.Errorf("document %+v, %v", got, err)
		}
		if got, err := x.Known(ctx, "p1", "k"); err != nil || !reflect.DeepEqual(got, k) {
			t.Errorf("known %+v, %v", got, err)
		}
		if c, err := x.Column(ctx, "p1"); err != nil || c == nil || c.Years[2024] != "a wall" {
			t.Errorf("column %+v, %v", c, err)
		}
		if next, fails, err := x.NextVisit(ctx, "p1"); err != nil || fails != 2 || !next.Equal(at.AddDate(0, 1, 0)) {
			t.Errorf("next %v, %d, %v", next, fails, err)
		}
		if got, err := x.News(ctx, 9); err != nil || len(got) != 1 || got[0] != e {
			t.Errorf("events %+v, %v", got, err)
		}
	}
	if told, err := back.Untold(ctx, "webhook", 9); err != nil || len(told) != 0 {
		t.Errorf("%d events would be told again, %v", len(told), err)
	}
}
