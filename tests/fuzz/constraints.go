// Says what go/build/constraint makes of expressions: one line of hexadecimal digits each on standard input, one line
// with the values for three sets of tags, or "error", on standard output.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"go/build/constraint"
	"os"
)

func main() {
	sets := []map[string]bool{{}, {"a": true, "linux": true}, {"b": true, "c": true, "go1.21": true}}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		text, _ := hex.DecodeString(lines.Text())
		expr, err := constraint.Parse("//go:build " + string(text))
		if err != nil {
			fmt.Println("error")
			continue
		}
		for _, set := range sets {
			fmt.Print(expr.Eval(func(tag string) bool { return set[tag] }), " ")
		}
		fmt.Println(expr)
	}
}
