package archive

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strings"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/s3blob" // s3://
	"gocloud.dev/gcerrors"
)

// A bucket keeps objects in a store that speaks S3.
type bucket struct{ b *blob.Bucket }

func openBucket(ctx context.Context, where string) (*bucket, error) {
	u, err := url.Parse(where)
	if err != nil {
		return nil, err
	}
	prefix := strings.Trim(u.Path, "/")
	u.Path = ""
	b, err := blob.OpenBucket(ctx, u.String())
	if err != nil {
		return nil, err
	}
	if prefix != "" {
		b = blob.PrefixedBucket(b, prefix+"/")
	}
	return &bucket{b}, nil
}

func (b *bucket) put(ctx context.Context, name string, body []byte) error {
	if ok, err := b.b.Exists(ctx, name); err != nil || ok {
		return err
	}
	// without IfNotExist, which not every store knows: two writers of one name write the same bytes under a hash, and a
	// capture's name is written by the holder of its visit alone
	return b.b.WriteAll(ctx, name, body, nil)
}

func (b *bucket) get(ctx context.Context, name string) ([]byte, error) {
	body, err := b.b.ReadAll(ctx, name)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, ErrMissing
	}
	return body, err
}

func (b *bucket) has(ctx context.Context, name string) (bool, error) { return b.b.Exists(ctx, name) }

func (b *bucket) list(ctx context.Context, prefix string, each func(string) error) error {
	it := b.b.List(&blob.ListOptions{Prefix: prefix})
	for {
		o, err := it.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := each(o.Key); err != nil {
			return err
		}
	}
}

func (b *bucket) close() error { return b.b.Close() }
