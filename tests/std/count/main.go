// Count counts the //go:linkname directives below a folder with Go's own scanner: comments whose text begins with
// the directive's word and a space, alone on their line, with one or two arguments. It walks as the go command does.
package main

import (
	"bytes"
	"fmt"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	total := 0
	err := filepath.WalkDir(os.Args[1], func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		hidden := strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")
		if entry.IsDir() {
			if path != os.Args[1] && (hidden || name == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if hidden || !strings.HasSuffix(name, ".go") {
			return nil
		}
		total += count(path)
		return nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(total)
}

func count(path string) int {
	text, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(text, []byte("go:linkname")) {
		return 0
	}
	files := token.NewFileSet()
	file := files.AddFile(path, files.Base(), len(text))
	var s scanner.Scanner
	s.Init(file, text, nil, scanner.ScanComments)
	found := 0
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return found
		}
		if tok != token.COMMENT {
			continue
		}
		if !strings.HasPrefix(lit, "//go:linkname ") && !strings.HasPrefix(lit, "//go:linknamestd ") {
			continue
		}
		offset := file.Offset(pos)
		line := text[bytes.LastIndexByte(text[:offset], '\n')+1 : offset]
		if fields := len(strings.Fields(lit)); len(bytes.TrimSpace(line)) == 0 && (fields == 2 || fields == 3) {
			found++
		}
	}
}
