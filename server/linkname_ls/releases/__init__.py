"""What the releases of Go say of the symbols of the standard library, shipped with the package."""
