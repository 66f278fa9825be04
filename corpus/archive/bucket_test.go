package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// store3 is a store on loopback that speaks S3; before, if it is not nil, may answer a request in its place.
func store3(t *testing.T, before func(http.ResponseWriter, *http.Request) bool) (where string) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	real := gofakes3.New(s3mem.New()).Server()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if before == nil || !before(w, r) {
			real.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.Close)
	req, err := http.NewRequest(http.MethodPut, s.URL+"/bucket", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return "s3://bucket/in/here?use_path_style=true&region=us-east-1&endpoint=" + url.QueryEscape(s.URL)
}

// TestBucket: an archive in a bucket gives back what one in a folder does, in the same order.
func TestBucket(t *testing.T) {
	ctx := context.Background()
	a := open(t, store3(t, nil))
	want := filled(t, a)
	dir := open(t, t.TempDir())
	filled(t, dir)
	got := captures(t, a)
	if len(got) != len(want) || !reflect.DeepEqual(got, captures(t, dir)) {
		t.Fatalf("%d captures in the bucket, want %d as in the folder", len(got), len(want))
	}
	if b, err := a.Body(ctx, want[0].SHA256); err != nil || string(b) != "<html>2024年</html>" {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := a.Get(ctx, "p1", "20260131T080000.000Z", "none"); !errors.Is(err, ErrMissing) {
		t.Errorf("what is not there: %v", err)
	}
	if ok, err := a.Has(ctx, strings.Repeat("0", 64)); ok || err != nil {
		t.Errorf("has what it has not: %v, %v", ok, err)
	}
	if c, b, err := a.Check(ctx, func(s string) { t.Error(s) }); c != len(want) || b != 4 || err != nil {
		t.Errorf("%d captures, %d bodies, %v", c, b, err)
	}
}

// TestBucketWritesOnce: what is there is left as it is, also where the store is asked by many at once, where it is
// busy with another's writing of the same name, and where it does not know the condition.
func TestBucketWritesOnce(t *testing.T) {
	refuse := func(status int, code string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if r.Header.Get("If-None-Match") == "" {
				return false
			}
			io.Copy(io.Discard, r.Body)
			w.WriteHeader(status)
			fmt.Fprintf(w, "<Error><Code>%s</Code></Error>", code)
			return true
		}
	}
	busy := 2
	var mu sync.Mutex
	for name, before := range map[string]func(http.ResponseWriter, *http.Request) bool{
		"a store that knows":         nil,
		"one that implements it not": refuse(http.StatusNotImplemented, "NotImplemented"),
		"one that finds it wrong":    refuse(http.StatusBadRequest, "InvalidArgument"),
		"one that is busy": func(w http.ResponseWriter, r *http.Request) bool {
			mu.Lock()
			defer mu.Unlock()
			if r.Method != http.MethodPut || r.Header.Get("If-None-Match") == "" || busy == 0 {
				return false
			}
			busy--
			return refuse(http.StatusConflict, "ConditionalRequestConflict")(w, r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			b, err := openBucket(ctx, store3(t, before))
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{"first", "second"} {
				if err := b.put(ctx, "x", []byte(text)); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := b.get(ctx, "x"); string(got) != "first" || err != nil {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

// TestBucketLateWriter: one who saw nothing there and writes when another has written replaces nothing.
func TestBucketLateWriter(t *testing.T) {
	ctx := context.Background()
	late := false
	where := store3(t, func(w http.ResponseWriter, r *http.Request) bool {
		if late && r.Method == http.MethodHead { // what it saw before
			w.WriteHeader(http.StatusNotFound)
			return true
		}
		if late && r.Method == http.MethodPut && r.Header.Get("If-None-Match") != "*" {
			t.Error("written without condition")
		}
		return false
	})
	b, err := openBucket(ctx, where)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.put(ctx, "x", []byte("first")); err != nil {
		t.Fatal(err)
	}
	late = true
	if err := b.put(ctx, "x", []byte("second")); err != nil {
		t.Fatal(err)
	}
	if got, err := b.get(ctx, "x"); string(got) != "first" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// TestBucketLists a thousand objects and more, which come by pages, in the order of their names, and ends when told.
func TestBucketLists(t *testing.T) {
	ctx := context.Background()
	where := store3(t, nil)
	b, err := openBucket(ctx, where)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1003 {
		if err := b.put(ctx, fmt.Sprintf("blobs/%d", i), nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.put(ctx, "captures/x", nil); err != nil {
		t.Fatal(err)
	}
	var names []string
	if err := b.list(ctx, "blobs/", func(name string) error { names = append(names, name); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(names) != 1003 || !slices.IsSorted(names) || names[0] != "blobs/0" {
		t.Errorf("%d names, sorted %v, from %q", len(names), slices.IsSorted(names), names[0])
	}
	enough := errors.New("enough")
	n := 0
	if err := b.list(ctx, "blobs/", func(string) error { n++; return enough }); !errors.Is(err, enough) || n != 1 {
		t.Errorf("after %d names: %v", n, err)
	}
	other, err := openBucket(ctx, strings.Replace(where, "bucket/", "nobucket/", 1))
	if err != nil {
		t.Fatal(err)
	}
	if err := other.list(ctx, "", func(string) error { return nil }); err == nil {
		t.Error("a bucket that is not there is listed")
	}
	if err := other.put(ctx, "x", nil); err == nil {
		t.Error("something is written to a bucket that is not there")
	}
	if _, err := other.get(ctx, "x"); err == nil || errors.Is(err, ErrMissing) {
		t.Errorf("read from a bucket that is not there: %v", err)
	}
}

func TestBucketURL(t *testing.T) {
	plain := func(string) string { return "" }
	env := func(name string) string {
		return map[string]string{"AWS_REGION": "cn-north-1", "AWS_ENDPOINT_URL": "http://store:9000"}[name]
	}
	for _, c := range []struct {
		where string
		env   func(string) string
		want  bucketURL
		wrong string
	}{
		{"s3://b", plain, bucketURL{name: "b", endpoint: amazon, secure: true}, ""},
		{"s3://b/a/b/?region=eu-west-1&dualstack=true&awssdk=v2", plain,
			bucketURL{name: "b", prefix: "a/b/", endpoint: amazon, secure: true, region: "eu-west-1", dualstack: true},
			""},
		{"s3://b.c", plain, bucketURL{name: "b.c", endpoint: amazon, secure: true, path: true}, ""},
		{"s3://b?region=cn-north-1&fips=true", plain,
			bucketURL{name: "b", endpoint: "s3-fips.cn-north-1.amazonaws.com", secure: true, region: "cn-north-1"}, ""},
		{"s3://b?endpoint=https://obs.cn-north-4.myhuaweicloud.com", plain,
			bucketURL{name: "b", endpoint: "obs.cn-north-4.myhuaweicloud.com", secure: true, region: "us-east-1"}, ""},
		{"s3://b?endpoint=127.0.0.1:9000&disable_https=true&region=r", plain,
			bucketURL{name: "b", endpoint: "127.0.0.1:9000", path: true, region: "r"}, ""},
		{"s3://b?endpoint=http://store:9000&s3ForcePathStyle=true&region=r", plain,
			bucketURL{name: "b", endpoint: "store:9000", path: true, region: "r"}, ""},
		{"s3://b?profile=p&anonymous=1", env,
			bucketURL{name: "b", endpoint: "store:9000", region: "cn-north-1", profile: "p", anonymous: true}, ""},
		{"s3://b?regoin=x", plain, bucketURL{}, `unknown option "regoin"`},
		{"s3://b?anonymous=perhaps", plain, bucketURL{}, "neither true nor false"},
		{"s3://b?ssetype=rot13", plain, bucketURL{}, "neither AES256 nor aws:kms"},
		{"s3://b?role=me", plain, bucketURL{}, "arn:"},
		{"s3://b?endpoint=https://host/path", plain, bucketURL{}, "is wanted"},
		{"s3:///b", plain, bucketURL{}, "no s3://bucket"},
		{"gs://b", plain, bucketURL{}, "no s3://bucket"},
	} {
		got, err := parseBucket(c.where, c.env)
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%s: %v, want %q", c.where, err, c.wrong)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(*got, c.want) {
			t.Errorf("%s:\n got %+v, %v\nwant %+v", c.where, got, err, c.want)
		}
	}
	if u, err := parseBucket("s3://b?ssetype=aws:kms&kmskeyid=k", plain); err != nil || u.sse == nil ||
		u.sse.Type() != "KMS" {
		t.Errorf("%+v, %v", u, err)
	}
}

// TestBucketWithoutCredentials says what to do, at once.
func TestBucketWithoutCredentials(t *testing.T) {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY", "AWS_SECRET_KEY",
		"AWS_PROFILE"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("HOME", t.TempDir())
	_, err := Open(context.Background(), "s3://bucket?region=us-east-1")
	if err == nil || !strings.Contains(err.Error(), "AWS_ACCESS_KEY_ID") {
		t.Errorf("%v", err)
	}
}

// TestBucketSegment: what a visit captures in a store that cannot append are parts, which another process reads, and which
// become one object when the visit ends; what one left that was killed behind that is cleared away.
func TestBucketSegment(t *testing.T) {
	ctx := context.Background()
	where := store3(t, nil)
	a := open(t, where)
	want := filled(t, a)
	visit := want[0].Visit
	other := open(t, where)
	if c, err := other.Get(ctx, "p1", visit, want[1].Key); err != nil || c.URL != want[1].URL {
		t.Errorf("%+v, %v", c, err)
	}
	name := segmentName("p1", 1, visit)
	parts := func() (n int) {
		if err := a.s.list(ctx, name+openParts, func(string) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := parts(); n != 5 {
		t.Errorf("%d parts, want 5", n)
	}
	first, err := a.Seal(ctx, "p1", visit, Ending{})
	if err != nil || parts() != 0 {
		t.Fatalf("%d parts, %v", parts(), err)
	}
	if err := a.s.put(ctx, name+openParts+want[0].Key, []byte("left")); err != nil {
		t.Fatal(err)
	}
	second, err := other.Seal(ctx, "p1", visit, Ending{})
	if err == nil {
		other.Resume("p1", visit)
		second, err = other.Seal(ctx, "p1", visit, Ending{})
	}
	if err != nil || second.SHA256 != first.SHA256 || parts() != 0 {
		t.Errorf("%+v, %d parts, %v", second, parts(), err)
	}
	if _, _, err := a.Check(ctx, func(s string) { t.Error(s) }); err != nil {
		t.Error(err)
	}
}
