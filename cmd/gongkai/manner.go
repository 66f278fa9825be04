package main

import (
	"io"
	"os"
	"strings"
)

// chinese tells whether whoever runs the program reads Chinese, as the environment says (LC_ALL, LC_MESSAGES, LANG).
func chinese(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			return strings.HasPrefix(strings.ToLower(v), "zh")
		}
	}
	return false
}

// say chooses the language of a line of the program's own.
func say(english, zh string) string {
	if chinese(os.Getenv) {
		return zh
	}
	return english
}

// nextStep says what can be done about an error; "" where nothing general can be said.
func nextStep(err error) string {
	text := err.Error()
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(text, p) {
				return true
			}
		}
		return false
	}
	switch {
	case has("no such folder", "no dataset", "dataset.json"):
		return say("a dataset is made by: gongkai run DOCUMENTS --out dataset (or try: gongkai demo)",
			"请先生成数据集：gongkai run 文件夹 --out dataset（或试用：gongkai demo）")
	case has("no such file"):
		return say("look whether the name is right, and relative to this folder", "请检查名称是否正确，是否相对于当前文件夹")
	case has("address already in use"):
		return say("another program listens there; take another port: --addr 127.0.0.1:0", "该端口已被占用，请换用其他端口：--addr 127.0.0.1:0")
	case has("permission denied"):
		return say("this user may not do that there; name another folder", "当前用户没有权限，请换用其他文件夹")
	}
	return ""
}

// colours of severities on a terminal.
var colours = map[string]string{"error": "31", "warning": "33", "note": "36", "unread": "31", "partly": "33"}

// colourful tells whether what is written there may be coloured: on a terminal, and where NO_COLOR (no-color.org) is not
// set.
func colourful(w io.Writer, getenv func(string) string) bool {
	f, ok := w.(*os.File)
	if !ok || getenv("NO_COLOR") != "" || getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// painted is the word of a severity in its colour.
func painted(on bool, severity string) string {
	if c := colours[severity]; on && c != "" {
		return "\x1b[" + c + "m" + severity + "\x1b[0m"
	}
	return severity
}
