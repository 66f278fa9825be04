package main

import "os"

// longRun is whether the long suites run too, a browser's and a cluster's: GONGKAI_LONG=1 go test ./cmd/gongkai.
var longRun = os.Getenv("GONGKAI_LONG") != ""
