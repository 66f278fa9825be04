package gold

import (
	"fmt"
	"html"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// HTMLStyle is how a site writes its pages.
type HTMLStyle struct {
	Word     bool // as exported from Word: MsoNormal, nested spans, o:p, conditional comments
	Layout   bool // inside layout tables, with the site's menus around
	GBK      bool // in GBK, declared late
	Unclosed bool // without </td> and </tr>
}

// HTML writes the report as a page.
func (r *Report) HTML(s HTMLStyle) []byte {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html>\n<head>\n")
	if !s.GBK {
		b.WriteString("<meta charset=\"utf-8\">\n")
	}
	fmt.Fprintf(&b, "<title>%s_政府信息公开</title>\n", r.Title)
	day := fmt.Sprintf("%d-01-22 09:30:00", r.Year+1)
	if p := r.Options.Published; p != nil {
		day = p.Day
	}
	if day != "" {
		fmt.Fprintf(&b, "<meta name=\"PubDate\" content=\"%s\">\n", day)
	}
	if s.Word {
		b.WriteString("<style>p.MsoNormal{mso-style-parent:\"\";font-size:10.5pt;font-family:仿宋_GB2312}</style>\n" +
			"<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View><w:Zoom>0</w:Zoom></w:WordDocument></xml>" +
			"<![endif]-->\n")
	}
	if s.GBK {
		b.WriteString("<script>var site = {lang: 'zh', column: '政府信息公开'};</script>\n" +
			"<meta http-equiv=\"Content-Type\" content=\"text/html; charset=gb2312\">\n")
	}
	b.WriteString(r.Head)
	b.WriteString("</head>\n<body>\n")
	if s.Layout {
		b.WriteString("<div class=\"nav\"><ul><li><a href=\"/\">首页</a></li><li><a " +
			"href=\"/zwgk/\">政务公开</a></li><li><a href=\"/bsfw/\">办事服务</a></li><li><a " +
			"href=\"/hdjl/\">互动交流</a></li></ul></div>\n" +
			"<div style=\"display:none\">浏览次数：48213</div>\n<table width=\"980\"><tr><td " +
			"width=\"200\"><table><tr><td><a href=\"a.html\">政策文件</a></td></tr><tr><td><a " +
			"href=\"b.html\">公开指南</a></td></tr></table></td><td>\n" +
			"<table class=\"meta\"><tr><td>索引号：</td><td>014" + fmt.Sprint(r.Year) + "-00187</td><td>发布机构：</td><td>" +
			r.Agency + "</td></tr></table>\n")
	}
	for i, it := range r.Items {
		if it.Table == nil {
			b.WriteString(paragraphHTML(it.Text, s, i == 0))
			continue
		}
		b.WriteString(tableHTML(it.Table, s, r.Spans))
	}
	if s.Layout {
		b.WriteString("</td></tr></table>\n<div class=\"footer\">主办：" + r.Agency + " 网站标识码4401000055</div>\n")
	}
	b.WriteString(r.Foot)
	b.WriteString("</body>\n</html>\n")
	if s.GBK {
		out, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(b.String()))
		if err != nil {
			panic(err) // all our text is in GB18030
		}
		return r.finish(out)
	}
	return r.finish([]byte(b.String()))
}

func paragraphHTML(text string, s HTMLStyle, title bool) string {
	e := html.EscapeString(text)
	switch {
	case title && !s.Word:
		return "<h1>" + e + "</h1>\n"
	case s.Word:
		return wordParagraph(e) + "\n"
	}
	return "<p>　　" + e + "</p>\n"
}

// wordParagraph wraps text as Word's export does: some 600 bytes for a few characters.
func wordParagraph(e string) string {
	return "<p class=\"MsoNormal\" align=\"center\" " +
		"style=\"text-indent:0.0000pt;mso-char-indent-count:0.0000;mso-pagination:widow-orphan;text-align:center;" +
		"line-height:18.0000pt;mso-line-height-rule:exactly;\">" +
		"<span style=\"mso-spacerun:'yes';font-family:仿宋_GB2312;mso-hansi-font-family:'Times New " +
		"Roman';mso-bidi-font-family:'Times New " +
		"Roman';color:rgb(0,0,0);font-size:12.0000pt;mso-font-kerning:0.0000pt;\">" +
		"<font face=\"仿宋_GB2312\">" + e + "</font></span>" +
		"<span style=\"mso-spacerun:'yes';font-family:'Times New " +
		"Roman';font-size:12.0000pt;mso-font-kerning:0.0000pt;\"><o:p></o:p></span></p>"
}

func tableHTML(t *Table, s HTMLStyle, spans bool) string {
	var b strings.Builder
	if s.Word {
		b.WriteString("<table class=\"MsoNormalTable\" border=\"1\" cellspacing=\"0\" " +
			"style=\"border-collapse:collapse;width:478.5000pt;mso-table-layout-alt:fixed;\"><tbody>\n")
	} else {
		b.WriteString("<table border=\"1\">\n")
	}
	for _, row := range t.Rows {
		b.WriteString("<tr>")
		for _, c := range row {
			tag := "td"
			if c.Header && !s.Word {
				tag = "th"
			}
			dressed := (c.Markup != "" || c.Attributes != "") && c.dressed == c.Text
			if !dressed {
				c.Attributes = ""
			}
			b.WriteString("<" + tag + c.Attributes) // of an attribute given twice the first holds
			if c.Cols > 1 {
				fmt.Fprintf(&b, " colspan=\"%d\"", c.Cols)
			}
			if c.Rows > 1 {
				fmt.Fprintf(&b, " rowspan=\"%d\"", c.Rows)
			}
			if s.Word {
				b.WriteString(" valign=\"center\" style=\"width:47.5000pt;padding:0.0000pt 0.0000pt 0.0000pt " +
					"0.0000pt;border-left:none;mso-border-left-alt:none;border-right:1.0000pt solid " +
					"windowtext;mso-border-right-alt:0.5000pt solid windowtext;\"")
			}
			b.WriteString(">")
			text := strings.ReplaceAll(html.EscapeString(c.Text), "\n", "<br>")
			switch {
			case dressed:
				text = c.Markup
			case c.Text == "" && s.Word:
				text = wordParagraph("&nbsp;")
			case spans && c.Name != "" && len(text) > 1 && text[0] >= '0' && text[0] <= '9':
				text = "<span>" + text[:1] + "</span><span>" + text[1:] + "</span>"
				if s.Word {
					text = wordParagraph(text)
				}
			case s.Word:
				text = wordParagraph(text)
			case c.Text == "":
				text = "&nbsp;"
			}
			b.WriteString(text)
			if !s.Unclosed {
				b.WriteString("</" + tag + ">")
			}
		}
		if !s.Unclosed {
			b.WriteString("</tr>")
		}
		b.WriteString("\n")
	}
	if s.Word {
		b.WriteString("</tbody>")
	}
	b.WriteString("</table>\n")
	return b.String()
}
