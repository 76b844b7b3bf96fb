// Clock prints what two linknames make of one counter.
package main

import (
	"fmt"

	"example.com/clock/clock"
)

func main() {
	fmt.Println("now: ", clock.Now())
	fmt.Println("tick:", clock.Tick())
}
