package normalize

import (
	"fmt"
	"strings"

	"github.com/gongkai/gongkai/normalize/form"
)

// A label may hold a row's wording and more than it: 上年行政许可, 行政许可（其中网上办理）, 其他行政许可 count another thing than 行政许可 does,
// and in a table that no sum guards nothing else tells. So the label of such a row is read whole, as headers are: what
// stands beside the wording has to be among the words that say nothing, or the row is doubted.

// plainWords say nothing of which things a row counts. They are cut off again and again, so short ones do.
var plainWords = []string{"本年", "年度", "当年", "情况", "数量", "件数", "总数", "总计", "合计", "决定", "处理", "办理", "政府", "信息", "公开", "主动",
	"事项", "项目", "案件", "类别", "本级", "本机关", "各类", "各项", "所有", "全部", "结果", "文件", "单位", "万元", "元", "件", "项", "宗", "条", "个",
	"类", "的", "共", "数", "次", "等"}

// narrowed gives what the label of a row says beside the row's wording and what changes what is counted; "" = nothing
// does. A label in which no wording stands whole is another matter: characters of it may be misread.
func (h *hit) narrowed(f *form.Form) string {
	text := h.named().text
	if w := f.Beside(h.row, text); w != "" {
		return w
	}
	longest := ""
	for _, words := range [][]string{f.RowWords[h.row], f.Rows[h.row].Said} {
		for _, w := range words {
			if len(w) > len(longest) && strings.Contains(h.label, w) {
				longest = w
			}
		}
	}
	if longest == "" {
		return ""
	}
	if at := strings.IndexAny(text, "（("); at > 0 {
		if w := form.Narrowed(text[at:], longest); w != "" {
			return w
		}
	}
	rest := strings.Replace(h.label, longest, "", 1)
	for cut := true; cut && rest != ""; {
		cut = false
		for _, w := range plainWords {
			if t := strings.ReplaceAll(rest, w, ""); len(t) < len(rest) {
				rest, cut = t, true
			}
		}
	}
	return rest
}

// rowOfOther is the finding on a row whose label says more than the row's wording.
func (h *hit) rowOfOther(name, word string) Finding {
	return Finding{Code: CodeRowLike, Severity: Warning, Name: name, Place: h.placed(),
		Message: fmt.Sprintf("the label reads %q: %q may make it another row", h.named().text, word)}
}
