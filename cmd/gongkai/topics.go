package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/gongkai/gongkai/output"
)

// A topic is what help tells beside commands.
type topic struct {
	name, english, zh string // what it is about
	text              func(zh bool) string
}

var topics = []topic{
	{"settings", "defaults of flags in gongkai.toml", "gongkai.toml 中的缺省选项", func(zh bool) string {
		if zh {
			return `选项的缺省值可写在当前文件夹或数据旁的 gongkai.toml 中：[命令] 表下为该命令的选项，表前各行对所有命令有效。

  lang = "zh"
  [check]
  severity = "warning"

以命令行为先，其次是环境变量，再次是该文件，最后是程序缺省。gongkai config 列出现行设置及其来源。密钥不可写入该文件。
GONGKAI_CONFIG 指定另一文件，为空则不读取。详见 docs/commands.md。`
		}
		return `Defaults of flags may stand in gongkai.toml, in this folder or beside the data: in the table of a command those of the command,
before the first table those of all.

  lang = "zh"
  [check]
  severity = "warning"

The command line goes first, then the environment, then the file, then the program's own. gongkai config shows what holds and
whence. Secrets do not belong there. GONGKAI_CONFIG names another file, and none where it is empty. See docs/commands.md.`
	}},
	{"output", "formats, streams and exit codes", "输出格式与退出码", func(zh bool) string {
		if zh {
			return `结果写到标准输出，说明和进度写到标准错误。

  --format table   供阅读；终端上按宽度排列
  --format line    每行一个字段
  --format csv     数据；--excel 供 Excel 打开
  --json           每行一个 JSON 对象，错误亦然
  -q  -v           只要结果；多作说明

供阅读的文字依 LC_ALL、LC_MESSAGES、LANG 用中文或英文；csv 与 JSON 不随语言变化。
退出码：0 完成，1 失败，3 部分完成（有文件未能读取或读取不完整），10 有新异常（anomalies --exit-code）。`
		}
		return `Results go to standard output, words and progress to standard error.

  --format table   for reading; on a terminal as wide as that
  --format line    a field a line
  --format csv     data; --excel for Excel
  --json           a JSON object a line, errors too
  -q  -v           results alone; more words

What is read is in Chinese or English, by LC_ALL, LC_MESSAGES and LANG; csv and JSON are the same in every language.
Exit codes: 0 done, 1 failed, 3 partly done (a document is unread or not whole), 10 new anomalies (anomalies --exit-code).`
	}},
	{"codes", "the codes of findings", "疑点代码", func(zh bool) string {
		var out strings.Builder
		for _, c := range output.Codes() {
			severity, meaning := string(c.Severity), c.Meaning
			if zh {
				severity, meaning = codeZh(severity, "severity"), c.MeaningZh
			}
			fmt.Fprintf(&out, "  %s (%s)\n      %s\n", c.Code, severity, meaning)
		}
		return strings.TrimRight(out.String(), "\n")
	}},
}

// helpOn prints what help tells of a topic, and reports whether there is one of the name.
func helpOn(w io.Writer, name string) bool {
	if name == "toml" {
		name = "settings"
	}
	for _, t := range topics {
		if t.name == name {
			fmt.Fprintln(w, t.text(chinese(os.Getenv)))
			return true
		}
	}
	return false
}

// topicsOf are the topics for the page of help.
func topicsOf(zh bool) (out [][2]string) {
	for _, t := range topics {
		about := t.english
		if zh {
			about = t.zh
		}
		out = append(out, [2]string{"help " + t.name, about})
	}
	return out
}
