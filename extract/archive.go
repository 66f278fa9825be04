package extract

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/nwaples/rardecode/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/extract/ofd"
)

// Limits of what is unpacked from an archive.
const (
	maxMembers  = 500
	maxUnpacked = 256 << 20 // bytes, all members together
	maxNested   = 2         // archives within archives
	maxAttached = 4         // these, and OFD files within what is attached to OFD files
)

// A Member is one file of an archive, or one that is attached to an OFD file.
type Member struct {
	Name string // with its folders; "inner.zip!report.doc" in an archive within the archive
	Body []byte
	Err  error // why it could not be unpacked
}

// IsArchive reports whether bytes are an archive of files that Members unpacks, and not a document that is kept as one.
func IsArchive(body []byte) bool {
	switch sniff(body, "").media {
	case kind.Zip, kind.RAR:
		return true
	}
	return false
}

// HasMembers reports whether bytes may hold files that are documents of their own: an archive does, which is none itself,
// and an OFD file, which is one and may have files attached.
func HasMembers(body []byte) bool { return IsArchive(body) || isOFD(body) }

func isOFD(body []byte) bool {
	return bytes.HasPrefix(body, []byte("PK")) && sniff(body, "").media == kind.OFD
}

// Members unpacks an archive (zip or rar), those within it too, and gives what is attached to an OFD file, of the archive
// or by itself. Folders, and what file managers leave behind, are left out. The error says why the archive cannot be
// opened, or what of it was left out because it is more than the limits.
func Members(ctx context.Context, body []byte) ([]Member, error) {
	u := &unpacker{ctx: ctx}
	err := u.unpack("", body, 0)
	return u.members, err
}

type unpacker struct {
	ctx     context.Context
	members []Member
	bytes   int64
}

var errLimit = errors.New("more than the limits")

func (u *unpacker) unpack(prefix string, body []byte, depth int) (err error) {
	defer func() {
		if p := recover(); p != nil { // a library that panics on hostile bytes
			err = fmt.Errorf("a damaged archive: %v", p)
		}
	}()
	if bytes.HasPrefix(body, []byte("Rar!")) {
		return u.rar(prefix, body, depth)
	}
	if isOFD(body) {
		return u.attached(prefix, body, depth)
	}
	return u.zip(prefix, body, depth)
}

func (u *unpacker) zip(prefix string, body []byte, depth int) error {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return fmt.Errorf("a damaged zip archive: %w", err)
	}
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		name := f.Name
		if f.NonUTF8 && !utf8.ValidString(name) {
			if s, err := simplifiedchinese.GBK.NewDecoder().String(name); err == nil {
				name = s
			}
		}
		if f.Flags&1 != 0 {
			u.members = append(u.members,
				Member{Name: prefix + name, Err: errors.New("the archive is protected by a password")})
			continue
		}
		r, err := f.Open()
		if err == nil {
			err = u.add(prefix+name, r, depth)
			r.Close()
		} else {
			u.members = append(u.members, Member{Name: prefix + name, Err: err})
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacker) rar(prefix string, body []byte, depth int) error {
	r, err := rardecode.NewReader(bytes.NewReader(body), rardecode.MaxDictionarySize(64<<20))
	if err != nil {
		return rarError(err)
	}
	for {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return rarError(err)
		}
		if h.IsDir {
			continue
		}
		if h.Encrypted {
			u.members = append(u.members, Member{Name: prefix + h.Name,
				Err: errors.New("the archive is protected by a password")})
			continue
		}
		if err := u.add(prefix+h.Name, r, depth); err != nil {
			return err
		}
	}
}

func rarError(err error) error {
	if errors.Is(err, rardecode.ErrArchiveEncrypted) || errors.Is(err, rardecode.ErrArchivedFileEncrypted) {
		return errors.New("a RAR archive protected by a password")
	}
	return fmt.Errorf("a damaged RAR archive: %w", err)
}

// add unpacks one member; its error ends the archive.
func (u *unpacker) add(name string, r io.Reader, depth int) error {
	if err := u.ctx.Err(); err != nil {
		return err
	}
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	switch { // what systems and programs leave beside documents
	case strings.HasPrefix(base, "."), strings.HasPrefix(base, "~$"), strings.Contains(name, "__MACOSX/"):
		return nil
	case base == "Thumbs.db", base == "desktop.ini":
		return nil
	}
	if len(u.members) >= maxMembers {
		return fmt.Errorf("%w: more than %d files in an archive; the rest is left out", errLimit, maxMembers)
	}
	left := maxUnpacked - u.bytes
	b, err := io.ReadAll(io.LimitReader(r, min(left, MaxBytes)+1))
	u.bytes += int64(len(b))
	if int64(len(b)) > left {
		return fmt.Errorf("%w: the archive unpacks to more than %d MiB; the rest is left out", errLimit,
			maxUnpacked>>20)
	}
	m := Member{Name: name, Body: b}
	switch {
	case len(b) > MaxBytes:
		m.Body, m.Err = nil, fmt.Errorf("larger than the limit of %d MiB", MaxBytes>>20)
	case err != nil:
		m.Body, m.Err = nil, fmt.Errorf("it cannot be unpacked: %w", err)
	case IsArchive(b) && depth+1 < maxNested:
		if err := u.unpack(name+"!", b, depth+1); err != nil {
			if errors.Is(err, errLimit) {
				return err
			}
			u.members = append(u.members, Member{Name: name, Err: err})
		}
		return nil
	case isOFD(b): // a document, with others
		u.members = append(u.members, m)
		if err := u.unpack(name+"!", b, depth+1); errors.Is(err, errLimit) || u.ctx.Err() != nil {
			return err
		}
		return nil // what else is wrong its reader tells
	}
	u.members = append(u.members, m)
	return nil
}

// attached gives what is attached to an OFD file.
func (u *unpacker) attached(prefix string, body []byte, depth int) error {
	files, err := ofd.Attached(u.ctx, body)
	if err != nil {
		return err
	}
	for _, f := range files {
		switch {
		case f.Hidden: // whoever reads the document does not see it
			continue
		case f.Err == nil && depth >= maxAttached:
			f.Err = errors.New("files attached to files deeper than the limit are not read")
		}
		if f.Err != nil {
			u.members = append(u.members, Member{Name: prefix + f.Name, Err: f.Err})
			continue
		}
		if err := u.add(prefix+f.Name, bytes.NewReader(f.Body), depth); err != nil {
			return err
		}
	}
	return nil
}

// ungzip unpacks data that was compressed on its way, as some servers keep it.
func ungzip(body []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(z, MaxBytes+1))
	if err == nil && len(b) > MaxBytes {
		err = fmt.Errorf("it unpacks to more than %d MiB", MaxBytes>>20)
	}
	return b, err
}
