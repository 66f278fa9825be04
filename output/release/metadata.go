package release

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/gongkai/gongkai/output"
)

func hashOf(m map[string]string) string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	h := sha256.New()
	for _, k := range keys {
		fmt.Fprintln(h, k, m[k])
	}
	return hex.EncodeToString(h.Sum(nil))
}

type object = map[string]any

// paths are the files of a table in a format, in the order of their years.
func (m *maker) paths(prefix string) []string {
	var out []string
	for f := range m.now.Files {
		if strings.HasPrefix(f, prefix) {
			out = append(out, f)
		}
	}
	sort.Strings(out)
	return out
}

// dataPackage describes the CSV files as a Frictionless Data Package (specification 1.0): types, constraints, keys.
func (m *maker) dataPackage() any {
	var resources []any
	for _, t := range m.tables {
		paths := m.paths("csv/" + t.Name + "/")
		if len(paths) == 0 {
			continue
		}
		var fields []any
		for _, c := range csvColumns(t) {
			f := object{"name": c.Name, "description": c.Doc, "title": c.DocZh}
			constraints := object{}
			switch c.kind {
			case text:
				f["type"] = "string"
			case count:
				f["type"] = "integer"
			case measure, money:
				f["type"] = "number"
			case date:
				f["type"] = "date"
			case truth:
				f["type"] = "boolean"
			case list:
				f["type"] = "array"
			}
			// an empty text is a blank and no null, which a reader of CSV cannot always tell: texts are not required
			if !c.nullable && c.kind != text && c.kind != list {
				constraints["required"] = true
			}
			if c.Name == "document" || c.Name == "other_document" {
				constraints["pattern"] = "[0-9a-f]{64}"
				if !c.nullable {
					constraints["required"] = true
				}
			}
			if e := output.CodeWords(c.Codes); e != nil {
				constraints["enum"] = e
			}
			switch c.Name {
			case "confidence", "share", "p", "q":
				if c.kind == measure {
					constraints["minimum"], constraints["maximum"] = 0, 1
				}
			case "part", "page", "table_index", "grid_row", "grid_column", "position":
				constraints["minimum"] = 1
			}
			if len(constraints) > 0 {
				f["constraints"] = constraints
			}
			fields = append(fields, f)
		}
		schema := object{"fields": fields, "missingValues": []string{""}}
		of := slices.ContainsFunc(t.Columns, func(c output.ColumnDoc) bool { return c.Name == "document" })
		if of && t.Name != "documents" && t.Name != "anomalies" && t.Name != "corrections" && len(m.paths("csv/documents/")) > 0 {
			keys := []any{object{"fields": "document",
				"reference": object{"resource": "documents", "fields": "document"}}}
			// a finding, a section or a claim may be of a document of which no report was read
			if !has([]string{"reports", "findings", "sections", "claims"}, t.Name) && len(m.paths("csv/reports/")) > 0 {
				report := []string{"document", "part"}
				keys = append(keys, object{"fields": report,
					"reference": object{"resource": "reports", "fields": report}})
			}
			schema["foreignKeys"] = keys
		}
		var path any = paths
		if len(paths) == 1 {
			path = paths[0]
		}
		r := object{"name": t.Name, "path": path, "profile": "tabular-data-resource", "format": "csv",
			"mediatype": "text/csv", "encoding": "utf-8-sig", "title": t.DocZh, "description": t.Doc, "schema": schema,
			"dialect": object{"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": "\"", "doubleQuote": true}}
		if strings.HasSuffix(paths[0], ".gz") {
			r["compression"] = "gz"
		}
		resources = append(resources, r)
	}
	cite := &m.opts.Cite
	out := object{
		"profile": "tabular-data-package", "name": "gongkai", "id": m.contentHash(), "version": m.now.Version,
		"title": cite.title(),
		"description": "Each value as printed, with its place in the source and a verdict; made by gongkai " +
			m.opts.Program,
		"keywords":  keywords,
		"resources": resources,
	}
	var people []object
	for _, n := range cite.names() {
		people = append(people, object{"title": n.whole(), "role": "author"})
	}
	out["contributors"] = people
	if cite.License != "" {
		out["licenses"] = []object{{"name": cite.License, "path": cite.licenseURL()}}
	}
	if a := cite.address(); a != "" {
		out["homepage"] = a
	}
	return out
}

// croissant describes the Parquet files as Croissant 1.0 (mlcommons.org/croissant/1.0).
func (m *maker) croissant(sum *Summary, day string) any {
	dist := []any{}
	var sets []any
	cite := &m.opts.Cite
	for _, t := range m.tables {
		paths := m.paths("parquet/" + t.Name + "/")
		var parts []any
		for _, p := range paths {
			e := m.now.Files[p]
			dist = append(dist, object{"@type": "cr:FileObject", "@id": p, "name": p, "contentUrl": p,
				"encodingFormat": "application/x-parquet", "sha256": e.SHA256,
				"contentSize": fmt.Sprintf("%d B", e.Bytes)})
			parts = append(parts, object{"@id": p})
		}
		dist = append(dist, object{"@type": "cr:FileSet", "@id": t.Name + "-files", "name": t.Name + "-files",
			"containedIn": parts, "encodingFormat": "application/x-parquet",
			"includes": "parquet/" + t.Name + "/*/*.parquet"})
		var fields []any
		for _, c := range columnsOf(t)[1:] {
			if c.kind == list && strings.Contains(c.Type, "struct") {
				continue // nested: read them from the files
			}
			f := object{"@type": "cr:Field", "@id": t.Name + "/" + c.Name, "name": c.Name, "description": c.Doc,
				"dataType": map[kind]string{text: "sc:Text", count: "sc:Integer", measure: "sc:Float",
					money: "sc:Float", date: "sc:Date", truth: "sc:Boolean", list: "sc:Text"}[c.kind],
				"source": object{"fileSet": object{"@id": t.Name + "-files"}, "extract": object{"column": c.Name}}}
			if c.kind == list {
				f["repeated"] = true
			}
			fields = append(fields, f)
		}
		sets = append(sets, object{"@type": "cr:RecordSet", "@id": t.Name, "name": t.Name, "description": t.Doc,
			"field": fields})
	}
	out := object{
		"@context": object{"@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/",
			"cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/",
			"dct":    "http://purl.org/dc/terms/",
			"citeAs": "cr:citeAs", "column": "cr:column", "conformsTo": "dct:conformsTo",
			"data": object{"@id": "cr:data",
				"@type": "@json"}, "dataType": object{"@id": "cr:dataType", "@type": "@vocab"},
			"examples": object{"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract", "field": "cr:field",
			"fileProperty": "cr:fileProperty", "fileObject": "cr:fileObject", "fileSet": "cr:fileSet",
			"format":   "cr:format",
			"includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key",
			"md5": "cr:md5", "equivalentProperty": "cr:equivalentProperty", "samplingRate": "cr:samplingRate",
			"parentField": "cr:parentField", "path": "cr:path", "recordSet": "cr:recordSet",
			"references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace",
			"separator": "cr:separator", "source": "cr:source", "subField": "cr:subField", "transform": "cr:transform"},
		"@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/1.0", "name": "gongkai",
		"alternateName": cite.title(), "version": m.now.Version, "keywords": keywords, "inLanguage": "zh",
		"citeAs": cite.bibtex(sum.Version, day),
		"description": "Annual open-government-information reports of Chinese authorities (政府信息公开工作年度报告): each value " +
			"as printed, with its place in the source and a verdict.",
		"distribution": dist, "recordSet": sets,
	}
	var people []object
	for _, n := range cite.names() {
		person := object{"@type": "sc:Organization", "name": n.family}
		if n.given != "" {
			person = object{"@type": "sc:Person", "name": n.given + " " + n.family}
		}
		people = append(people, person)
	}
	out["creator"] = people
	out["publisher"] = people[0]
	for k, v := range map[string]string{"license": cite.licenseURL(), "url": cite.address(), "datePublished": day,
		"identifier": cite.DOI} {
		if v != "" {
			out[k] = v
		}
	}
	return out
}
