package form_test

import (
	"fmt"

	"github.com/gongkai/gongkai/normalize/form"
)

// The editions of a table: the years that each holds for, how many cells it has, and what lays it down.
func ExampleLoad() {
	forms, err := form.Load()
	if err != nil {
		panic(err)
	}
	fmt.Println(forms.Tables())
	for _, f := range forms.Editions("applications") {
		fmt.Println(f.Edition, f.From, f.To, len(f.Names()), f.Notice)
	}
	// Output:
	// [active applications disputes]
	// 2019 2019 2020 161 国办公开办函〔2019〕60号
	// 2021 2021 0 175 国办公开办函〔2021〕30号
}

// A table of one's own: two columns and the sum of both.
func ExampleParse() {
	f, err := form.Parse("letters-2024.form", `table letters
edition 2024
years 2024-
notice 示例
layout crossed
title 群众来信情况

column post 信函
column web 网络
column total 总计

row received 收到来信
sum columns post + web = total
`)
	if err != nil {
		panic(err)
	}
	fmt.Println(f.Names())
	// Output: [letters.received.post letters.received.web letters.received.total]
}
