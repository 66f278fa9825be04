package gold

import (
	_ "embed"
	"encoding/json"
)

//go:embed floors.json
var floorsJSON []byte

// A Floor is how exact the reading of a format is at least: the tests of the program fail below it.
type Floor struct {
	Exact     float64 `json:"exact"`     // share of cells whose text, state and number are as printed
	Abstained int     `json:"abstained"` // cells printed, but said to be absent
	Silent    int     `json:"silent"`    // values published otherwise than printed without a finding
	Alarms    int     `json:"alarms"`    // warnings or errors on documents without a fault
}

// Floors gives the floors that this version of the program is held to, by format.
func Floors() (map[string]Floor, error) {
	var f struct {
		Formats map[string]Floor `json:"formats"`
	}
	err := json.Unmarshal(floorsJSON, &f)
	return f.Formats, err
}
