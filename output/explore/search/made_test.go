package search

import (
	"context"
	"fmt"
	"math/rand"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
)

// Prose of our own making: sentences put together of what such reports say, with numbers, places and words that differ,
// so that common bigrams are in every report and most bigrams are in few.
type author struct{ *rand.Rand }

var (
	subjects = strings.Fields("本机关 我局 我市 全县各级行政机关 市政府办公室 各乡镇街道 政务公开领导小组 区政务服务中心 各责任单位 局机关各科室 县融媒体中心 市大数据管理局")
	adverbs  = strings.Fields("严格 认真 积极 持续 扎实 稳妥 不断 及时 全面 有序 深入 进一步 主动 规范 切实 着力")
	verbs    = strings.Fields("贯彻落实 推进 完善 优化 梳理 公开 发布 健全 规范 加强 开展 组织 拓展 提升 督促 核查 整改 清理 更新 印发")
	objects  = strings.Fields("政府信息公开条例 依申请公开办理流程 主动公开基本目录 政策文件解读 重大行政决策预公开 财政预决算信息 基层政务公开标准化规范化 政府网站与政务新媒体 行政规范性文件库 " +
		"乡村振兴领域信息 义务教育招生信息 公共企事业单位信息 行政处罚决定 征地补偿安置信息 食品药品监管信息 生态环境监测数据 重点民生实事 政务公开专区 保密审查制度 信息公开年度报告 社会救助标准 养老服务补贴 " +
		"安全生产事故调查 优化营商环境举措 建设项目环评审批 防汛抗旱信息 就业创业扶持政策 公立医院收费标准 公交线路调整 老旧小区改造")
	links    = strings.Fields("，同时 ，并 ，另外 ；此外 ，其中 ，确保 ，从而 ；对照要求")
	problems = strings.Fields("存在的问题主要是部分单位重视程度不够 信息更新不够及时 政策解读形式较为单一 工作人员业务能力有待提高 公开内容的深度和广度有待拓展 部门之间信息共享不畅 " +
		"个别栏目内容保障不到位 群众参与度不高")
	numbers  = strings.Fields("件 条 次 篇 期 场 人次 个 份 万元")
	headings = strings.Fields("一、总体情况 二、主动公开政府信息情况 三、收到和处理政府信息公开申请情况 四、政府信息公开行政复议、行政诉讼情况 五、存在的主要问题及改进情况 六、其他需要报告的事项")
)

func (a author) of(words []string) string { return words[a.Intn(len(words))] }

// name is a place or person: characters of common and of rare use.
func (a author) name() string {
	var b strings.Builder
	for range 2 + a.Intn(2) {
		b.WriteRune(rune(0x4E00 + int(a.ExpFloat64()*1500)%0x5000))
	}
	return b.String()
}

func (a author) sentence() string {
	var b strings.Builder
	b.WriteString(a.of(subjects))
	for k := range 1 + a.Intn(4) {
		if k > 0 {
			b.WriteString(a.of(links))
		}
		b.WriteString(a.of(adverbs) + a.of(verbs) + a.of(objects))
		switch a.Intn(7) {
		case 0:
			fmt.Fprintf(&b, "%d%s", int(a.ExpFloat64()*90), a.of(numbers))
		case 1:
			fmt.Fprintf(&b, "，较上年增长%d.%d%%", a.Intn(60), a.Intn(100))
		case 2:
			b.WriteString("（" + a.name() + "镇、" + a.name() + "街道）")
		case 3:
			fmt.Fprintf(&b, "（%s发〔20%02d〕%d号）", a.name(), 19+a.Intn(6), a.Intn(200))
		case 4:
			b.WriteString("，由" + a.name() + "牵头负责")
		}
	}
	b.WriteString("。")
	return b.String()
}

// sections are those of a report with about n bytes of prose.
func (a author) sections(n int) []normalize.Section {
	var out []normalize.Section
	for i, h := range headings {
		var b strings.Builder
		for b.Len() < n/len(headings) {
			if b.Len() > 0 && a.Intn(3) == 0 {
				b.WriteString("\n")
			}
			if i == 4 && a.Intn(3) == 0 {
				b.WriteString(a.of(problems) + "。")
			}
			b.WriteString(a.sentence())
		}
		out = append(out, normalize.Section{Ordinal: i + 1, Title: h, Text: b.String(),
			Kinds: []normalize.SectionKind{normalize.GeneralSection}})
	}
	return out
}

// made writes a dataset of n reports of six years with about size bytes of prose each.
func made(t testing.TB, dir string, n, size int, seed int64) *output.Dataset {
	t.Helper()
	return madeOf(t, dir, n, size, 6, seed)
}

// madeOf is made of so many years up to 2024.
func madeOf(t testing.TB, dir string, n, size, years int, seed int64) *output.Dataset {
	t.Helper()
	a := author{rand.New(rand.NewSource(seed))}
	divisions := []string{"000000", "320000", "320100", "320102", "110000", "450103", ""}
	levels := []places.Level{"national", "provincial", "prefecture", "county", "county", "county", ""}
	return dataset(t, dir, func(each func(output.Result)) {
		for i := range n {
			k := a.Intn(len(divisions))
			rep := &normalize.Report{Status: normalize.StatusRead, Agency: "某机关", Year: 2025 - years + i%years,
				Body: agencies.Agency{Code: divisions[k], Level: levels[k]}, Sections: a.sections(size)}
			if i%97 == 5 {
				rep.Year = 0
			}
			if i%89 == 7 {
				rep.Sections = nil
			}
			each(output.Result{Document: output.Document{SHA256: fmt.Sprintf("%064x", i*7919), File: fmt.Sprint(i)},
				Report: rep})
		}
	})
}

func dataset(t testing.TB, dir string, results func(each func(output.Result))) *output.Dataset {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	w, err := output.Create(dir, forms, output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	results(func(r output.Result) {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// examples is the dataset of the example documents.
func examples(t testing.TB) *output.Dataset {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	return dataset(t, filepath.Join(t.TempDir(), "examples"), func(each func(output.Result)) {
		for _, e := range gold.Examples() {
			doc, err := extract.Read(e.Body, e.File)
			if err != nil {
				t.Fatal(err)
			}
			each(output.Result{Document: output.Document{File: e.File, SHA256: doc.SHA256, MediaType: doc.MediaType,
				Bytes: doc.Bytes}, Report: normalize.Read(doc, forms)})
		}
	})
}

func indexOf(t testing.TB, d *output.Dataset) *Index {
	t.Helper()
	path, err := Place(t.TempDir(), d)
	if err != nil {
		t.Fatal(err)
	}
	if err := Build(context.Background(), d, path, nil); err != nil {
		t.Fatal(err)
	}
	x, err := Open(path, d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}
