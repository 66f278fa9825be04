package archive

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
)

// Objects are named bytes in a bucket that may be replaced, unlike those of an Archive: what can be made again.
type Objects struct{ b *bucket }

// OpenObjects opens a bucket by its URL, as Open does.
func OpenObjects(ctx context.Context, where string) (*Objects, error) {
	b, err := openBucket(ctx, where)
	if err != nil {
		return nil, err
	}
	return &Objects{b}, nil
}

// Get gives the bytes of a name; ErrMissing where there are none.
func (o *Objects) Get(ctx context.Context, name string) ([]byte, error) { return o.b.get(ctx, name) }

// An ObjectInfo is what a bucket tells of an object.
type ObjectInfo struct {
	Name    string
	Bytes   int64
	Changed time.Time
}

// List lists all objects. What each returns ends it.
func (o *Objects) List(ctx context.Context, each func(ObjectInfo) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	opts := minio.ListObjectsOptions{Prefix: o.b.prefix, Recursive: true}
	for x := range o.b.client.ListObjectsIter(ctx, o.b.name, opts) {
		if x.Err != nil {
			return x.Err
		}
		if err := each(ObjectInfo{strings.TrimPrefix(x.Key, o.b.prefix), x.Size, x.LastModified}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Remove removes the object of a name, if there is one.
func (o *Objects) Remove(ctx context.Context, name string) error { return o.b.remove(ctx, name) }

// Put keeps bytes under a name, in the place of others.
func (o *Objects) Put(ctx context.Context, name string, body []byte) error {
	_, err := o.b.client.PutObject(ctx, o.b.name, o.b.prefix+name, bytes.NewReader(body), int64(len(body)), "", Sum(body),
		minio.PutObjectOptions{ContentType: http.DetectContentType(body), ServerSideEncryption: o.b.sse,
			DisableContentSha256: true})
	return err
}
