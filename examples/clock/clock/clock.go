// Package clock tells the time. It has no clock of its own: package engine has.
package clock

import (
	_ "example.com/clock/engine" // what is linked must be part of the program
	_ "unsafe"                   // for go:linkname
)

// Now returns the time on the engine's clock.
func Now() int { return now() }

// now has no body here: package engine pushes one.
//
//go:linkname now
func now() int

// Tick advances the engine's clock and returns the new time.
func Tick() int { return tick() }

// tick is pulled from package engine, where it is not exported.
//
//go:linkname tick example.com/clock/engine.advance
func tick() int
