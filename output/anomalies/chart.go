package anomalies

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Chart draws a history as a small SVG: a line a series over the years, of a share one line in percent. The year of
// the anomaly is marked. It is "" where there are fewer than two points.
func (a *Anomaly) Chart(zh bool) string {
	h := a.History
	series := h.Series
	percent := false
	if h.Share && len(series) == 2 {
		s := Series{Name: series[0].Name + " / " + series[1].Name, NameZh: series[0].NameZh + " / " + series[1].NameZh}
		for i, p := range series[0].Points {
			of := series[1].Points[i].Value
			q := Point{Year: p.Year}
			if p.Value != nil && of != nil && *of > 0 {
				v := 100 * *p.Value / *of
				q.Value = &v
			}
			s.Points = append(s.Points, q)
		}
		series, percent = []Series{s}, true
	}
	points, top, bottom := 0, 0.0, 0.0
	for _, s := range series {
		for _, p := range s.Points {
			if p.Value != nil {
				points++
				top, bottom = max(top, *p.Value), min(bottom, *p.Value)
			}
		}
	}
	if points < 2 || len(series[0].Points) < 2 {
		return ""
	}
	if top == bottom {
		top = 1
	}
	const width, height, left, right, above, below = 460, 150, 54, 12, 12, 22
	legend := 16 * len(series)
	first := series[0].Points[0].Year
	n := series[0].Points[len(series[0].Points)-1].Year - first + 1
	x := func(year int) float64 { return left + float64(width-left-right)*float64(year-first)/float64(n-1) }
	y := func(v float64) float64 { return above + float64(height-above-below)*(top-v)/(top-bottom) }
	var b strings.Builder
	fmt.Fprintf(&b,
		`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img" `+
			`font-family="'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif" `+
			`font-size="11">`, width, height+legend)
	title := series[0].Name
	if zh {
		title = series[0].NameZh
	}
	fmt.Fprintf(&b, `<title>%s</title><rect width="100%%" height="100%%" fill="#fff"/>`,
		html.EscapeString(a.Body.Name+" "+title))
	label := func(v float64) string {
		s := strconv.FormatFloat(v, 'f', -1, 64)
		if v != math.Trunc(v) {
			s = strconv.FormatFloat(v, 'f', 1, 64)
		}
		if percent {
			s += "%"
		}
		return s
	}
	for _, v := range slices.Compact([]float64{bottom, 0, top}) {
		fmt.Fprintf(&b,
			`<line x1="%d" x2="%d" y1="%.1f" y2="%.1[3]f" stroke="#ccc"/>`+
				`<text x="%d" y="%.1f" text-anchor="end" fill="#555">%s</text>`, left, width-right, y(v), left-6,
			y(v)+4, label(v))
	}
	if a.Year >= first && a.Year < first+n {
		fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1[1]f" y1="%d" y2="%d" stroke="#d9534f" stroke-dasharray="3 3"/>`,
			x(a.Year), above, height-below)
	}
	for i := range n {
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle" fill="#555">%d</text>`, x(first+i), height-6,
			first+i)
	}
	colours := []string{"#1f4e8c", "#c8781e", "#4d7d3a"}
	for k, s := range series {
		colour := colours[k%len(colours)]
		pen := "M"
		var path strings.Builder
		for _, p := range s.Points {
			if p.Value == nil {
				pen = "M" // a year without a number is a gap, not zero
				continue
			}
			fmt.Fprintf(&path, "%s%.1f %.1f ", pen, x(p.Year), y(*p.Value))
			pen = "L"
		}
		fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="%s" stroke-width="1.8"/>`, strings.TrimSpace(path.String()),
			colour)
		for _, p := range s.Points {
			if p.Value != nil {
				fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"><title>%d: %s</title></circle>`, x(p.Year),
					y(*p.Value), colour, p.Year, label(*p.Value))
			}
		}
		name := s.Name
		if zh {
			name = s.NameZh
		}
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="10" height="10" fill="%s"/><text x="%d" y="%d" fill="#222">`+
			`%s</text>`,
			left, height+16*k, colour, left+16, height+9+16*k, html.EscapeString(name))
	}
	b.WriteString(`</svg>`)
	return b.String()
}
