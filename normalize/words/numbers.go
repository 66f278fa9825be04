package words

import (
	"strings"
	"unicode/utf8"
)

// units that follow a number and belong to its word, longest first where one begins like another.
var units = strings.Fields("个百分点 百分点 个工作日 工作日 平方公里 平方米 立方米 件次 条次 人次 家次 户次 批次 周年 年度 年 月份 月 日 号 季度 周 万元 亿元 公里 千米 小时 分钟 " +
	"件 条 次 人 名 位 个 项 份 篇 期 场 起 宗 例 家 部 处 种 类 页 幅 张 封 批 户 元 天 倍 分 台 套 则 册 本 档 块 栏 组 对 轮 只 支 间 所 座 亩 吨 字 帖 票 点 款 卷 笔 级 " +
	"度 届 成 米 % ‰ ％ ﹪")

// numerals are those that numbers in words are made of, and what may stand before one.
const numerals = "第零〇一二两三四五六七八九十百千万亿"

func isDigit(r rune) bool { return r >= '0' && r <= '9' || r >= '０' && r <= '９' }

// number gives the end of the number in digits that begins at a byte, with its unit: 1,234.5万元, 12.3%, 1800余条, 95%以上.
func number(s string, at int) int {
	i := at
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if isDigit(r) {
			i += n
			continue
		}
		next, _ := utf8.DecodeRuneInString(s[i+n:])
		if (r == '.' || r == '．' || r == ',' && groups(s[i+n:])) && isDigit(next) {
			i += n
			continue
		}
		break
	}
	return tail(s, i)
}

// groups reports whether three digits follow and no fourth: a separator of thousands stands before them.
func groups(s string) bool {
	n := 0
	for _, r := range s {
		if !isDigit(r) {
			break
		}
		n++
	}
	return n == 3
}

// tail gives the end of what follows a number and belongs to it: 万余条, %以上.
func tail(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !strings.ContainsRune("十百千万亿余多几", r) {
			break
		}
		i += n
	}
	for _, u := range units {
		if !strings.HasPrefix(s[i:], u) {
			continue
		}
		rest := s[i+len(u):]
		switch {
		case u == "部" && strings.HasPrefix(rest, "门"), u == "本" && strings.HasPrefix(rest, "级"), u == "处" &&
			strings.HasPrefix(rest, "室"), u == "分" && strings.HasPrefix(rest, "别"),
			u == "人" && strings.HasPrefix(rest, "民"), u == "家" && strings.HasPrefix(rest, "庭"), u == "点" &&
				strings.HasPrefix(rest, "击"), u == "对" && strings.HasPrefix(rest, "外"),
			u == "级" && strings.HasPrefix(rest, "政"), u == "项" && strings.HasPrefix(rest, "目"), u == "度" &&
				!strings.HasSuffix(s[:i], "年"), u == "支" && strings.HasPrefix(rest, "出"):
			continue
		}
		i += len(u)
		break
	}
	if strings.HasPrefix(s[i:], "余") || strings.HasPrefix(s[i:], "多") && !strings.HasPrefix(s[i:], "多种") {
		i += len("余")
	}
	if strings.HasPrefix(s[i:], "以上") && i > 0 && (strings.HasSuffix(s[:i], "%") || strings.HasSuffix(s[:i], "％")) {
		i += len("以上")
	}
	return i
}

// chineseNumber gives the end of a number in Chinese numerals that begins at a byte and has a unit: 六个, 二成, 第二位, 二〇二二年;
// 0 where there is none. No number reaches beyond to. end is where the word ends that the dictionary knows there: 一些,
// 一般, 第三方 are words.
func chineseNumber(s string, at, to, end int) int {
	i := at
	if strings.HasPrefix(s[i:], "第") {
		i += len("第")
	}
	from := i
	for i < to {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !strings.ContainsRune(numerals, r) || r == '第' {
			break
		}
		i += n
	}
	if i == at+len("第") && from == i { // 第3名
		if r, _ := utf8.DecodeRuneInString(s[i:]); isDigit(r) {
			return number(s, i)
		}
		return 0
	}
	if i == from {
		return 0
	}
	e := tail(s, i)
	if e == i && from == at || e > to || e < end {
		return 0
	}
	if e == i { // 第一 alone
		return e
	}
	return e
}
