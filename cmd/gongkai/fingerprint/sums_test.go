package fingerprint

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write sums.go anew")

const module = "github.com/gongkai/gongkai/"

// A listed is a package as go list tells of it.
type listed struct {
	Dir, ImportPath                     string
	GoFiles, IgnoredGoFiles, EmbedFiles []string
	Imports                             []string
	Standard                            bool
	Module                              *struct{ Path, Version string }
}

// TestSums: sums.go is what the sources give.
func TestSums(t *testing.T) {
	want, err := makeSums()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("sums.go", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile("sums.go")
	if err != nil || !bytes.Equal(have, want) {
		t.Errorf("sums.go is not up to date: go generate ./cmd/gongkai/fingerprint (%v)", err)
	}
}

// TestReaders: what one reader alone reaches is none of the others'.
func TestReaders(t *testing.T) {
	for reader, not := range map[string][]string{
		"html": {"extract/pdf", "extract/ofd", "extract/scan", "extract/layout", "extract/office"},
		"text": {"extract/pdf", "extract/ofd", "extract/scan", "extract/layout", "extract/office"},
		"pdf":  {"extract/ofd", "extract/office", "extract/style"},
	} {
		for _, u := range not {
			if slices.Contains(reach[reader], u) {
				t.Errorf("a change in %s makes what the reader of %s read void", u, reader)
			}
		}
	}
	for reader, must := range map[string][]string{
		"html": {"extract (html)", "extract/style", "normalize", "normalize/form", "normalize/words", "output/reading",
			"cmd/gongkai/child"},
		"pdf":    {"extract/pdf", "extract/layout", "extract/scan", "normalize"},
		"ofd":    {"extract/ofd", "extract/pdf", "extract/layout"},
		"office": {"extract/office"},
		"any":    {"extract/ofd", "extract/pdf", "extract/office", "extract/scan", "extract/style"},
		"page":   {"extract/scan", "extract/layout", "golang.org/x/image"},
		"writer": {"output", "output/panel", "normalize", "cmd/gongkai", "normalize/places", "normalize/reuse"},
	} {
		for _, u := range must {
			if !slices.Contains(reach[reader], u) {
				t.Errorf("a change in %s is none for %s", u, reader)
			}
		}
	}
	for _, units := range reach {
		for _, u := range units {
			if sums[u] == "" {
				t.Errorf("%s has no sum", u)
			}
		}
	}
	m := With("", "")
	if m.Reader([]string{"application/pdf"}, Part{}) == m.Reader([]string{"text/html"}, Part{}) ||
		m.Reader([]string{"text/html"}, Part{}) == m.Reader([]string{"text/html"}, Part{Pictures: true}) {
		t.Error("other readers have one name")
	}
}

// TestParts: what had no part in a reading is no part of its name, and what it was built for is; of an engine that cannot
// be told there is no name.
func TestParts(t *testing.T) {
	if b := build(); !strings.Contains(b, runtime.GOARCH) || runtime.GOARCH == "amd64" && !strings.Contains(b, "GOAMD64=") {
		t.Errorf("built for %q", b)
	}
	lost := Named(func() (string, error) { return "", errors.New("lost") }, func() (string, error) { return "", errors.New("lost") })
	for _, media := range [][]string{{"text/html"}, {"application/pdf"}, {"application/msword"}, {"image/png"}} {
		for _, part := range []Part{{}, {Pictures: true}, {OCR: true}, {Office: true}, {OCR: true, Office: true}} {
			is := With("an office", "an engine").Reader(media, part)
			if same := With("another", "an engine").Reader(media, part) == is; same == part.Office {
				t.Errorf("%s %+v: with another LibreOffice the same: %v", media, part, same)
			}
			if same := With("an office", "").Reader(media, part) == is; same == part.OCR {
				t.Errorf("%s %+v: without an engine the same: %v", media, part, same)
			}
			if (lost.Reader(media, part) == "") != (part.OCR || part.Office) {
				t.Errorf("%s %+v: of what cannot be told the name is %q", media, part, lost.Reader(media, part))
			}
		}
	}
	if a := With("", "an engine").Pages(); a == "" || a == With("", "another").Pages() || With("", "").Pages() != "" || lost.Pages() != "" {
		t.Error("pages of other engines have one name")
	}
}

// entries are the functions of extract by which each reader begins; ReadContext, which calls all, is followed to no one.
var entries = map[string][]string{
	"html": {"readHTML", "readMarkdown"}, "text": {"readText"}, "pdf": {"readPDF"}, "ofd": {"readOFD"},
	"office": {"readOffice"}, "picture": {"readPicture"},
	"mht": {"readMHT"}, "any": nil, // all of them
}

// carriers only carry what others make and use: the packages that they name say nothing of who reaches these. What attached
// takes out of a file is read under keys of its own.
var carriers = map[string]bool{"options": true, "WithOCR": true, "WithPDFium": true, "Reading": true, ".attached": true}

// makeSums gives sums.go.
func makeSums() ([]byte, error) {
	out, err := exec.Command("go", "list", "-deps", "-json=Dir,ImportPath,GoFiles,IgnoredGoFiles,EmbedFiles,Imports,Standard,Module",
		module+"cmd/gongkai").Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	pkgs := map[string]*listed{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := &listed{}
		if err := dec.Decode(p); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
		pkgs[p.ImportPath] = p
	}
	sums, closures := map[string]string{}, map[string][]string{}
	x, err := parseExtract(pkgs[module+"extract"].Dir)
	if err != nil {
		return nil, err
	}
	// of what all readers need
	common := []string{"cmd/gongkai/child", "cmd/gongkai/fingerprint"} // themselves, not what they import
	roots := []string{"normalize", "normalize/words", "normalize/reuse", "output/reading"}
	shared := map[string]bool{}
	x.follow(shared, "ReadContext", "MediaType", "IsArchive", "Members", "init")
	var all []string
	for _, r := range slices.Sorted(maps.Keys(entries)) {
		all = append(all, entries[r]...)
	}
	for _, reader := range append(slices.Sorted(maps.Keys(entries)), "page", "writer") {
		decls := map[string]bool{}
		units := map[string]bool{}
		var from []string
		switch reader {
		case "page": // what is on one, once it is a picture
			from = []string{"extract/scan"}
		case "writer":
			units["cmd/gongkai"], units["cmd/gongkai/fingerprint"] = true, true
			from = []string{"output", "output/anomalies", "output/reading", "corpus"}
		default:
			maps.Copy(decls, shared)
			for _, c := range common {
				units[c] = true
			}
			from = roots
			begin := entries[reader]
			if reader == "any" {
				begin = all
			}
			x.follow(decls, begin...)
		}
		seen := map[string]bool{}
		for {
			before := len(decls) + len(seen)
			for _, p := range from {
				reachPackages(pkgs, module+p, seen)
			}
			for d := range decls {
				for _, p := range x.packages(d) {
					reachPackages(pkgs, p, seen)
				}
			}
			for p := range seen { // what they use of extract
				if own, ok := strings.CutPrefix(p, module); ok {
					names, err := usesOfExtract(pkgs[p])
					if err != nil {
						return nil, fmt.Errorf("%s: %w", own, err)
					}
					x.follow(decls, names...)
				}
			}
			if len(decls)+len(seen) == before {
				break
			}
		}
		for p := range seen {
			q := pkgs[p]
			if own, ok := strings.CutPrefix(p, module); ok {
				units[own] = true
			} else if q.Module != nil {
				units[q.Module.Path] = true
				sums[q.Module.Path] = q.Module.Version
			}
		}
		name := "extract (" + reader + ")"
		units[name] = true
		sums[name] = x.sum(decls)
		closures[reader] = slices.Sorted(maps.Keys(units))
		for u := range units {
			if p := pkgs[module+u]; p != nil && sums[u] == "" {
				if sums[u], err = sumOf(p); err != nil {
					return nil, err
				}
			}
		}
	}
	return writeSums(sums, closures)
}

func writeSums(sums map[string]string, closures map[string][]string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("package fingerprint\n\n// Made of the sources by go generate: see the comment of the package.\n\n")
	b.WriteString("// sums are hashes of packages of ours, of what a reader reaches in extract, and versions of modules.\n")
	b.WriteString("var sums = map[string]string{\n")
	for _, k := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(&b, "%q: %q,\n", k, sums[k])
	}
	b.WriteString("}\n\n// reach is what each reader, and the writer, can reach.\nvar reach = map[string][]string{\n")
	for _, k := range slices.Sorted(maps.Keys(closures)) {
		fmt.Fprintf(&b, "%q: {\n", k)
		for _, u := range closures[k] {
			fmt.Fprintf(&b, "%q,\n", u)
		}
		b.WriteString("},\n")
	}
	b.WriteString("}\n")
	return format.Source(b.Bytes())
}

// reachPackages adds a package and what it imports; extract is followed by its declarations.
func reachPackages(pkgs map[string]*listed, path string, seen map[string]bool) {
	p := pkgs[path]
	if p == nil || p.Standard || seen[path] || path == module+"extract" {
		return
	}
	seen[path] = true
	for _, q := range p.Imports {
		reachPackages(pkgs, q, seen)
	}
}

// sumOf is the hash of a package: of its sources, whatever system they are for, and of the data in it.
func sumOf(p *listed) (string, error) {
	var b bytes.Buffer
	files := slices.Concat(p.GoFiles, p.IgnoredGoFiles, p.EmbedFiles)
	files = slices.DeleteFunc(files, func(f string) bool { return strings.HasPrefix(f, "notices/") }) // see form.Forms.Print
	slices.Sort(files)
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") || f == "sums.go" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(p.Dir, f))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%s %d\n", filepath.ToSlash(f), len(text))
		b.Write(text)
	}
	return sum(b.Bytes()), nil
}

// usesOfExtract are the names of extract that a package writes.
func usesOfExtract(p *listed) (names []string, err error) {
	if !slices.Contains(p.Imports, module+"extract") {
		return nil, nil
	}
	for _, f := range p.GoFiles {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, f), nil, 0)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.IsExported() {
				names = append(names, s.Sel.Name, "."+s.Sel.Name) // of whatever: too much does no harm
			}
			return true
		})
	}
	return names, nil
}

// A decl is a declaration of package extract.
type decl struct {
	source   string
	names    map[string]bool // that stand in it
	packages []string        // that it names
}

// An extractPackage is package extract by what it declares: functions, types and the like by their names, methods by
// ".name", whatever their type.
type extractPackage struct {
	decls map[string][]*decl
	open  map[string][]string // the exported methods of a type, which others may call without their names
}

func parseExtract(dir string) (*extractPackage, error) {
	x := &extractPackage{map[string][]*decl{}, map[string][]string{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, f, text, 0)
		if err != nil {
			return nil, err
		}
		imports, blank := map[string]string{}, []string{}
		for _, i := range file.Imports {
			path := strings.Trim(i.Path.Value, `"`)
			switch {
			case i.Name == nil:
				imports[filepath.Base(path)] = path
			case i.Name.Name == "_":
				blank = append(blank, path)
			default:
				imports[i.Name.Name] = path
			}
		}
		add := func(name string, n ast.Node) {
			d := &decl{source: string(text[set.Position(n.Pos()).Offset:set.Position(n.End()).Offset]), names: map[string]bool{},
				packages: slices.Clone(blank)}
			ast.Inspect(n, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					d.names["."+s.Sel.Name] = true
				}
				if id, ok := n.(*ast.Ident); ok {
					d.names[id.Name] = true
					if p := imports[id.Name]; p != "" {
						d.packages = append(d.packages, p)
					}
				}
				return true
			})
			x.decls[name] = append(x.decls[name], d)
		}
		for _, n := range file.Decls {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil {
					add(n.Name.Name, n)
					continue
				}
				add("."+n.Name.Name, n)
				if n.Name.IsExported() {
					of := n.Recv.List[0].Type
					if p, ok := of.(*ast.StarExpr); ok {
						of = p.X
					}
					x.open[of.(*ast.Ident).Name] = append(x.open[of.(*ast.Ident).Name], "."+n.Name.Name)
				}
			case *ast.GenDecl:
				for _, s := range n.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						add(s.Name.Name, s)
					case *ast.ValueSpec:
						// a group of constants may count: the whole of it is the declaration of each
						whole := ast.Node(s)
						if n.Tok == token.CONST {
							whole = n
						}
						for _, id := range s.Names {
							add(id.Name, whole)
						}
					}
				}
			}
		}
	}
	return x, nil
}

// follow adds what declarations reach. It does not follow ReadContext to the readers, nor a document to the reader of
// the pictures in it: a reading says by itself whether that one was asked.
func (x *extractPackage) follow(seen map[string]bool, names ...string) {
	cut := map[string]bool{"readPicture": true}
	for _, list := range entries {
		for _, e := range list {
			cut[e] = true
		}
	}
	var walk func(name string)
	walk = func(name string) {
		if seen[name] || x.decls[name] == nil {
			return
		}
		seen[name] = true
		for _, d := range x.decls[name] {
			for n := range d.names {
				if cut[n] && (name == "ReadContext" || name == ".readPictures") {
					continue
				}
				walk(n)
			}
		}
		for _, n := range x.open[name] {
			walk(n)
		}
	}
	for _, n := range names {
		walk(n)
	}
}

func (x *extractPackage) packages(name string) (out []string) {
	if carriers[name] {
		return nil
	}
	for _, d := range x.decls[name] {
		out = append(out, d.packages...)
	}
	return out
}

func (x *extractPackage) sum(names map[string]bool) string {
	var b bytes.Buffer
	for _, n := range slices.Sorted(maps.Keys(names)) {
		for _, d := range x.decls[n] {
			fmt.Fprintf(&b, "%s\n%s\n", n, d.source)
		}
	}
	return sum(b.Bytes())
}
