package gold

import "slices"

// Reports are the gold set: reports without a fault, in every layout that offices use for the form.
func Reports() []*Report {
	o := func(seed int64, year int, active, apps string, o Options) *Report {
		if o.Zero == "" {
			o.Zero = "0"
		}
		if o.Zero == "blank" {
			o.Zero = ""
		}
		return New(seed, year, active, apps, o)
	}
	return []*Report{
		o(1, 2022, "2021", "2021", Options{}),
		o(2, 2019, "2019", "2019", Options{Zero: "blank"}),
		o(3, 2020, "2019", "2019", Options{Zero: "/", ActiveTables: true, TallHeader: true}),
		o(4, 2023, "2021", "2019", Options{Wordings: true}),
		o(5, 2021, "2021", "2021", Options{VerticalHeads: true, Separators: true}),
		o(6, 2024, "2021", "2021", Options{Disputes: "rows", ActiveTables: true}),
		o(7, 2022, "2021", "2021", Options{Disputes: "tables", Wide: true}),
		o(8, 2023, "2021", "2021", Options{SplitTable: true, RepeatHeader: true, Zero: "—"}),
		o(9, 2021, "2021", "2021", Options{SplitTable: true, ShortHeads: true}),
		o(10, 2024, "2021", "2021", Options{Fees: "251000元", FeesNumber: "25.1", Wordings: true, TallHeader: true}),
		o(11, 2022, "2021", "2021", Options{Mistake: "total left 0"}),
		o(12, 2020, "2019", "2019", Options{Mistake: "off by one", Separators: true}),
		o(13, 2023, "2021", "2021", Options{Mistake: "carried wrongly", Zero: "blank", Disputes: "rows"}),
		o(14, 2024, "2021", "2021", Options{Mistake: "typed wrongly", ActiveTables: true}),
		o(15, 2023, "2021", "2021", Options{Disputes: "grouped", TallHeader: true}),
		o(16, 2020, "2019", "2019", Options{Disputes: "turned", Zero: "—"}),
	}
}

// A Format is a way of writing a report.
type Format struct {
	Name  string
	File  string // the name a file of this format has
	Grid  bool   // positions are kept: a cell stands below its header whatever else the row lacks
	Write func(r *Report, seed int64) []byte
}

// Formats are the formats in which the gold set is read.
func Formats() []Format {
	text := func(layout string, grid bool) Format {
		return Format{"text " + layout, "report.txt", grid, func(r *Report, _ int64) []byte { return r.Text(layout) }}
	}
	page := func(name string, s HTMLStyle) Format {
		return Format{name, "report.html", true, func(r *Report, _ int64) []byte { return r.HTML(s) }}
	}
	pdf := func(name string, s PDFStyle) Format {
		return Format{name, "report.pdf", true, func(r *Report, seed int64) []byte {
			s := s
			s.Start += float64(seed*37%11) * 31 // page breaks fall elsewhere each time
			return r.PDF(s)
		}}
	}
	word := func(name string, s WordStyle) Format {
		return Format{name, "report.docx", true, func(r *Report, _ int64) []byte { return r.DOCX(s) }}
	}
	return append([]Format{
		page("html", HTMLStyle{}),
		page("html word", HTMLStyle{Word: true}),
		page("html layout gbk", HTMLStyle{Layout: true, GBK: true}),
		page("html unclosed", HTMLStyle{Unclosed: true}),
		text(Marked, false),
		text(Lines, false),
		text(Tabs, true),
		text(Pipes, true),
		pdf("pdf ruled", PDFStyle{Encoding: "UniGB-UCS2-H", Vertical: true}),
		pdf("pdf filled rules", PDFStyle{Encoding: "GBK-EUC-H", FilledRules: true, RepeatHeader: true, Start: 60}),
		pdf("pdf without rules", PDFStyle{Encoding: "GB-EUC-H", Bare: true, RepeatHeader: true, Start: 90}),
		pdf("pdf rotated", PDFStyle{Encoding: "Identity-H", OpenCuts: true, Rotated: true, Start: 120}),
		word("word docx", WordStyle{}),
		word("word docx revised", WordStyle{Revised: true, Numbered: true, Boxed: true}),
		{"word rtf", "report.rtf", true, func(r *Report, seed int64) []byte { return r.RTF(seed%2 == 0) }},
		{"word odt", "report.odt", true, func(r *Report, _ int64) []byte { return r.ODT() }},
		{"sheet xlsx", "report.xlsx", true, func(r *Report, _ int64) []byte { return r.XLSX() }},
	}, slices.Concat(markdownFormats(), barFormats(), ofdFormats())...)
}
