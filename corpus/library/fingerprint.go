package library

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/gongkai/gongkai/corpus/crawl"
)

// ErrNone says that a crawl has found no report yet.
var ErrNone = errors.New("no report was found yet")

// Fingerprint is the same for libraries that give the same documents: names, bytes, addresses, versions, pictures, style
// sheets, divisions. It opens none of them.
func (lib *Library) Fingerprint(ctx context.Context) (string, error) {
	h := sha256.New()
	for _, name := range lib.names {
		d := lib.docs[name]
		fmt.Fprintf(h, "%q %q %q %q %q %q %q %q\n", name, d.SHA256, d.URL, d.Page, d.Portal, d.Kind, lib.codes[d.Portal], lib.when[name])
	}
	for _, page := range slices.Sorted(maps.Keys(lib.images)) {
		for _, d := range lib.images[page] {
			fmt.Fprintf(h, "%q %q %q\n", page, d.URL, d.SHA256)
		}
	}
	err := lib.ledger.OfKind(ctx, crawl.KindStyle, func(portal, key, sha256 string) error {
		_, err := fmt.Fprintf(h, "%q %q %q\n", portal, key, sha256)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)), err
}
