package crawl

import (
	"context"
	"testing"

	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/loopback"
)

// columnOf gives how far the columns of a portal were read.
func columnOf(t testing.TB, c *Crawler, portal string) *ledger.Column {
	t.Helper()
	col, err := c.Ledger.Column(context.Background(), portal)
	if err != nil || col == nil {
		t.Fatalf("%s: how far its column was read: %v, %v", portal, col, err)
	}
	return col
}

// TestColumns: of the families whose lists are read to their ends it is said that they are.
func TestColumns(t *testing.T) {
	t.Parallel()
	for i, s := range loopback.All() {
		t.Run(s.Family, func(t *testing.T) {
			t.Parallel()
			s.Start()
			defer s.Close()
			c := crawler(t, t.TempDir(), Manners{Off: true, Lease: quick().Lease, Wait: quick().Wait, Backoff: 0.001})
			p := portal(s, i)
			visit(t, c, p)
			col := columnOf(t, c, p.ID)
			want := ledger.ColumnWhole
			if s.Family == "sitemap" { // no list leads to its reports
				want = ledger.ColumnUnread
			}
			if col.State != want {
				t.Errorf("its column: %+v", col)
			}
			t.Logf("%-12s %s %s %s: %d of %d, %v", s.Family, col.State, col.Code, col.Detail, col.Found, col.Stated, col.Years)
		})
	}
}
