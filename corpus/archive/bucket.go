package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/encrypt"
)

// A bucket keeps objects in a store that speaks S3.
type bucket struct {
	client       minio.Core
	name, prefix string // prefix = "" or ends with "/"
	sse          encrypt.ServerSide
	pace         *patient
}

// bucketURL is what the URL of a bucket says. The options are those that AWS's own tools and libraries know.
type bucketURL struct {
	name, prefix string

	endpoint               string // host, or host:port
	secure                 bool   // over TLS
	path                   bool   // the bucket's name stands in the path, not in the host's name
	region, profile, role  string
	anonymous              bool
	dualstack, accelerated bool
	sse                    encrypt.ServerSide
}

// amazon is where a bucket lies that names no endpoint.
const amazon = "s3.amazonaws.com"

func openBucket(ctx context.Context, where string) (*bucket, error) {
	u, err := parseBucket(where, os.Getenv)
	if err != nil {
		return nil, err
	}
	creds, err := u.credentials(ctx)
	if err != nil {
		return nil, err
	}
	lookup := minio.BucketLookupDNS
	if u.path {
		lookup = minio.BucketLookupPath
	}
	wire, err := minio.DefaultTransport(u.secure)
	if err != nil {
		return nil, err
	}
	pace := &patient{wire, patience}
	client, err := minio.NewCore(u.endpoint, &minio.Options{Creds: creds, Secure: u.secure, Region: u.region,
		BucketLookup: lookup, Transport: pace})
	if err != nil {
		return nil, err
	}
	client.SetS3EnableDualstack(u.dualstack)
	if u.accelerated {
		client.SetS3TransferAccelerate("s3-accelerate.amazonaws.com")
	}
	return &bucket{client: *client, name: u.name, prefix: u.prefix, sse: u.sse, pace: pace}, nil
}

// parseBucket reads s3://name/prefix?option=…; what no option says the environment may.
func parseBucket(where string, env func(string) string) (*bucketURL, error) {
	at, err := url.Parse(where)
	if err != nil {
		return nil, err
	}
	if at.Scheme != "s3" || at.Host == "" {
		return nil, errors.New("no folder and no s3://bucket?…")
	}
	u := &bucketURL{name: at.Host, secure: true, endpoint: amazon}
	if p := strings.Trim(at.Path, "/"); p != "" {
		u.prefix = p + "/"
	}
	u.region = first(env("AWS_REGION"), env("AWS_DEFAULT_REGION"))
	endpoint := first(env("AWS_ENDPOINT_URL_S3"), env("AWS_ENDPOINT_URL"))
	fips, kms, sse, plain := false, "", "", false
	query, err := url.ParseQuery(at.RawQuery)
	if err != nil {
		return nil, err
	}
	texts := map[string]*string{
		"region": &u.region, "endpoint": &endpoint, "profile": &u.profile, "role": &u.role,
		"ssetype": &sse, "kmskeyid": &kms,
	}
	switches := map[string]*bool{
		"use_path_style": &u.path, "s3ForcePathStyle": &u.path, "hostname_immutable": &u.path,
		"anonymous": &u.anonymous,
		"dualstack": &u.dualstack, "accelerate": &u.accelerated, "fips": &fips, "disable_https": &plain,
	}
	// these tell the AWS SDK what is not done here anyway
	ignored := []string{"awssdk", "rate_limiter_capacity", "request_checksum_calculation",
		"response_checksum_validation"}
	for option, values := range query {
		value := values[len(values)-1]
		if to := texts[option]; to != nil {
			*to = value
		} else if to := switches[option]; to != nil {
			on, err := strconv.ParseBool(value)
			if err != nil {
				return nil, fmt.Errorf("option %s: %q is neither true nor false", option, value)
			}
			*to = *to || on
		} else if !slices.Contains(ignored, option) {
			return nil, fmt.Errorf("unknown option %q; there are region, endpoint, use_path_style, profile, role, "+
				"anonymous, dualstack, fips, accelerate, disable_https, ssetype and kmskeyid", option)
		}
	}
	if u.role != "" && !strings.HasPrefix(u.role, "arn:") {
		return nil, fmt.Errorf("option role: %q does not begin with %q", u.role, "arn:")
	}
	if u.sse, err = encryption(sse, kms); err != nil {
		return nil, err
	}
	u.secure = !plain
	if endpoint != "" {
		return u, u.at(endpoint)
	}
	if fips {
		u.endpoint = "s3-fips." + first(u.region, "us-east-1") + ".amazonaws.com"
	}
	u.path = u.path || !hostname(u.name)
	return u, nil
}

// at has the bucket lie at an endpoint of the user's.
func (u *bucketURL) at(endpoint string) error {
	if !strings.Contains(endpoint, "://") {
		endpoint = "https://" + endpoint
	}
	e, err := url.Parse(endpoint)
	if err != nil {
		return fmt.Errorf("endpoint: %w", err)
	}
	if e.Scheme != "https" && e.Scheme != "http" || e.Host == "" || strings.Trim(e.Path, "/") != "" ||
		e.RawQuery != "" {
		return fmt.Errorf("endpoint %q: https://host or http://host:port is wanted", endpoint)
	}
	u.endpoint = e.Host
	u.secure = u.secure && e.Scheme == "https"
	u.region = first(u.region, "us-east-1") // a store of one region takes whatever it is called
	u.path = u.path || net.ParseIP(e.Hostname()) != nil || !hostname(u.name)
	return nil
}

// hostname reports whether the name of a bucket can stand before that of the host: a certificate is for one name there.
func hostname(bucket string) bool {
	return strings.Trim(bucket, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func encryption(kind, key string) (encrypt.ServerSide, error) {
	switch strings.ToLower(kind) {
	case "":
		if key == "" {
			return nil, nil
		}
		return encrypt.NewSSEKMS(key, nil)
	case "aes256":
		return encrypt.NewSSE(), nil
	case "aws:kms":
		return encrypt.NewSSEKMS(key, nil)
	}
	return nil, fmt.Errorf("option ssetype: %q is neither AES256 nor aws:kms", kind)
}

// credentials come from where AWS's tools take them: the environment, the profiles of the user, the machine's role.
func (u *bucketURL) credentials(ctx context.Context) (*credentials.Credentials, error) {
	if u.anonymous {
		return credentials.NewStatic("", "", "", credentials.SignatureAnonymous), nil
	}
	profile := &credentials.FileAWSCredentials{Profile: u.profile}
	providers := []credentials.Provider{&credentials.EnvAWS{}, profile}
	if u.profile != "" {
		providers = []credentials.Provider{profile}
	} else if off, _ := strconv.ParseBool(os.Getenv("AWS_EC2_METADATA_DISABLED")); !off {
		// outside of Amazon's machines nobody answers where it asks
		providers = append(providers, &credentials.IAM{Client: &http.Client{Timeout: 5 * time.Second}})
	}
	creds := credentials.NewChainCredentials(providers)
	v, err := creds.GetWithContext(&credentials.CredContext{Context: ctx, Client: &http.Client{Timeout: time.Minute}})
	if err != nil {
		return nil, err
	}
	if v.AccessKeyID == "" {
		return nil, errors.New("no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, " +
			"or name a profile of ~/.aws by profile=, or say anonymous=true")
	}
	if u.role == "" {
		return creds, nil
	}
	host := "sts.amazonaws.com"
	if u.region != "" {
		host = "sts." + u.region + ".amazonaws.com"
		if strings.HasPrefix(u.region, "cn-") {
			host += ".cn"
		}
	}
	return credentials.NewSTSAssumeRole("https://"+host, credentials.STSAssumeRoleOptions{AccessKey: v.AccessKeyID,
		SecretKey: v.SecretAccessKey, SessionToken: v.SessionToken, Location: u.region, RoleARN: u.role,
		RoleSessionName: "gongkai"})
}

// first gives the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// put writes once: an object that is there stays. Two writers of one name write the same bytes under a hash, and a
// capture's name is written by the holder of its visit alone; a store that knows If-None-Match sees to it too.
func (b *bucket) put(ctx context.Context, name string, body []byte) error {
	opts := minio.PutObjectOptions{ContentType: http.DetectContentType(body), ServerSideEncryption: b.sse,
		DisableContentSha256: true}
	conditional := opts
	conditional.SetMatchETagExcept("*")
	next := conditional
	for try := 1; ; try++ {
		if ok, err := b.has(ctx, name); err != nil || ok {
			return err
		}
		// one request with its hash signed: every store knows that, and none keeps what came broken
		_, err := b.client.PutObject(ctx, b.name, b.prefix+name, bytes.NewReader(body), int64(len(body)), "", Sum(body),
			next)
		status := minio.ToErrorResponse(err).StatusCode
		switch {
		case err == nil, status == http.StatusPreconditionFailed: // or another was faster
			return nil
		case status == http.StatusConflict && try < 10: // another is writing it now, and may fail
			if err := wait(ctx, time.Duration(try)*100*time.Millisecond); err != nil {
				return err
			}
		case try == 1 && (status == http.StatusNotImplemented || status == http.StatusBadRequest):
			// it may not know the condition
			next = opts
		default:
			return err
		}
	}
}

func (b *bucket) replace(ctx context.Context, name string, body []byte) error {
	_, err := b.client.PutObject(ctx, b.name, b.prefix+name, bytes.NewReader(body), int64(len(body)), "", Sum(body),
		minio.PutObjectOptions{ContentType: http.DetectContentType(body), ServerSideEncryption: b.sse,
			DisableContentSha256: true})
	return err
}

func (b *bucket) remove(ctx context.Context, name string) error {
	return b.client.RemoveObject(ctx, b.name, b.prefix+name, minio.RemoveObjectOptions{})
}

// appends is false: an object of such a store cannot grow.
func (b *bucket) appends() bool { return false }

// extend keeps a record of a segment that is not sealed as an object of its own.
func (b *bucket) extend(ctx context.Context, name, part string, _, _ int, piece []byte) error {
	return b.put(ctx, name+openParts+first(part, Sum(piece)[:32]), piece)
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// get gives the bytes of an object. What does not answer is asked again by the client; what began to answer and stalled, or
// broke off, is asked again here.
func (b *bucket) get(ctx context.Context, name string) (body []byte, err error) {
	for try := 1; ; try++ {
		o, _, _, err := b.client.GetObject(ctx, b.name, b.prefix+name, minio.GetObjectOptions{})
		if missing(err) {
			return nil, ErrMissing
		}
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(o)
		o.Close()
		switch {
		case err == nil:
			return body, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case try == attempts:
			return nil, fmt.Errorf("%s%s, asked for %d times: %w", b.prefix, name, attempts, err)
		}
		if err := wait(ctx, time.Duration(try)*100*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

func (b *bucket) has(ctx context.Context, name string) (bool, error) {
	_, err := b.client.StatObject(ctx, b.name, b.prefix+name, minio.StatObjectOptions{})
	if missing(err) {
		return false, nil
	}
	return err == nil, err
}

// missing: the object is not there; that the bucket is not there is an error.
func missing(err error) bool {
	e := minio.ToErrorResponse(err)
	return e.StatusCode == http.StatusNotFound && e.Code != minio.NoSuchBucket
}

func (b *bucket) list(ctx context.Context, prefix string, each func(string) error) error {
	ctx, stop := context.WithCancel(ctx) // else a list that is left in the middle keeps asking
	defer stop()
	opts := minio.ListObjectsOptions{Prefix: b.prefix + prefix, Recursive: true}
	for o := range b.client.ListObjectsIter(ctx, b.name, opts) {
		if o.Err != nil {
			return o.Err
		}
		if err := each(strings.TrimPrefix(o.Key, b.prefix)); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (b *bucket) close() error { return nil }
