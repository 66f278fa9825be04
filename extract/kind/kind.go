// Package kind is the list of the kinds of files that the program tells apart: their media types, the endings of their
// names, what they are to it, and whether their pages can be drawn. Crawl, reading, dataset and explorer all ask this
// list, so that what one of them takes for a document no other passes over.
//
// It is data: it imports nothing, and every room may import it. What bytes are is told by the bytes, in extract; a name
// or a media type is only what somebody says they are.
package kind

import "strings"

// A Class says what files of a kind are to the program.
type Class int

const (
	Unknown  Class = iota
	Page           // what a browser shows by itself
	Text           // plain text
	Document       // a file that a page links to: office files, PDF, OFD
	Archive        // a file that documents are packed in
	Picture        // it may be a scan of a document
	Slides         // they may hold a report, and no reader opens them: not fetched, and not passed over where they lie
	Note           // text beside documents, and seldom a document: Markdown, JSON, lists, logs, programs
	Other          // no document: what pages are made of, programs, sound, film
)

// Media types that the program speaks of by name.
const (
	HTML        = "text/html"
	WebArchive  = "multipart/related"
	Plain       = "text/plain"
	JSON        = "application/json"
	PDF         = "application/pdf"
	OFD         = "application/ofd"
	Docx        = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	Xlsx        = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	Pptx        = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	Odt         = "application/vnd.oasis.opendocument.text"
	Ods         = "application/vnd.oasis.opendocument.spreadsheet"
	Doc         = "application/msword"
	Xls         = "application/vnd.ms-excel"
	RTF         = "application/rtf"
	WordXML     = "application/vnd.ms-word+xml"
	OLE         = "application/x-ole-storage" // an old office file of a kind that cannot be told
	Zip         = "application/zip"
	RAR         = "application/vnd.rar"
	SevenZip    = "application/x-7z-compressed"
	Gzip        = "application/gzip"
	Bzip2       = "application/x-bzip2"
	XZ          = "application/x-xz"
	PNG         = "image/png"
	JPEG        = "image/jpeg"
	GIF         = "image/gif"
	BMP         = "image/bmp"
	TIFF        = "image/tiff"
	WebP        = "image/webp"
	WindowsCode = "application/vnd.microsoft.portable-executable"
	LinuxCode   = "application/x-executable"
	Bytes       = "application/octet-stream" // of no known kind
)

// A Kind is one of the list.
type Kind struct {
	Media      string // "" where no reader gives one
	Extensions []string
	Class      Class
	Drawn      bool // its pages can be drawn as pictures
}

var kinds = []Kind{
	{HTML, []string{"html", "htm", "shtml", "xhtml"}, Page, false},
	{WebArchive, []string{"mht", "mhtml"}, Page, false},
	{Plain, []string{"txt"}, Text, false},
	{"", []string{"md", "markdown"}, Note, false},
	{JSON, []string{"json"}, Note, false},
	{"", []string{"csv", "tsv", "xml", "yaml", "yml", "log", "ini", "cfg", "sha256"}, Note, false},
	{"", []string{"py", "sh", "bat", "go"}, Note, false},
	{PDF, []string{"pdf"}, Document, true},
	{OFD, []string{"ofd"}, Document, true},
	{Docx, []string{"docx", "docm"}, Document, false},
	{Xlsx, []string{"xlsx", "xlsm"}, Document, false},
	{Odt, []string{"odt"}, Document, false},
	{Ods, []string{"ods"}, Document, false},
	{Doc, []string{"doc", "dot", "wps", "wpt"}, Document, false}, // WPS Writer keeps its own in the same container
	{Xls, []string{"xls", "xlt", "et", "ett"}, Document, false},  // and WPS Spreadsheets likewise
	{RTF, []string{"rtf"}, Document, false},
	{WordXML, nil, Document, false}, // named .doc or .xml
	{OLE, nil, Document, false},
	{Zip, []string{"zip"}, Archive, false},
	{RAR, []string{"rar"}, Archive, false},
	{SevenZip, []string{"7z"}, Archive, false},
	{Gzip, []string{"gz"}, Archive, false},
	{Bzip2, []string{"bz2"}, Archive, false},
	{XZ, []string{"xz"}, Archive, false},
	{PNG, []string{"png"}, Picture, true},
	{JPEG, []string{"jpg", "jpeg"}, Picture, true},
	{GIF, []string{"gif"}, Picture, true},
	{BMP, []string{"bmp"}, Picture, true},
	{TIFF, []string{"tif", "tiff"}, Picture, true},
	{WebP, []string{"webp"}, Picture, true},
	{Pptx, []string{"pptx", "ppt"}, Slides, false},
	{WindowsCode, []string{"exe", "msi"}, Other, false},
	{LinuxCode, nil, Other, false},
	{"", []string{"css", "js", "map", "ico", "svg", "woff", "woff2", "ttf", "eot"}, Other, false},
	{"", []string{"mp3", "mp4", "avi", "wmv", "flv", "swf", "webm", "m3u8", "ts"}, Other, false},
	{"", []string{"apk", "ipa", "dmg", "iso"}, Other, false},
	{Bytes, nil, Unknown, false},
}

// All gives the list.
func All() []Kind { return append([]Kind(nil), kinds...) }

// Of gives the kind of a media type as extract tells it; the zero Kind where it is none of the list.
func Of(media string) Kind {
	for _, k := range kinds {
		if k.Media == media && media != "" {
			return k
		}
	}
	return Kind{}
}

// Named gives the kind that the name of a file, or the path of an address, ends like; the zero Kind where it ends like
// none.
func Named(name string) Kind {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return Kind{}
	}
	ext := strings.ToLower(name[dot+1:])
	for _, k := range kinds {
		for _, e := range k.Extensions {
			if e == ext {
				return k
			}
		}
	}
	return Kind{}
}

// Fetched reports whether a crawl follows an address that names a file of the kind.
func (k Kind) Fetched() bool { return k.Class != Other && k.Class != Slides }

// IsFile tells a document or an archive of documents: what a page does not show but links to.
func (k Kind) IsFile() bool { return k.Class == Document || k.Class == Archive }

// Linked reports whether an address names such a file anywhere in it: /a.pdf, /down.jsp?file=a.pdf&id=1. What another
// dot follows is no ending: www.et.gov.cn is a host.
func Linked(address string) bool {
	for rest := address; ; {
		dot := strings.IndexByte(rest, '.')
		if dot < 0 {
			return false
		}
		rest = rest[dot+1:]
		end := 0
		for end < len(rest) && isWord(rest[end]) {
			end++
		}
		if !strings.HasPrefix(rest[end:], ".") && Named("."+rest[:end]).IsFile() {
			return true
		}
	}
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
}

// FileExtensions are the endings of the names of documents and archives, for patterns.
func FileExtensions() (out []string) {
	for _, k := range kinds {
		if k.IsFile() {
			out = append(out, k.Extensions...)
		}
	}
	return out
}
