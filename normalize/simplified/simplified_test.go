package simplified_test

import (
	"testing"

	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/normalize/simplified"
)

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"內蒙古自治區2012年政府信息公開工作年度報告": "内蒙古自治区2012年政府信息公开工作年度报告",
		"關於鄉鎮務實發佈":                "关于乡镇务实发布",
		"乾县人民政府":                  "乾县人民政府",
		"plain 123":               "plain 123",
		"":                        "",
	} {
		got := simplified.Fold(text)
		if got != want || len(got) != len(text) {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestDivisionsStay: no name of a division is changed.
func TestDivisionsStay(t *testing.T) {
	for _, d := range places.All() {
		if got := simplified.Fold(d.Name); got != d.Name {
			t.Errorf("%s became %s", d.Name, got)
		}
	}
}
