"""Companion mode: ``linkname-ls --with gopls`` is, to the editor, one server made of two.

A process of its own, between the editor and both servers, so that neither waits while the other works. It starts in a
blink: nothing here imports pygls, lsprotocol or tree-sitter.
"""
