// Package words cuts the prose of reports into words: with positions, parts of speech and stop words. The terms of the
// regulations and of the forms, names of agencies and of places, and numbers with their units are single words. The
// cutting is gse's; the dictionary is our own: general words from frequencies.txt, the field's from domain.txt, names
// from the lists of divisions and of departments. It is loaded when the first text is read, not before.
package words

//go:generate go run trim.go

import (
	"compress/gzip"
	_ "embed"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/go-ego/gse"

	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/normalize/simplified"
)

// A Token is one word.
type Token struct {
	Text       string
	Start, End int // bytes of the text
	// part of speech, as in the Peking University tag set: n, v, m (number with unit), ns (place), nt (agency), w
	// (punctuation) …
	Tag  string
	Stop bool // says nothing of the subject: particles, pronouns, numbers, punctuation, single characters
}

// frequencies.txt, compressed: it would be a fiftieth of the program.
//
//go:embed frequencies.gz
var packed string

//go:embed domain.txt
var domain string

//go:embed stop.txt
var stopWords string

// sure is the frequency given to words of the field and to names: as a whole they are likelier than their parts.
const sure = 30_000

type dictionary struct {
	seg     gse.Segmenter
	stop    map[string]bool
	common  map[string]bool // words of the field that are in nearly every report
	places  map[string]bool
	stems   map[string]bool // names of counties and cities less their last character
	total   float64
	entries int
}

// The dictionary is made once. It is a sync.Once with two variables and no sync.OnceValue: an instance of that generic
// function for a type that holds gse's Segmenter makes the linker keep 33 MB of dictionaries that gse embeds and we do
// not use.
var (
	making sync.Once
	made   *dictionary
	loaded atomic.Bool
)

// frequencies gives the text of frequencies.txt.
func frequencies() string {
	z, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		panic("words: frequencies.gz: " + err.Error())
	}
	text, err := io.ReadAll(z)
	if err != nil {
		panic("words: frequencies.gz: " + err.Error())
	}
	return string(text)
}

func load() *dictionary {
	making.Do(func() {
		made = newDictionary(frequencies())
		loaded.Store(true)
	})
	return made
}

func newDictionary(frequencies string) *dictionary {
	d := &dictionary{stop: map[string]bool{}, common: map[string]bool{}, places: map[string]bool{}, stems: map[string]bool{}}
	d.seg.SkipLog, d.seg.NotLoadHMM, d.seg.Dict = true, true, gse.NewDict()
	add := func(word string, n float64, tag string) {
		before := d.seg.Dict.NumTokens()
		d.seg.AddToken(word, n, tag)
		if d.seg.Dict.NumTokens() > before {
			d.total += n
			d.entries++
		}
	}
	for line := range strings.Lines(domain) {
		tag, list, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || line[0] == '#' {
			continue
		}
		tag, common := strings.TrimPrefix(tag, "§"), strings.HasPrefix(tag, "§")
		for w := range strings.FieldsSeq(list) {
			add(w, sure, tag)
			d.common[w] = d.common[w] || common
		}
	}
	for _, f := range agencies.Functions() {
		for _, w := range f.Words() {
			if n := utf8.RuneCountInString(w); n >= 4 && n <= 6 {
				add(w, sure/100, "n")
			}
			for _, end := range []string{"局", "厅", "委员会", "委"} {
				if utf8.RuneCountInString(w) >= 2 {
					add(w+end, sure/100, "nt")
				}
			}
		}
	}
	for _, p := range places.All() {
		if utf8.RuneCountInString(p.Name) >= 2 && !d.places[p.Name] {
			d.places[p.Name] = true
			for _, kind := range [...]string{"区", "县", "市", "旗"} {
				if stem, ok := strings.CutSuffix(p.Name, kind); ok {
					d.stems[stem] = true
				}
			}
			add(p.Name, sure/10, "ns")
		}
	}
	for line := range strings.Lines(frequencies) {
		f := strings.Fields(line)
		if len(f) != 3 || line[0] == '#' {
			continue
		}
		n, err := strconv.ParseFloat(f[1], 64)
		if err != nil {
			continue
		}
		add(f[0], n, f[2])
	}
	d.seg.CalcToken()
	for w := range strings.FieldsSeq(stopWords) {
		d.stop[w] = true
	}
	return d
}

// Load reads the dictionary, if it is not loaded yet.
func Load() { load() }

// Loaded reports whether the dictionary is in memory.
func Loaded() bool { return loaded.Load() }

// Read cuts a text into words. White space is in none of them. names are single words wherever they stand: those of
// bodies that the caller knows of.
func Read(text string, names ...string) []Token { return load().read(text, names) }

func (d *dictionary) read(text string, names []string) []Token {
	out := make([]Token, 0, len(text)/5)
	printed := text
	text = simplified.Fold(text) // of the same length; the dictionary is in simplified characters
	if len(text) != len(printed) {
		text = printed
	}
	emit := func(start, end int, tag string) {
		out = append(out, Token{Text: printed[start:end], Start: start, End: end, Tag: tag,
			Stop: d.stops(text[start:end], tag)})
	}
	if text != printed {
		folded := make([]string, len(names))
		for i, n := range names {
			folded[i] = simplified.Fold(n)
		}
		names = folded
	}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.IsSpace(r):
			i += n
		case isDigit(r):
			j := number(text, i)
			emit(i, j, "m")
			i = j
		case unicode.Is(unicode.Han, r) || r == '〇':
			j := i
			for j < len(text) {
				r, n := utf8.DecodeRuneInString(text[j:])
				if !unicode.Is(unicode.Han, r) && r != '〇' {
					break
				}
				j += n
			}
			if at, name := firstOf(text[i:j], names); at == 0 && name != "" {
				emit(i, i+len(name), "nt")
				i += len(name)
				continue
			} else if name != "" {
				j = i + at
			}
			i = d.run(text, i, j, emit)
		case unicode.IsLetter(r):
			j := i
			for j < len(text) {
				r, n := utf8.DecodeRuneInString(text[j:])
				if !(unicode.IsLetter(r) || unicode.IsDigit(r)) || unicode.Is(unicode.Han, r) {
					break
				}
				j += n
			}
			emit(i, j, "eng")
			i = j
		default:
			j := i + n
			for strings.HasPrefix(text[j:], string(r)) && (r == '—' || r == '…') {
				j += n
			}
			emit(i, j, "w")
			i = j
		}
	}
	return out
}

// firstOf finds the first of names in a text, the longest of those that begin there.
func firstOf(text string, names []string) (at int, name string) {
	for _, n := range names {
		if i := strings.Index(text, n); n != "" && i >= 0 && (name == "" || i < at || i == at && len(n) > len(name)) {
			at, name = i, n
		}
	}
	return at, name
}

// A piece is a word on its way: bytes of the text.
type piece struct {
	start, end int
	tag        string
}

// run cuts a run of Chinese characters, text[from:to], and gives where it stopped: a number at its end may reach beyond
// it.
func (d *dictionary) run(text string, from, to int, emit func(int, int, string)) int {
	var held []piece // cut already, but part of a longer name perhaps
	flush := func() {
		for _, p := range held {
			emit(p.start, p.end, p.tag)
		}
		held = held[:0]
	}
	for at := from; at < to; {
		again := -1
		for _, s := range d.seg.Segment([]byte(text[at:to])) {
			start, end := at+s.Start(), at+s.End()
			tok := s.Token()
			tag := tok.Pos()
			if tag == "x" {
				tag = "n"
			}
			if r, _ := utf8.DecodeRuneInString(text[start:]); strings.ContainsRune(numerals, r) {
				if e := chineseNumber(text, start, to, end); e > end || e > start && tag == "m" {
					flush()
					emit(start, e, "m")
					if again = e; again != end {
						break
					}
					again = -1
					continue
				}
			}
			if first, e := d.shared(text, held, start, end); e > 0 { // 县 区政府 is 县区 政府
				held = held[:len(held)-1]
				flush()
				emit(first, e, "n")
				start = e
			}
			if e := d.agency(text[start:to], text[start:end], tag); e > 0 {
				e += d.office(text[start+e : to])
				flush()
				emit(start, start+e, "nt")
				if again = start + e; again != end {
					break
				}
				again = -1
				continue
			}
			if townshipEnds(text[start:to], end-start) {
				if first, e := d.township(text, held, start, end, to); e > 0 {
					e += d.office(text[e:to])
					keep := held[:0]
					for _, p := range held {
						if p.end <= first {
							keep = append(keep, p)
						}
					}
					held = keep
					flush()
					emit(first, e, "nt")
					again = e
					break
				}
			}
			if first := d.townshipName(text, held, start, end); first < start { // 凤 安 镇
				for len(held) > 0 && held[len(held)-1].start >= first {
					held = held[:len(held)-1]
				}
				held = append(held, piece{first, end, "ns"})
				continue
			}
			if w := text[start:end]; w == "率" || w == "量" { // 办结率, 访问量
				if n := len(held); n > 0 && held[n-1].end == start && start-held[n-1].start == 6 &&
					strings.ContainsAny(held[n-1].tag[:1], "nvadl") {
					held[n-1].end, held[n-1].tag = end, "n"
					continue
				}
			}
			if utf8.RuneCountInString(text[start:end]) == 1 || tag == "ns" || tag == "nr" || end-start <= 6 &&
				len(tag) > 0 && strings.ContainsAny(tag[:1], "nvadl") {
				held = append(held, piece{start, end, tag})
				continue
			}
			flush()
			emit(start, end, tag)
		}
		if again < 0 {
			break
		}
		if at = again; at > to {
			flush()
			return at
		}
	}
	flush()
	return to
}

// agency gives the length of the name of an agency at the beginning of rest; first is its first word.
func (d *dictionary) agency(rest, first, tag string) int {
	switch {
	case tag == "ns" || d.places[first] || d.isStem(first):
	case first == "省" || first == "市" || first == "县" || first == "区" || first == "州" || first == "旗" || first == "盟":
	case strings.HasPrefix(first, "国务院"), strings.HasPrefix(first, "国家"), strings.HasPrefix(first, "中国"),
		strings.HasPrefix(first, "中华人民共和国"):
	default:
		return 0
	}
	if n := agencies.Name(rest); n > len(first) {
		return n
	}
	for _, w := range institutions {
		if strings.HasPrefix(rest[len(first):], w) {
			return len(first) + len(w)
		}
	}
	return 0
}

// institutions of a place are bodies without being departments: 市档案馆.
var institutions = []string{"档案馆", "图书馆", "博物馆", "文化馆", "行政服务中心", "政务服务中心", "人民法院", "人民检察院"}

// isStem reports whether a word is the name of a county or city less its last character: 高淳 of 高淳区.
func (d *dictionary) isStem(word string) bool {
	if utf8.RuneCountInString(word) < 2 {
		return false
	}
	return d.stems[word]
}

// shared tells where the first character of a body is the last of the word before it: 县 区政府 is 县区 and 政府, 我
// 镇人民政府 is 我镇 and 人民政府. It gives where that word begins and ends; 0 where nothing is shared.
func (d *dictionary) shared(text string, held []piece, start, end int) (first, last int) {
	if len(held) == 0 || end-start < 9 || held[len(held)-1].end != start || start-held[len(held)-1].start != 3 {
		return 0, 0
	}
	if !strings.HasPrefix(text[start+3:end], "政府") && !strings.HasPrefix(text[start+3:end], "人民政府") {
		return 0, 0
	}
	first, last = held[len(held)-1].start, start+3
	if n, _, ok := d.seg.Dict.Find([]byte(text[first:last])); !ok || n < sure {
		return 0, 0
	}
	return first, last
}

// office gives the length of the name of an office that goes on with that of a body: 湖北省统计局 网络信息管理办公室. What
// stands before 办公室 are nouns, none of them a verb that says what became of it.
func (d *dictionary) office(rest string) int {
	const ends = "办公室"
	n := strings.Index(rest, ends)
	if n < 0 || n > 24 {
		return 0
	}
	for _, s := range d.seg.Segment([]byte(rest[:n])) {
		tag := s.Token().Pos()
		if w := rest[s.Start():s.End()]; w != "管理" && w != "监督" && w != "服务" && (tag == "" || tag[0] != 'n' && tag != "vn") ||
			utf8.RuneCountInString(w) < 2 {
			return 0
		}
	}
	return n + len(ends)
}

// townshipName tells where the name of a township begins that ends at the word text[start:end] and that no list knows: two
// characters that are no words here, or a place, before 镇 or 乡. It gives start where there is none.
func (d *dictionary) townshipName(text string, held []piece, start, end int) int {
	if w := text[start:end]; w != "镇" && w != "乡" || len(held) == 0 {
		return start
	}
	last := held[len(held)-1]
	if last.end != start {
		return start
	}
	if start-last.start == 6 {
		if d.places[text[last.start:start]] || last.tag == "ns" || last.tag == "nr" || d.isStem(text[last.start:start]) {
			return last.start
		}
		return start
	}
	if len(held) < 2 || start-last.start != 3 {
		return start
	}
	before := held[len(held)-2]
	if before.end != last.start || last.start-before.start != 3 || strings.ContainsAny(text[before.start:start], particles) {
		return start
	}
	return before.start
}

// particles are no part of the name of a township.
const particles = "各由在和及与等对向将其的了被把据为是某该本我从至到全几每两个这那以所有因于并也或未不已将经给让省市县区州旗镇乡村"

// townshipEnds reports whether the name of a township's government may end at the word of n bytes at the beginning of
// rest.
func townshipEnds(rest string, n int) bool {
	return strings.HasPrefix(rest[n:], "人民政府") || strings.HasPrefix(rest, "街道办")
}

// township finds the name of a township's government around the word text[start:end], of which the words before, some
// of them in held, may be part: 黄码镇人民政府, 长西街道办事处.
func (d *dictionary) township(text string, held []piece, start, end, to int) (first, last int) {
	word := text[start:end]
	tail := 0
	switch rest := text[start:to]; {
	case (strings.HasSuffix(word, "镇") || strings.HasSuffix(word, "乡")) && strings.HasPrefix(text[end:to], "人民政府"):
		tail = end + len("人民政府")
	case strings.HasPrefix(rest, "街道办事处"):
		tail = start + len("街道办事处")
	case strings.HasPrefix(rest, "街道办"):
		tail = start + len("街道办")
	default:
		return 0, 0
	}
	if word == "乡镇" {
		return 0, 0
	}
	first = start
	for i := len(held) - 1; i >= 0 && held[i].end == first; i-- {
		w := text[held[i].start:held[i].end]
		if strings.ContainsAny(w, "各由在和及与等对向将其的了被把据为是某该本我从至到") ||
			utf8.RuneCountInString(text[held[i].start:start]) > 4 && !d.places[w] {
			break
		}
		first = held[i].start
	}
	if first == start && utf8.RuneCountInString(word) < 2 || first == start && strings.HasPrefix(word, "街道") {
		return 0, 0
	}
	return first, tail
}

// stops reports whether a word says nothing of the subject.
func (d *dictionary) stops(word, tag string) bool {
	if word == "" || d.stop[word] || utf8.RuneCountInString(word) < 2 {
		return true
	}
	switch tag[0] {
	case 'w', 'u', 'p', 'c', 'd', 'r', 'y', 'e', 'o', 'm', 'q', 'f', 'h', 'k':
		return true
	}
	return false
}

// A Count is how often a word stands in a text.
type Count struct {
	Term  string
	Tag   string
	Count int
}

// Terms counts the words that are no stop words, the commonest first.
func Terms(tokens []Token) []Count {
	n := map[string]*Count{}
	var out []*Count
	for i := range tokens {
		t := &tokens[i]
		if t.Stop {
			continue
		}
		c := n[t.Text]
		if c == nil {
			c = &Count{Term: t.Text, Tag: t.Tag}
			n[t.Text] = c
			out = append(out, c)
		}
		c.Count++
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].Count > out[j].Count || out[i].Count == out[j].Count && out[i].Term < out[j].Term
	})
	cs := make([]Count, len(out))
	for i, c := range out {
		cs[i] = *c
	}
	return cs
}

// Keywords gives at most n words that tell a text from others: those that stand in it much oftener than in the
// language, each weighed by its count times the bits of its rarity in the dictionary. Words that nearly every report
// has are left out.
func Keywords(terms []Count, n int) []string {
	d := load()
	type weighed struct {
		term string
		w    float64
	}
	var all []weighed
	for _, t := range terms {
		if d.common[simplified.Fold(t.Term)] || t.Tag == "" || t.Tag[0] != 'n' && t.Tag[0] != 'v' && t.Tag[0] != 'l' && t.Tag != "eng" {
			continue
		}
		f, _, ok := d.seg.Dict.Find([]byte(simplified.Fold(t.Term)))
		if !ok || f < 1 || f == sure {
			f = 300 // a word of the field is as rare in the language as the usual technical term
		}
		w := float64(t.Count) * math.Log2(d.total/f)
		if t.Tag == "v" || t.Tag == "vn" {
			w /= 2 // what is done says less than what it is done to
		}
		all = append(all, weighed{t.Term, w})
	}
	sort.Slice(all, func(i, j int) bool {
		return all[i].w > all[j].w || all[i].w == all[j].w &&
			all[i].term < all[j].term
	})
	var out []string
	for _, a := range all[:min(n, len(all))] {
		out = append(out, a.term)
	}
	return out
}
