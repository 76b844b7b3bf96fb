"""The pygls server. Only this package knows LSP, and it knows nothing of Go."""
