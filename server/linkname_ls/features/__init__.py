"""One module for each editor feature: byte offsets and plain data in, plain data out."""
