package places_test

import (
	"fmt"

	"github.com/gongkai/gongkai/normalize/places"
)

// A county that became a district of its city: another division under another code, but one series.
func ExampleDivision_Series() {
	for _, d := range []*places.Division{places.At("370282", 2010), places.At("370215", 2023)} {
		fmt.Println(d.Code, d.Path(), d.From, d.Until, d.Series())
	}
	// Output:
	// 370282 山东省青岛市即墨市 1995 2017 370215
	// 370215 山东省青岛市即墨区 2017 0 370215
}
