package archive

import (
	"bytes"
	"context"
	"net/http"

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

// Put keeps bytes under a name, in the place of others.
func (o *Objects) Put(ctx context.Context, name string, body []byte) error {
	_, err := o.b.client.PutObject(ctx, o.b.name, o.b.prefix+name, bytes.NewReader(body), int64(len(body)), "", Sum(body),
		minio.PutObjectOptions{ContentType: http.DetectContentType(body), ServerSideEncryption: o.b.sse,
			DisableContentSha256: true})
	return err
}
