"""One file at a time: positions, comments, directives, Go syntax, assembly. Bytes in, plain facts out."""
