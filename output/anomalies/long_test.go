package anomalies

import "os"

// longRun is whether the long suites run too, corpora of thousands of reports: GONGKAI_LONG=1 go test
// ./output/anomalies.
var longRun = os.Getenv("GONGKAI_LONG") != ""
