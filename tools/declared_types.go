// Command declared_types prints the functions, methods and variables that Go files declare, as link symbols with their
// types, as go/parser and go/printer see them.
//
// It reads lines of "IMPORT-PATH<tab>FILE" from its standard input and prints lines of
// "SYMBOL<tab>IMPORT-PATH<tab>KIND<tab>TYPE": KIND is func, method, var, or bodyless for a function without a body;
// TYPE is empty where none is written. What a generic type or function declares is left out: it has no symbol of its own.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"strings"
)

// file is one Go file, and the import path of its package.
type file struct {
	path string
	ast  *ast.File
}

func main() {
	fset := token.NewFileSet()
	var files []file
	// By package: the targets of directives by local name, and the types that are generic.
	targets, generic := map[string]map[string]string{}, map[string]map[string]bool{}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		path, name, _ := strings.Cut(lines.Text(), "\t")
		parsed, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		files = append(files, file{path, parsed})
		if targets[path] == nil {
			targets[path], generic[path] = map[string]string{}, map[string]bool{}
		}
		for _, group := range parsed.Comments {
			for _, comment := range group.List {
				words := strings.Fields(comment.Text)
				if len(words) == 3 && (words[0] == "//go:linkname" || words[0] == "//go:linknamestd") {
					targets[path][words[1]] = words[2]
				}
			}
		}
		for _, decl := range parsed.Decls {
			if decl, ok := decl.(*ast.GenDecl); ok && decl.Tok == token.TYPE {
				for _, spec := range decl.Specs {
					if spec := spec.(*ast.TypeSpec); spec.TypeParams != nil {
						generic[path][spec.Name.Name] = true
					}
				}
			}
		}
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, one := range files {
		symbol := func(name string) string {
			if target := targets[one.path][name]; target != "" {
				return target
			}
			return prefix(one.path) + "." + name
		}
		for _, decl := range one.ast.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Type.TypeParams != nil || decl.Name.Name == "_" || (decl.Recv == nil && decl.Name.Name == "init") {
					continue
				}
				name, kind := symbol(decl.Name.Name), "func"
				if decl.Recv != nil {
					receiver, kindOf := decl.Recv.List[0].Type, "%s.%s.%s"
					if star, ok := receiver.(*ast.StarExpr); ok {
						receiver, kindOf = star.X, "%s.(*%s).%s"
					}
					ident, ok := receiver.(*ast.Ident)
					if !ok || generic[one.path][ident.Name] {
						continue
					}
					name, kind = fmt.Sprintf(kindOf, prefix(one.path), ident.Name, decl.Name.Name), "method"
				}
				if decl.Body == nil {
					kind = "bodyless"
				}
				fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", name, one.path, kind, function(fset, decl))
			case *ast.GenDecl:
				if decl.Tok != token.VAR {
					continue
				}
				for _, spec := range decl.Specs {
					spec := spec.(*ast.ValueSpec)
					for _, ident := range spec.Names {
						if ident.Name != "_" {
							fmt.Fprintf(out, "%s\t%s\tvar\t%s\n", symbol(ident.Name), one.path, text(fset, spec.Type))
						}
					}
				}
			}
		}
	}
}

// prefix returns an import path as symbols spell it: without dots behind its last slash.
func prefix(path string) string {
	slash := strings.LastIndex(path, "/") + 1
	return path[:slash] + strings.ReplaceAll(path[slash:], ".", "%2e")
}

// function returns the type of a function without the names of its parameters; a receiver is the first of them.
func function(fset *token.FileSet, decl *ast.FuncDecl) string {
	parameters := types(fset, decl.Type.Params)
	if decl.Recv != nil {
		parameters = append(types(fset, decl.Recv), parameters...)
	}
	results := types(fset, decl.Type.Results)
	result := ""
	if len(results) == 1 {
		result = " " + results[0]
	} else if len(results) > 1 {
		result = " (" + strings.Join(results, ", ") + ")"
	}
	return "func(" + strings.Join(parameters, ", ") + ")" + result
}

func types(fset *token.FileSet, fields *ast.FieldList) []string {
	var found []string
	if fields != nil {
		for _, field := range fields.List {
			for at := 0; at == 0 || at < len(field.Names); at++ {
				found = append(found, text(fset, field.Type))
			}
		}
	}
	return found
}

// text returns a type as gofmt prints it, on one line; empty for none.
func text(fset *token.FileSet, kind ast.Expr) string {
	if kind == nil {
		return ""
	}
	ast.Inspect(kind, func(node ast.Node) bool {
		if field, ok := node.(*ast.Field); ok {
			field.Doc, field.Comment = nil, nil
		}
		return true
	})
	var buffer bytes.Buffer
	if err := printer.Fprint(&buffer, fset, kind); err != nil {
		panic(err)
	}
	return strings.Join(strings.Fields(buffer.String()), " ")
}
