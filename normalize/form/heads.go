package form

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/gongkai/gongkai/extract/script"
)

// Heads reads the words above columns. A header is taken for a column only if every character of it belongs to words
// that are known: 上年处理决定数量 and 本年罚款金额 hold the words of a column and are others. It is made once a form; what
// changes is only what it remembers of texts that it read, for all reports print the same.
type Heads struct {
	words   map[string]headWord // folded
	sizes   map[rune][]int      // by their last character: how many they have
	parents []string            // of each row: what stands above it; "" = nothing
	pieces  map[string]bool     // what a cut leaves of the word of a column or row: 商业|企业

	lock sync.RWMutex
	seen map[string]Heading // by the text as printed
}

// What is remembered: texts of at most maxSeen bytes, and of these the first mostSeen.
const (
	maxSeen  = 120
	mostSeen = 2000
)

// A headWord is what a word says in a header; -1 = it names none.
type headWord struct {
	col, row int
	parent   bool // stands above several columns or rows
	foreign  bool // speaks of another year, or of another thing than the form counts
}

// A Head is a word of a header that names something: a column or row of the form, or what stands above several.
type Head struct {
	Column, Row int    // -1 = none
	Parent      string // "" = no such word
}

// A Heading is what the words of a header say.
type Heading struct {
	Known   bool   // every character belongs to a word that is known
	Foreign bool   // it speaks of another year or of another thing, and so of no column of the form
	Idle    bool   // words stand in it that name nothing: 情况
	Piece   bool   // it is the beginning, middle or end of a word and says nothing alone
	Heads   []Head // not to be changed
	row     int
}

// Column gives the column that the heading names; -1 if it names none, or several.
func (h *Heading) Column() int {
	c := -1
	for _, x := range h.Heads {
		switch {
		case x.Column < 0 || x.Column == c:
		case c >= 0:
			return -1
		default:
			c = x.Column
		}
	}
	if !h.Known || h.Foreign {
		return -1
	}
	return c
}

// Row gives the row that the heading names; -1 if it names none, or several, or what stands above others beside it.
func (h *Heading) Row() int {
	if !h.Known || h.Foreign {
		return -1
	}
	return h.row
}

// rowOf gives the row that heads name, alone or with what stands above it; -1 if they name none, or several.
func (x *Heads) rowOf(heads []Head) int {
	r := -1
	for _, h := range heads {
		switch {
		case h.Row < 0 || h.Row == r:
		case r >= 0:
			return -1
		default:
			r = h.Row
		}
	}
	for _, h := range heads {
		if h.Parent != "" && r >= 0 && x.parents[r] != h.Parent {
			return -1
		}
	}
	return r
}

// idleWords say nothing of which column it is. 2019 and 2021 call the same things 数 and 数量, units stand in brackets.
var idleWords = []string{"本年", "本年度", "当年", "单位", "计量单位", "金额单位", "人民币", "万元", "元", "件", "条", "个", "项", "宗", "数", "数量",
	"件数", "情况", "信息内容", "类别", "类型", "结果", "处理结果", "审理结果", "和", "及", "的", "案件", "指标", "项目名称", "名称", "内容",
	"申请人", "申请人情况", "申请人类型", "政府信息公开", "信息公开", "统计", "合", "计"}

// foreignWords make a header one of another year or another thing. A word of the form that holds one (上一年项目数量) is
// longer, and goes before.
var foreignWords = []string{"上年", "上年度", "上一年", "上一年度", "去年", "前年", "往年", "历年", "以前年度", "下年", "下年度", "明年", "累计", "累积",
	"总累计", "同比", "环比", "同期", "增长", "增加", "减少", "增减", "增幅", "变化", "罚款", "罚没", "没收", "预算", "计划", "目标", "占比", "比例", "比重",
	"比率", "率", "排名", "平均", "人均", "月均", "预计"}

// Beside gives a word of another year or thing that stands in the label of a row and in none of the row's own wordings:
// 上年 of 上年行政许可, but not of 上年结转. "" = there is none.
func (f *Form) Beside(row int, label string) string {
	s := Squeeze(label)
	for _, w := range foreignWords {
		own := func(k string) bool { return strings.Contains(k, w) }
		path := f.Rows[row].Path
		if strings.Contains(s, w) && !slices.ContainsFunc(f.RowWords[row], own) && !slices.ContainsFunc(f.Rows[row].Said, own) &&
			!slices.ContainsFunc(path, own) {
			return w
		}
	}
	return ""
}

func (f *Form) makeHeads() {
	x := &Heads{words: map[string]headWord{}, pieces: map[string]bool{}, sizes: map[rune][]int{}, seen: map[string]Heading{}}
	put := func(w string, h headWord) {
		if _, ok := x.words[w]; !ok && w != "" {
			x.words[w] = h
			r := []rune(w)
			if last := r[len(r)-1]; !slices.Contains(x.sizes[last], len(r)) {
				x.sizes[last] = append(x.sizes[last], len(r))
			}
		}
	}
	none := headWord{col: -1, row: -1}
	cut := func(w string) {
		r := []rune(w)
		for i := range r {
			for j := i + 1; j <= len(r); j++ {
				if j-i < len(r) {
					x.pieces[string(r[i:j])] = true
				}
			}
		}
	}
	for c := range f.Columns {
		h := none
		h.col = c
		for _, w := range append(append([]string(nil), f.ColumnWords[c]...), f.Columns[c].Said...) {
			put(flat(w), h)
			cut(flat(w))
		}
	}
	for r := range f.Rows {
		above := ""
		if path := f.Rows[r].Path; len(path) > 1 {
			above = flat(path[0])
		}
		x.parents = append(x.parents, above)
	}
	whole := true // every row has every column: rows may stand above columns
	for r := range f.Rows {
		whole = whole && len(f.Rows[r].Columns) == len(f.Columns)
	}
	if whole && len(f.Rows) <= 6 {
		for r := range f.Rows {
			h := none
			h.row = r
			for _, w := range append(append([]string(nil), f.RowWords[r]...), f.Rows[r].Said...) {
				put(flat(w), h)
				cut(flat(w))
			}
		}
	}
	above := none
	above.parent = true
	for _, w := range append(append([]string(nil), f.ParentWords...), f.Groups...) {
		put(flat(w), above)
		cut(flat(w))
	}
	for _, w := range append(append(append(idleWords[:len(idleWords):len(idleWords)], f.Titles...), f.Crown, f.Corner),
		f.Anchors...) {
		put(flat(w), none)
	}
	cut(flat(f.Crown))
	foreign := none
	foreign.foreign = true
	for _, w := range foreignWords {
		put(w, foreign)
	}
	f.Heads = x
}

// flat squeezes a header and leaves out its ordinal, brackets and punctuation, but not what stands in brackets.
func flat(s string) string {
	s = TrimOrdinal(Squeeze(s))
	return strings.ReplaceAll(strings.Map(func(r rune) rune {
		if r != Unreadable && (unicode.IsPunct(r) || unicode.IsSymbol(r)) || script.IsRaised(r) {
			return -1
		}
		return r
	}, s), "其它", "其他")
}

// maxHead bounds the characters of a header that is read; what is longer is prose.
const maxHead = 120

// narrowingWords stand in brackets behind a wording and say that only some of it is counted, or something else.
var narrowingWords = []string{"其中", "不予", "不含", "不包括", "除外", "未", "仅", "只", "撤销", "撤回", "变更", "注销", "拟", "投诉",
	"上半年", "下半年", "季度", "部分", "估计", "估算", "（约", "(约", "预计", "预估"}

// aMonth is a month as the end of a time. 12月 and 截至… are the ends of a year.
var aMonth = regexp.MustCompile(`(?:^|[^\d])(?:[1-9]|10|11)月`)

// Narrowed gives what a note in brackets says of a part that is counted, of what is there or of the year (其中网上办理, 不含乡镇,
// 1-6月), if the wording that it stands behind does not say it too. "" = nothing.
func Narrowed(note, wording string) string {
	for _, w := range narrowingWords {
		if strings.Contains(note, w) && !strings.Contains(wording, w) {
			return w
		}
	}
	if m := aMonth.FindString(note); m != "" && !strings.Contains(note, "12月") && !strings.ContainsAny(note, "截止至") {
		return strings.TrimLeft(m, "-—－~～至（( ")
	}
	return ""
}

// Read reads the words of a header. A note in brackets may say anything but that it is about another year or thing, or
// about a part.
func (x *Heads) Read(text string) Heading {
	if len(text) > maxSeen {
		return x.readText(text)
	}
	x.lock.RLock()
	h, ok := x.seen[text]
	x.lock.RUnlock()
	if ok {
		return h
	}
	h = x.readText(text)
	x.lock.Lock()
	if len(x.seen) < mostSeen {
		x.seen[strings.Clone(text)] = h
	}
	x.lock.Unlock()
	return h
}

func (x *Heads) readText(text string) Heading {
	if len(text) > 4*maxHead {
		return Heading{row: -1}
	}
	h := x.read(flat(text))
	if h.Known || h.Foreign {
		return h
	}
	if folded := Fold(text); strings.ContainsAny(text, "(（") && folded != "" {
		if bare := x.read(strings.ReplaceAll(folded, "其它", "其他")); bare.Known {
			bare.Foreign = bare.Foreign || Narrowed(text[strings.IndexAny(text, "(（"):], "") != ""
			return bare
		}
	}
	return h
}

// Word reports whether a text is one word that is known.
func (x *Heads) Word(text string) bool { _, ok := x.words[flat(text)]; return ok }

// Torn reports whether a text is words that are known and pieces of such, and nothing else: 维持纠正结果审结.
func (x *Heads) Torn(text string) bool {
	s := flat(text)
	if len(s) > 3*maxHead {
		return false
	}
	ok := make([]bool, len(s)+1)
	ok[0] = true
	for i := range s {
		for k := i + 3; ok[i] && k <= min(len(s), i+60); k++ {
			if w := s[i:k]; x.pieces[w] || !x.words[w].foreign && x.has(w) {
				ok[k] = true
			}
		}
	}
	return len(s) > 0 && ok[len(s)]
}

func (x *Heads) has(w string) bool { _, ok := x.words[w]; return ok }

// read cuts a text into words: as few characters unknown, then as few words as can be.
func (x *Heads) read(s string) Heading {
	var r [maxHead]rune
	var at, cost, size [maxHead + 1]int // where each begins; size: of the word that ends there, 0 = an unknown character
	n := 0
	for i, c := range s {
		if n == maxHead {
			return Heading{row: -1}
		}
		r[n], at[n] = c, i
		n++
	}
	at[n] = len(s)
	if n == 0 {
		return Heading{row: -1}
	}
	const unknown = 100
	for i := 1; i <= n; i++ {
		cost[i], size[i] = cost[i-1]+unknown, 0
		for _, k := range x.sizes[r[i-1]] {
			if k > i || cost[i-k]+1 >= cost[i] && (cost[i-k]+1 > cost[i] || k < size[i]) {
				continue
			}
			if _, ok := x.words[s[at[i-k]:at[i]]]; ok {
				cost[i], size[i] = cost[i-k]+1, k
			}
		}
	}
	h := Heading{Known: cost[n] < unknown, Piece: x.pieces[s]}
	for i := n; i > 0; {
		k := size[i]
		if k == 0 {
			i--
			continue
		}
		word := s[at[i-k]:at[i]]
		w := x.words[word]
		h.Foreign = h.Foreign || w.foreign
		switch {
		case w.parent:
			h.Heads = append(h.Heads, Head{-1, -1, strings.Clone(word)})
		case w.col >= 0 || w.row >= 0:
			h.Heads = append(h.Heads, Head{Column: w.col, Row: w.row})
		default:
			h.Idle = true
		}
		i -= k
	}
	slices.Reverse(h.Heads)
	h.row = x.rowOf(h.Heads)
	return h
}
