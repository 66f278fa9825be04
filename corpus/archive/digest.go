package archive

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// hashOf begins a digest by the name of its algorithm; nil = it is not known.
func hashOf(algorithm string) hash.Hash {
	switch strings.ReplaceAll(strings.ToLower(algorithm), "-", "") {
	case "sha1":
		return sha1.New()
	case "sha256":
		return sha256.New()
	case "sha384":
		return sha512.New384()
	case "sha512":
		return sha512.New()
	case "md5":
		return md5.New()
	}
	return nil
}

// digestOf computes a digest by the name of its algorithm; nil = it is not known.
func digestOf(algorithm string, b []byte) []byte {
	h := hashOf(algorithm)
	if h == nil {
		return nil
	}
	h.Write(b)
	return h.Sum(nil)
}

// sameDigest compares a sum with how it is written: base 32 as most tools do, hex or base 64, in either case, padded or
// not.
func sameDigest(written string, sum []byte) bool {
	plain := strings.TrimRight(strings.TrimSpace(written), "=")
	if strings.EqualFold(plain, hex.EncodeToString(sum)) {
		return true
	}
	if b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(plain)); err == nil &&
		bytes.Equal(b, sum) {
		return true
	}
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if b, err := e.DecodeString(plain); err == nil && bytes.Equal(b, sum) {
			return true
		}
	}
	return false
}

// proveDigest compares a labelled digest (sha1:…) with bytes, of which each may be what it was taken of. It proves
// nothing where it is missing or of an algorithm that is not known; why is not "" where it is that of none of them.
func proveDigest(labelled string, of ...[]byte) (proven bool, why string) {
	algorithm, written, ok := strings.Cut(strings.TrimSpace(labelled), ":")
	if !ok || digestOf(algorithm, nil) == nil {
		return false, ""
	}
	for _, b := range of {
		if sameDigest(written, digestOf(algorithm, b)) {
			return true, ""
		}
	}
	if other := map[int]string{32: "md5", 40: "sha1", 64: "sha256"}[len(written)]; other != "" { // under the name of another
		for _, b := range of {
			if strings.EqualFold(written, hex.EncodeToString(digestOf(other, b))) {
				return true, ""
			}
		}
	}
	return false, fmt.Sprintf("has not the digest %.80q that it is said to have", labelled)
}

// plainDigest writes a labelled digest in one way, by which records refer to each other; "" = there is none.
func plainDigest(labelled string) string {
	algorithm, written, ok := strings.Cut(strings.ToLower(strings.TrimSpace(labelled)), ":")
	if !ok {
		return ""
	}
	algorithm = strings.ReplaceAll(algorithm, "-", "")
	written = strings.TrimRight(written, "=")
	n := len(digestOf(algorithm, nil))
	if b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(written)); err == nil &&
		len(b) == n && len(written) != 2*n {
		written = hex.EncodeToString(b)
	}
	return algorithm + ":" + written
}
