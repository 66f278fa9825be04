// Package assets is the explorer's one page: markup, style and ES modules as they are served, without a build step.
// They ask for JSON at addresses relative to index.html, so that the same files work from the server and from any
// static host.
package assets

import "embed"

// Files holds index.html, which lies beside api and documents, and what it asks for under assets/.
//
//go:embed index.html embed.html *.js *.css *.svg
var Files embed.FS
