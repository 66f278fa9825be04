package readings_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/gongkai/gongkai/corpus/readings"
)

// TestStore: in a folder and in a bucket an object is what was put last, and one that was not put is missing.
func TestStore(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	s3 := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	defer s3.Close()
	req, err := http.NewRequest(http.MethodPut, s3.URL+"/bucket", nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := http.DefaultClient.Do(req); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(err, resp)
	}
	ctx := context.Background()
	places := []string{filepath.Join(t.TempDir(), "new", "readings"),
		"s3://bucket/a/readings?region=us-east-1&use_path_style=true&endpoint=" + url.QueryEscape(s3.URL)}
	for _, where := range places {
		s, err := readings.Open(ctx, where)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(ctx, "abcd"); !errors.Is(err, readings.ErrMissing) {
			t.Errorf("%s: %v", where, err)
		}
		for _, text := range []string{"one", "two"} {
			if err := s.Put(ctx, "abcd", []byte(text)); err != nil {
				t.Fatal(err)
			}
			if b, err := s.Get(ctx, "abcd"); err != nil || string(b) != text {
				t.Errorf("%s: %q %v", where, b, err)
			}
		}
	}
	// all that was put is listed, and can be removed
	for _, where := range places {
		s, err := readings.Open(ctx, where)
		if err != nil {
			t.Fatal(err)
		}
		key := strings.Repeat("0a", 32)
		for _, k := range []string{key, key + ".tried", "index-" + key[:32], "index-" + key[:32] + ".reuse-2020"} {
			if err := s.Put(ctx, k, []byte("four")); err != nil {
				t.Fatal(err)
			}
		}
		list := func() (keys []string) {
			err := s.List(ctx, func(o readings.Object) error {
				if o.Bytes != 4 || o.Left || o.Changed.IsZero() {
					t.Errorf("%+v", o)
				}
				keys = append(keys, o.Key)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(keys)
			return keys
		}
		if got := list(); !slices.Equal(got, []string{key, key + ".tried", "index-" + key[:32], "index-" + key[:32] + ".reuse-2020"}) {
			t.Errorf("%s: %q", where, got)
		}
		for range 2 {
			if err := s.Remove(ctx, key+".tried"); err != nil {
				t.Fatal(err)
			}
		}
		if got := list(); !slices.Equal(got, []string{key, "index-" + key[:32], "index-" + key[:32] + ".reuse-2020"}) {
			t.Errorf("%s: %q", where, got)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := readings.Open(ctx, file); err == nil {
		t.Error("a file is taken for a folder")
	}
}

func ExampleStore_Put() {
	dir, err := os.MkdirTemp("", "readings")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	s, err := readings.Open(ctx, dir)
	if err == nil {
		err = s.Put(ctx, "0123", []byte("what was read"))
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := s.Get(ctx, "0123")
	fmt.Println(string(b), err)
	// Output: what was read <nil>
}
