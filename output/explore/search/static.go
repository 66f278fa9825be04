package search

// The index as files, for a host that only hands out files. assets/search.js reads them; testdata/folding.json holds
// cases of folding that both sides must fold alike.
//
// Reports are numbered from 0, newest year first, those without a known year last, within a year in the order of the
// dataset; reports without prose have no number. Below n is their number.
//
//	api/search/meta.json
//	  {format: 1, identity: 16 hex digits of the dataset, reports: n,
//	   years: [[year, number of its first report], …] in the order of the numbers, year 0 = not known,
//	   buckets: [first bigram of bucket 0, of bucket 1, …] ascending by code points,
//	   keys_each: reports in a file of keys}
//	api/search/BUCKET.json   {bigram: LIST, …} for the bigrams from the bucket's first up to before that of the next;
//	                         at most 64 KB, or one bigram. A bigram that is in no bucket is in no report.
//	api/search/filters.json  {region: {code: LIST}, level: {level: LIST}}
//	api/search/keys/K.json   {keys: [KEY of report K·keys_each, …]}; the texts are in api/reports/KEY.json
//
// A LIST is base64 (RFC 4648 without padding) of bytes. The first says how the rest tells which reports have the
// bigram:
//
//	0  unsigned LEB128 numbers: how many reports to leave out before the next that has it
//	1  the same, but of the reports that have it not
//	2  bit i%8 of byte i/8 is that of report i; filled with zeros to a multiple of 8 bytes
//
// Folding, of texts and of words alike, code point by code point (bytes that are no UTF-8 and lone surrogates are
// U+FFFD):
//
//  1. U+FF01–FF5E become U+0021–007E, then A–Z become a–z.
//  2. U+00AD, 200B–200D, 2060 and FEFF are left out.
//  3. Line ends are U+000A–000D, 0085, 2028, 2029; blanks are U+0009, 0020, 00A0, 1680, 2000–200A, 202F, 205F, 3000.
//     A run of both becomes one U+000A where a line end is in it, else one U+0020 where the characters on both sides
//     (as they are after rule 1) are below U+2E80, else nothing; at the beginning and end of the text it becomes
//     nothing.
//
// Marks are the folded characters below U+0030, U+003A–0060, 007B–00BF, 2000–206F, 3001–3004, 3008–303F, FE10–FE1F,
// FE30–FE6F, FF5F–FF65 and FFE0–FFFF; all others are letters. A bigram is two letters next to each other in folded
// text.
//
// A query is cut at blanks and line ends; each piece is folded; empty ones and those seen before are dropped: these
// are the words. A query of more than 200 code points or without any bigram is refused. A report answers if each word
// stands in the folded text of one of its sections (not all in the same). Its hit is the first place of the first
// word, by position of the section. The snippet goes from 40 code points before the hit to 80 after it, but not over
// a U+000A of the text; where more of the paragraph is left out, "…" stands in its place. In it every word is marked
// wherever it stands, found from left to right.
//
// after is the first 8 digits of identity, a full stop and the number of the first report to look into.

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gongkai/gongkai/output"
)

const (
	staticFormat = 1
	bucketBytes  = 64 << 10
	keysEach     = 256
)

type staticMeta struct {
	Format   int      `json:"format"`
	Identity string   `json:"identity"`
	Reports  int      `json:"reports"`
	Years    [][2]int `json:"years"`
	Buckets  []string `json:"buckets"`
	KeysEach int      `json:"keys_each"`
}

// WriteStatic writes the index of a dataset as files below dir/api/search, in the place of older ones. progress may
// be nil.
func WriteStatic(ctx context.Context, d *output.Dataset, dir string, progress func(done, total int)) (err error) {
	years, err := yearsOf(d)
	if err != nil {
		return err
	}
	api := filepath.Join(dir, "api")
	if err := os.MkdirAll(api, 0o755); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(api, ".search-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	out := filepath.Join(temp, "search")
	if err := os.MkdirAll(filepath.Join(out, "keys"), 0o755); err != nil {
		return err
	}
	g, err := newGathering(temp)
	if err != nil {
		return err
	}
	defer g.close()
	var keys []string
	writeKeys := func() error {
		err := writeJSON(filepath.Join(out, "keys", fmt.Sprintf("%d.json", (g.reports-1)/keysEach)),
			map[string][]string{"keys": keys})
		keys = keys[:0]
		return err
	}
	if err := g.read(ctx, years, progress, func(r *report) error {
		keys = append(keys, r.key)
		if len(keys) == keysEach {
			return writeKeys()
		}
		return nil
	}); err != nil {
		return err
	}
	if len(keys) > 0 {
		if err := writeKeys(); err != nil {
			return err
		}
	}
	meta := staticMeta{Format: staticFormat, Identity: identityOf(years), Reports: g.reports, Years: g.years, Buckets: []string{},
		KeysEach: keysEach}
	bucket := bytes.Buffer{}
	writeBucket := func() error {
		if bucket.Len() == 0 {
			return nil
		}
		bucket.WriteString("}\n")
		err := os.WriteFile(filepath.Join(out, fmt.Sprintf("%d.json", len(meta.Buckets)-1)), bucket.Bytes(), 0o644)
		bucket.Reset()
		return err
	}
	if err := g.merge(ctx, func(b bigram, list []byte) error {
		text := base64.RawStdEncoding.EncodeToString(list)
		if bucket.Len() > 0 && bucket.Len()+len(text)+16 > bucketBytes {
			if err := writeBucket(); err != nil {
				return err
			}
		}
		if bucket.Len() == 0 {
			meta.Buckets = append(meta.Buckets, b.String())
			bucket.WriteByte('{')
		} else {
			bucket.WriteByte(',')
		}
		fmt.Fprintf(&bucket, "\"%s\":\"%s\"", b, text) // letters need no escapes
		return nil
	}); err != nil {
		return err
	}
	if err := writeBucket(); err != nil {
		return err
	}
	coded := func(of map[string][]uint32) map[string]string {
		m := map[string]string{}
		for name, list := range of {
			m[name] = base64.RawStdEncoding.EncodeToString(encodeList(nil, list, g.reports))
		}
		return m
	}
	if err := writeJSON(filepath.Join(out, "filters.json"), map[string]any{"region": coded(g.regions),
		"level": coded(g.levels)}); err != nil {
		return err
	}
	if err := writeJSON(filepath.Join(out, "meta.json"), meta); err != nil {
		return err
	}
	place := filepath.Join(api, "search")
	if err := os.RemoveAll(place); err != nil {
		return err
	}
	return os.Rename(out, place)
}

func writeJSON(path string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o644)
}
