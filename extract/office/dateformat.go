package office

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// dateText displays a number as the day and time that it stands for.
func (x *section) dateText(v float64, date1904 bool) (string, bool) {
	if v < 0 || v > 2958466 {
		return "", false
	}
	if date1904 {
		v += 1462
	}
	tenths := 0
	for _, it := range x.items {
		if it.kind == 'd' && strings.Trim(it.text, "0") == "" {
			tenths += len(it.text)
		}
	}
	unit := math.Pow10(tenths)
	seconds := math.Floor(v*86400*unit+0.5) / unit
	days := math.Floor(seconds / 86400)
	if days < 61 && x.hasDay() { // the calendars of programs differ before March 1900
		return "", false
	}
	t := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(days))
	left := seconds - math.Floor(seconds/86400)*86400
	h, m, s := int(left)/3600, int(left)/60%60, int(left)%60
	half := false
	for _, it := range x.items {
		half = half || it.kind == 'd' && (it.text == "am/pm" || it.text == "a/p")
	}
	var b strings.Builder
	before := "" // the code before: m behind h, or before s, is minutes
	for i, it := range x.items {
		if it.kind != 'd' {
			if it.kind == 'l' {
				b.WriteString(it.text)
			} else {
				return "", false
			}
			continue
		}
		two := func(n int) { b.WriteString(fmt.Sprintf("%0*d", len(it.text), n)) }
		switch code := it.text; {
		case code == "yyyy" || code == "yyy" || code == "e":
			b.WriteString(strconv.Itoa(t.Year()))
		case code == "yy" || code == "y":
			b.WriteString(fmt.Sprintf("%02d", t.Year()%100))
		case (code == "m" || code == "mm") && (before == "h" || x.followedBySeconds(i)):
			two(m)
		case code == "m" || code == "mm":
			two(int(t.Month()))
		case code == "mmm":
			b.WriteString(t.Month().String()[:3])
		case code == "mmmm":
			b.WriteString(t.Month().String())
		case code == "d" || code == "dd":
			two(t.Day())
		case code == "h" || code == "hh":
			k := h
			if half {
				k = (h+11)%12 + 1
			}
			two(k)
		case code == "s" || code == "ss":
			two(s)
		case code == "[h]" || code == "[hh]":
			b.WriteString(fmt.Sprintf("%0*d", len(code)-2, int(seconds)/3600))
		case code == "am/pm":
			b.WriteString([]string{"AM", "PM"}[h/12])
		case strings.Trim(code, "0") == "":
			if tenths > 0 { // all of them, where the first stands
				f := strconv.FormatFloat(left-math.Floor(left), 'f', tenths, 64)
				b.WriteString(strings.TrimPrefix(f, "0."))
				tenths = 0
			}
		default: // names of days, other calendars, minutes in all
			return "", false
		}
		if strings.Trim(it.text, "0") != "" {
			before = strings.Trim(it.text, "[]")[:1]
		}
	}
	return b.String(), true
}

func (x *section) hasDay() bool {
	for _, it := range x.items {
		if it.kind == 'd' && strings.ContainsAny(it.text[:1], "yde") {
			return true
		}
	}
	return false
}

// followedBySeconds reports whether the next code behind the i-th item is that of seconds.
func (x *section) followedBySeconds(i int) bool {
	for _, it := range x.items[i+1:] {
		if it.kind == 'd' {
			return it.text[0] == 's' || it.text == "[s]" || it.text == "[ss]"
		}
	}
	return false
}
