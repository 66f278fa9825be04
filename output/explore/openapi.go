package explore

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// An endpoint is what openapi.json says of an address. Its answer is described by the type that is written there.
type endpoint struct {
	path, summary string
	params        []param
	answer        reflect.Type // nil: not JSON
	media         string       // of what is not JSON
	static        bool         // also a file of a static site
}

type param struct {
	name, in, doc string
	enum          []string
	pattern       string
	example       string
	whole         bool // an integer
	required      bool
	many          bool
}

func inPath(name, doc, pattern, example string) param {
	return param{name: name, in: "path", doc: doc, pattern: pattern, example: example, required: true}
}

// keepParam asks for a part of an answer.
var keepParam = param{name: "keep", in: "query", doc: "members of the answer that are wanted, and members of members, " +
	"between commas: years,rates/rate.granted; a static site gives the whole"}

var pageParam = param{name: "page", in: "path", doc: "page, from 1", whole: true, required: true, example: "1"}

func filterParams(more ...param) []param {
	return append([]param{
		{name: "rule", in: "query", doc: "code of a rule; may be there several times", many: true},
		{name: "severity", in: "query", doc: "the least severity", enum: severities},
		{name: "year", in: "query", doc: "report year; 0 = of several years", whole: true},
		{name: "level", in: "query", doc: "level of the body", enum: append([]string{"none"}, levels...)},
		{name: "region", in: "query", doc: "first two digits of GB/T 2260, 00 or none"},
		{name: "authority", in: "query", doc: "the body: 16 hex digits"},
		{name: "q", in: "query", doc: "words that stand in the sentence or the body's name"},
		{name: "group", in: "query", doc: "story, or arithmetic: about how figures add up", enum: []string{"story", "arithmetic"}},
	}, more...)
}

// rankParams are those of a ranking.
func rankParams(more ...param) []param {
	return append([]param{inPath("name", "name of a rate, or of a cell (table.row.column)", "", "rate.refused"),
		{name: "year", in: "path", doc: "report year", whole: true, required: true},
		{name: "level", in: "path", doc: "level of the bodies", enum: append([]string{"all", "none"}, levels...),
			required: true, example: "prefecture"},
		{name: "kind", in: "path", doc: "kind of the bodies; an office that reports for those below it is a government",
			enum: append([]string{"all", "none"}, kinds...), required: true, example: "government"},
		{name: "region", in: "query", doc: "all, first two digits of GB/T 2260, 00 or none"},
		{name: "min", in: "query", doc: "of how many cases a rate must be; 10 where it is not said", whole: true},
		{name: "order", in: "query", doc: "the largest first (desc), or the smallest", enum: []string{"desc", "asc"}}}, more...)
}

// endpoints are all addresses of the API.
func endpoints() []endpoint {
	key := inPath("key", "the report: SHA-256 of its document, a hyphen, its part", "^[0-9a-f]{64}-[1-9][0-9]*$", "")
	lang := param{name: "lang", in: "query", doc: "language", enum: []string{"en", "zh"}}
	return []endpoint{
		{path: "/api/dataset.json", summary: "What there is, the names of all cells, and the words for them",
			answer: reflect.TypeFor[jsonDataset](), static: true},
		{path: "/api/examples.json", summary: "Of each address here one that answers in this dataset",
			answer: reflect.TypeFor[map[string]string](), static: true},
		{path: "/api/rules.json", summary: "The rules of anomalies in full", answer: reflect.TypeFor[jsonRules](),
			static: true},
		{path: "/api/home.json", summary: "What stands out, what is new, the coverage of each province, and how figures moved: " +
			"sums over the same bodies in all years, or medians", params: []param{keepParam},
			answer: reflect.TypeFor[jsonHome](), static: true},
		{path: "/api/rank/{name}/{year}/{level}/{kind}.json", summary: "A figure of the bodies of a level and kind in a year, " +
			"in order, and of the 34 provincial divisions; a static site has those of the rates, whole", params: rankParams(
			param{name: "page", in: "query", doc: "page, from 1", whole: true},
			param{name: "each", in: "query", doc: "rows of a page, at most 200", whole: true}),
			answer: reflect.TypeFor[jsonRanking](), static: true},
		{path: "/api/rank/{name}/{year}/{level}/{kind}.csv", summary: "The same as a table, whole", params: rankParams(),
			media: "text/csv"},
		{path: "/api/bodies.json", summary: "Authorities by name, or by the pinyin of their place, at most ten",
			params: []param{
				{name: "q", in: "query", doc: "words of the name, or pinyin: nanjing, njs", required: true, example: "nanjing"},
				{name: "region", in: "query", doc: "first two digits of GB/T 2260, 00 or none"},
				{name: "level", in: "query", doc: "level of the body", enum: append([]string{"none"}, levels...)}},
			answer: reflect.TypeFor[jsonBodies]()},
		{path: "/api/overview.json",
			summary: "The dataset counted year by year", answer: reflect.TypeFor[jsonOverview](), static: true},
		{path: "/api/coverage/{region}/{level}/{page}.json",
			summary: "The matrix of authorities and years: published " +
				"in time, late, not read, missing", answer: reflect.TypeFor[jsonCoverage](), static: true,
			params: []param{inPath("region",
				"all, first two digits of GB/T 2260, 00 (the whole country) or none (not decided)",
				"^(all|none|[0-9]{2})$",
				"all"), {name: "level", in: "path", doc: "level of the body",
				enum:     append([]string{"all", "none"}, levels...),
				required: true, example: "all"}, pageParam,
				{name: "q", in: "query", doc: "words of the name, or pinyin: nanjing, njs"},
				{name: "missing", in: "query", doc: "only authorities of which no report was found: any, or a year"},
				{name: "order", in: "query", doc: "what comes first: years that are missing, late, or in doubt",
					enum: coverageOrders}}},
		{path: "/api/unread/{page}.json", summary: "Documents that could not be read, with the reason",
			params: []param{pageParam}, answer: reflect.TypeFor[jsonUnreadPage](), static: true},
		{path: "/api/authorities/{id}.json",
			summary: "A body: its reports, its figures and rates over the years, its " +
				"anomalies", params: []param{inPath("id", "16 hex digits", "^[0-9a-f]{16}$", ""), keepParam},
			answer: reflect.TypeFor[jsonBody](), static: true},
		{path: "/api/reports/{key}.json",
			summary: "A report: tables as the form prints them, every cell with verdict " +
				"and place, identities, findings, prose, claims", params: []param{key, keepParam},
			answer: reflect.TypeFor[jsonReport](),
			static: true},
		{path: "/api/peers/{name}.json",
			summary: "How a cell or rate is distributed among bodies of the same level and " +
				"kind, by year", params: []param{inPath("name", "name of a cell (table.row.column) or rate", "",
				"applications.received.total"), {name: "year", in: "query", doc: "only of this report year", whole: true},
				{name: "level", in: "query", doc: "only of this level", enum: append([]string{"none"}, levels...)},
				{name: "kind", in: "query", doc: "only of this kind", enum: append([]string{"all", "none"}, kinds...)}},
			answer: reflect.TypeFor[jsonPeers](), static: true},
		{path: "/api/figures/{name}.json", summary: "A cell or rate in words",
			params: []param{inPath("name", "name of a cell (table.row.column) or rate", "", "applications.received.total")},
			answer: reflect.TypeFor[jsonFigure](), static: true},
		{path: "/api/anomalies.json", summary: "Anomalies, the weightiest first, 50 a page, with counts of what each " +
			"filter would leave",
			params: filterParams(param{name: "page", in: "query", doc: "page, from 1", whole: true},
				param{name: "fold", in: "query", doc: "1: one line a body and year, the others folded under it", enum: []string{"1"}}),
			answer: reflect.TypeFor[jsonOddities]()},
		{path: "/api/anomalies/{id}.json", summary: "An anomaly with its evidence; text of a segment with a ref is " +
			"printed by that place", params: []param{inPath("id", "the anomaly", "", ""), keepParam},
			answer: reflect.TypeFor[jsonDetail](), static: true},
		{path: "/api/anomalies/{id}/brief.{lang}.{format}", summary: "An anomaly for an editor",
			params: []param{inPath("id", "the anomaly", "", ""),
				{name: "lang", in: "path", enum: []string{"en", "zh"}, required: true, example: "en"},
				{name: "format", in: "path", enum: []string{"html", "md"}, required: true, example: "html"}},
			media: "text/html", static: true},
		{path: "/api/brief.html", summary: "Anomalies for an editor, at most 200", params: filterParams(lang),
			media: "text/html"},
		{path: "/api/brief.md", summary: "The same as Markdown", params: filterParams(lang), media: "text/markdown"},
		{path: "/api/anomalies.csv", summary: "Anomalies as a table, at most 5,000", params: filterParams(lang),
			media: "text/csv"},
		{path: "/api/search.json",
			summary: "Authorities by name, reports by what stands in their prose, newest year first",
			answer:  reflect.TypeFor[jsonFound](),
			params: []param{
				{name: "q", in: "query", doc: "words, all of which must stand there; at least two characters",
					required: true, example: "公开"},
				{name: "region", in: "query", doc: "first two digits of GB/T 2260, 00 or none"},
				{name: "level", in: "query", doc: "level of the body", enum: append([]string{"none"}, levels...)},
				{name: "year", in: "query", doc: "report year", whole: true},
				{name: "after", in: "query", doc: "where an answer before said to go on"}}},
		{path: "/documents/{sha256}.html",
			summary: "An archived page, text or Office file made inert; the cell NAME of part P is the element " +
				"with the id P.NAME",
			params: []param{inPath("sha256", "the document", "^[0-9a-f]{64}$", "")},
			media:  "text/html", static: true},
		{path: "/documents/{sha256}-{page}.png",
			summary: "A page of an archived PDF or scan at 144 dots an inch: two pixels are a point",
			params:  []param{inPath("sha256", "the document", "^[0-9a-f]{64}$", ""), pageParam},
			media:   "image/png", static: true},
	}
}

// openAPI describes the API for machines (OpenAPI 3.0.3). The answers are described by the types that are written.
var openAPI = sync.OnceValues(func() ([]byte, error) {
	schemas, paths := map[string]any{}, map[string]any{}
	schemas["Error"] = map[string]any{"type": "object", "required": []string{"error"},
		"properties": map[string]any{"error": map[string]any{"type": "string"}}}
	refused := map[string]any{"description": "what is wrong with what was asked, or that there is none",
		"content": map[string]any{"application/json": map[string]any{"schema": map[string]any{"$ref": "#/components/schemas/Error"}}}}
	for _, e := range endpoints() {
		get := map[string]any{"summary": e.summary, "x-summary-zh": summariesZh[e.path], "x-static": e.static}
		media, schema := e.media, any(map[string]any{"type": "string"})
		if e.answer != nil {
			media, schema = "application/json", schemaOf(e.answer, schemas)
		}
		if media == "image/png" {
			schema = map[string]any{"type": "string", "format": "binary"}
		}
		content := map[string]any{media: map[string]any{"schema": schema}}
		if strings.Contains(e.path, "{format}") {
			content["text/markdown"] = content[media]
		}
		none := refused
		if strings.HasSuffix(e.path, ".html") && strings.HasPrefix(e.path, "/documents/") { // it is shown in a frame
			none = map[string]any{"description": "why there is none",
				"content": map[string]any{"text/html": map[string]any{"schema": map[string]any{"type": "string"}}}}
		}
		get["responses"] = map[string]any{"200": map[string]any{"description": e.summary, "content": content},
			"400": refused, "404": none}
		params := []any{}
		for _, p := range e.params {
			s := map[string]any{"type": "string"}
			if p.whole {
				s = map[string]any{"type": "integer", "minimum": 0}
			}
			if p.pattern != "" {
				s["pattern"] = p.pattern
			}
			if p.enum != nil {
				s["enum"] = p.enum
			}
			if p.many {
				s = map[string]any{"type": "array", "items": s}
			}
			x := map[string]any{"name": p.name, "in": p.in, "required": p.required, "schema": s, "description": p.doc,
				"x-description-zh": paramsZh[p.name]}
			if p.example != "" && !p.whole {
				x["example"] = p.example
			}
			params = append(params, x)
		}
		get["parameters"] = params
		paths[e.path] = map[string]any{"get": get}
	}
	return json.MarshalIndent(map[string]any{
		"openapi": "3.0.3",
		"info": map[string]any{"title": "gongkai explorer", "version": "1",
			"description": "Annual open-government-information reports of Chinese authorities (政府信息公开工作年度报告), " +
				"cell by cell, as gongkai read them. Numbers of cells are decimal strings, null where there is none: " +
				"null, blank and 0 are three things. x-static: also a file of a static site."},
		"paths":      paths,
		"components": map[string]any{"schemas": schemas},
	}, "", " ")
})

// schemaOf describes a type, and those that it is made of.
func schemaOf(t reflect.Type, named map[string]any) any {
	switch t.Kind() {
	case reflect.Pointer:
		inner := schemaOf(t.Elem(), named)
		if m, ok := inner.(map[string]any); ok && m["$ref"] != nil {
			return map[string]any{"nullable": true, "allOf": []any{inner}}
		}
		inner.(map[string]any)["nullable"] = true
		return inner
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem(), named)}
	case reflect.Array:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem(), named), "minItems": t.Len(),
			"maxItems": t.Len()}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem(), named)}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Struct:
		name := strings.ToUpper(t.Name()[:1]) + t.Name()[1:]
		name = strings.TrimPrefix(name, "Json")
		if _, ok := named[name]; !ok {
			named[name] = nil // while it is being made
			properties, required := map[string]any{}, []string{}
			fields(t, func(field string, optional bool, t reflect.Type) {
				properties[field] = schemaOf(t, named)
				if !optional {
					required = append(required, field)
				}
			})
			named[name] = map[string]any{"type": "object", "properties": properties, "required": required,
				"additionalProperties": false}
		}
		return map[string]any{"$ref": "#/components/schemas/" + name}
	}
	return map[string]any{"type": "integer"}
}

// fields hands over the fields of a struct as JSON has them, those of embedded ones too.
func fields(t reflect.Type, each func(name string, optional bool, t reflect.Type)) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous:
			fields(f.Type, each)
		case tag != "":
			each(tag, rest == "omitempty", f.Type)
		}
	}
}
