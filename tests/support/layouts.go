// Command layouts prints how go/types lays out the package-level types of packages, one a line:
// path.Name size align offset:size:kind ... GOARCH says for which architecture.
package main

import (
	"fmt"
	"go/build"
	"go/importer"
	"go/token"
	"go/types"
	"log"
	"os"
	"strings"
)

func main() {
	build.Default.CgoEnabled = false
	sizes := types.SizesFor("gc", build.Default.GOARCH)
	load := importer.ForCompiler(token.NewFileSet(), "source", nil)
	for _, path := range os.Args[1:] {
		pkg, err := load.Import(path)
		if err != nil {
			log.Fatal(err)
		}
		for _, name := range pkg.Scope().Names() {
			named, ok := pkg.Scope().Lookup(name).(*types.TypeName)
			if !ok || named.IsAlias() || named.Type().(*types.Named).TypeParams().Len() > 0 {
				continue
			}
			if constraint, ok := named.Type().Underlying().(*types.Interface); ok && !constraint.IsMethodSet() {
				continue
			}
			var parts []string
			flatten(sizes, named.Type(), 0, &parts)
			fmt.Println(path+"."+name, sizes.Sizeof(named.Type()), sizes.Alignof(named.Type()), strings.Join(parts, " "))
		}
	}
}

func flatten(sizes types.Sizes, kind types.Type, at int64, parts *[]string) {
	word := sizes.Sizeof(types.Typ[types.Uintptr])
	add := func(size int64, kind string) {
		*parts = append(*parts, fmt.Sprintf("%d:%d:%s", at, size, kind))
		at += size
	}
	switch kind := kind.Underlying().(type) {
	case *types.Basic:
		size := sizes.Sizeof(kind)
		switch {
		case kind.Info()&types.IsString != 0:
			add(word, "whole")
			add(word, "whole")
		case kind.Info()&types.IsComplex != 0:
			add(size/2, "float")
			add(size/2, "float")
		case kind.Info()&types.IsFloat != 0:
			add(size, "float")
		default:
			add(size, "whole")
		}
	case *types.Slice:
		add(word, "whole")
		add(word, "whole")
		add(word, "whole")
	case *types.Interface:
		if kind.NumMethods() > 0 {
			add(word, "methods")
		} else {
			add(word, "type")
		}
		add(word, "whole")
	case *types.Array:
		for i := int64(0); i < kind.Len(); i++ {
			flatten(sizes, kind.Elem(), at+i*sizes.Sizeof(kind.Elem()), parts)
		}
	case *types.Struct:
		var fields []*types.Var
		for field := range kind.Fields() {
			fields = append(fields, field)
		}
		for i, offset := range sizes.Offsetsof(fields) {
			flatten(sizes, fields[i].Type(), at+offset, parts)
		}
	default:
		add(word, "whole")
	}
}
