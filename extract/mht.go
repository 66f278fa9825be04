package extract

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"

	"github.com/gongkai/gongkai/extract/kind"
)

const mediaMHT = kind.WebArchive

// isMHT reports whether bytes are a web page kept in one file, as Word and browsers save it (RFC 2557).
func isMHT(head []byte) bool {
	head = lowerASCII(head[:min(len(head), 4096)])
	return bytes.Contains(head, []byte("mime-version:")) &&
		bytes.Contains(head, []byte("content-type: multipart/related"))
}

// readMHT reads the page of such a file; its pictures and style sheets are left alone.
func readMHT(ctx context.Context, doc *Document, body []byte, o options) error {
	page, err := mhtPage(bytes.NewReader(bytes.TrimLeft(body, "\r\n \ufeff")))
	if err != nil {
		return &Unreadable{"a damaged web archive (.mht): " + err.Error()}
	}
	return readHTML(ctx, doc, page, o)
}

func mhtPage(r io.Reader) ([]byte, error) {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return nil, err
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return nil, errors.New("there is no page in it")
		}
		if err != nil {
			return nil, err
		}
		if media, _, err := mime.ParseMediaType(p.Header.Get("Content-Type")); err != nil || media != kind.HTML {
			continue
		}
		var part io.Reader = p
		switch strings.ToLower(p.Header.Get("Content-Transfer-Encoding")) {
		case "quoted-printable":
			part = quotedprintable.NewReader(p)
		case "base64":
			part = base64.NewDecoder(base64.StdEncoding, p)
		}
		return io.ReadAll(io.LimitReader(part, MaxBytes))
	}
}
