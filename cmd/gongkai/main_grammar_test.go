package main

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

// TestGrammarOfOne: the help of a command is the same whether the grammar of all commands was made or that of the one.
func TestGrammarOfOne(t *testing.T) {
	all := reflect.TypeFor[commands]()
	for i := 1; i < all.NumField(); i++ {
		name := strings.ToLower(all.Field(i).Name)
		var one, whole bytes.Buffer
		realMain([]string{name, "--help"}, streams{strings.NewReader(""), &one, &one})
		realMain([]string{"help", name}, streams{strings.NewReader(""), &whole, &whole})
		if one.String() != whole.String() || !strings.Contains(one.String(), "Usage: gongkai "+name) {
			t.Errorf("%s:\n%s\nof all commands:\n%s", name, one.String(), whole.String())
		}
	}
}
