"""The linker's symbol table in the editor: a language server for Go's ``//go:linkname`` directives."""

__version__ = "0.1.0"

ISSUES_URL = "https://github.com/linkname-ls/linkname-ls/issues"
"""Where faults are reported."""
