// Survey tells what Go's own parser and type checker make of packages.
//
//	go run survey.go outline FOLDER...
//	go run survey.go scopes FOLDER...
//
// One tab-separated line for each fact, behind a line that names the file.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"strings"
)

var (
	out  = bufio.NewWriter(os.Stdout)
	fset = token.NewFileSet()
)

func main() {
	defer out.Flush()
	for _, folder := range os.Args[2:] {
		switch os.Args[1] {
		case "outline":
			outline(folder)
		case "scopes":
			scopes(folder)
		}
	}
}

func parse(name string) *ast.File {
	file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
	if err != nil {
		panic(err)
	}
	return file
}

// outline prints kind, name, receiver (or import path), line, column, and whether the receiver is a pointer and the
// declaration has a body or value.
func outline(folder string) {
	names, _ := filepath.Glob(filepath.Join(folder, "*.go"))
	for _, name := range names {
		file := parse(name)
		fmt.Fprintf(out, "file\t%s\t%s\n", name, file.Name.Name)
		for _, spec := range file.Imports {
			alias := ""
			if spec.Name != nil {
				alias = spec.Name.Name
			}
			put("import", alias, spec.Pos(), strings.Trim(spec.Path.Value, "\"`"), false, false)
		}
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				kind, receiver, pointer := "func", "", false
				if decl.Recv != nil {
					kind = "method"
					receiver, pointer = receiverOf(decl.Recv.List[0].Type)
				}
				put(kind, decl.Name.Name, decl.Name.Pos(), receiver, pointer, decl.Body != nil)
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					switch spec := spec.(type) {
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							put(decl.Tok.String(), name.Name, name.Pos(), "", false, len(spec.Values) > 0)
						}
					case *ast.TypeSpec:
						put("type", spec.Name.Name, spec.Name.Pos(), "", false, false)
					}
				}
			}
		}
	}
}

func put(kind, name string, pos token.Pos, receiver string, pointer, filled bool) {
	place := fset.PositionFor(pos, false)
	fmt.Fprintf(out, "%s\t%s\t%s\t%d\t%d\t%t\t%t\n", kind, name, receiver, place.Line, place.Column, pointer, filled)
}

func receiverOf(expr ast.Expr) (name string, pointer bool) {
	expr = ast.Unparen(expr)
	if star, ok := expr.(*ast.StarExpr); ok {
		expr, pointer = ast.Unparen(star.X), true
	}
	switch index := expr.(type) {
	case *ast.IndexExpr:
		expr = index.X
	case *ast.IndexListExpr:
		expr = index.X
	}
	return expr.(*ast.Ident).Name, pointer
}

// scopes prints the byte offset and name of every identifier, and what it is: "outer" for what comes from the package,
// the file's imports or the universe, "local", "field", "label", or "unknown" where only another package could tell.
func scopes(folder string) {
	listed, err := build.ImportDir(folder, 0)
	if err != nil {
		panic(err)
	}
	var files []*ast.File
	for _, name := range listed.GoFiles {
		files = append(files, parse(filepath.Join(folder, name)))
	}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: empty{}, Error: func(error) {}}
	pkg, _ := config.Check(listed.Name, fset, files, info)
	for _, file := range files {
		fmt.Fprintf(out, "file\t%s\n", fset.File(file.Pos()).Name())
		ast.Inspect(file, func(node ast.Node) bool {
			if ident, ok := node.(*ast.Ident); ok {
				object := info.Uses[ident]
				if object == nil {
					object = info.Defs[ident]
				}
				fmt.Fprintf(out, "%d\t%s\t%s\n", fset.PositionFor(ident.Pos(), false).Offset, ident.Name, place(pkg, object))
			}
			return true
		})
	}
}

func place(pkg *types.Package, object types.Object) string {
	switch object := object.(type) {
	case nil:
		return "unknown"
	case *types.Label:
		return "label"
	case *types.PkgName:
		return "outer"
	case *types.Var:
		if object.IsField() {
			return "field"
		}
	}
	if object.Parent() == pkg.Scope() || object.Parent() == types.Universe {
		return "outer"
	}
	return "local"
}

// empty makes every import a package without anything in it, so that no package but the one asked for is read.
type empty struct{}

func (empty) Import(name string) (*types.Package, error) {
	if name == "unsafe" {
		return types.Unsafe, nil
	}
	pkg := types.NewPackage(name, path.Base(name))
	pkg.MarkComplete()
	return pkg, nil
}
