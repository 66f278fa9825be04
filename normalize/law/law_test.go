package law

import (
	"fmt"
	"testing"
)

// TestDeadline stands at the borders: the first report at all, the last under the Regulations of 2007, the first under
// those of 2019.
func TestDeadline(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		year int
		who  Body
		want string
		why  string
	}{
		{2007, Government, "", "31 March 2008 lies before 1 May 2008, when the first Regulations came into force"},
		{2007, Department, "", "likewise"},
		{2008, Government, "2009-03-31", "the first reports"},
		{2008, Department, "2009-03-31", "Article 31 of 2007 knows one day for all"},
		{2008, Lower, "2009-03-31", "各级行政机关: townships too"},
		{2018, Government, "2019-03-31", "fell due before 15 May 2019"},
		{2018, Department, "2019-03-31", "fell due before 15 May 2019: not on 31 January"},
		{2018, Lower, "2019-03-31", "fell due before 15 May 2019"},
		{2019, Government, "2020-03-31", "Article 49 of 2019, second paragraph"},
		{2019, Department, "2020-01-31", "Article 49 of 2019, first paragraph"},
		{2019, Lower, "", "Article 49 of 2019 begins at the county"},
		{2024, Department, "2025-01-31", "still in force"},
		{2018, Unknown, "", "who reports is not known"},
		{2024, Unknown, "", "who reports is not known"},
		{0, Government, "", "the year is not known"},
	} {
		if got := Deadline(c.year, c.who); got != c.want {
			t.Errorf("the report on %d of body %d: %q, want %q: %s", c.year, c.who, got, c.want, c.why)
		}
	}
}

func ExampleDeadline() {
	fmt.Println("on 2018:", Deadline(2018, Department), Deadline(2018, Government))
	fmt.Println("on 2019:", Deadline(2019, Department), Deadline(2019, Government))
	// Output:
	// on 2018: 2019-03-31 2019-03-31
	// on 2019: 2020-01-31 2020-03-31
}
