//go:build static

package main

// A program that is linked to nothing also runs where nothing else is, as in an image made from scratch: there it
// believes the certificate authorities that Mozilla believes.
import _ "golang.org/x/crypto/x509roots/fallback"
