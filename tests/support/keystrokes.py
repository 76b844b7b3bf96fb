"""What people do to a text in an editor, at random, as the protocol tells it; the text is kept here by other means."""

from __future__ import annotations

import random
from collections.abc import Sequence

from lsprotocol import types

from linkname_ls.source.positions import Encoding

_TYPED = (
    *(
        "x",
        " ",
        "\n",
        "é",
        "世",
        "𝒳",
        "\t",
        '"',
        "`",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "/",
        "*",
        ".",
        "runtime.f",
        "if x {\n",
    ),
    *(
        "//go:linkname f runtime.f\n",
        "// note\n",
        "/*",
        "*/",
        "func f()\n",
        "func g() { f() }\n",
        "return\n",
        "\r\n",
        "}\n",
    ),
    *(
        "var a, b = 1, 2\n",
        "\u2028",
        "\f",
        "//go:build linux\n",
        'import _ "unsafe"\n',
        "type T struct{ x int }\n",
        "𝒳 := 世()\n",
    ),
)


class Keystrokes:
    """A text that is being edited. A line ends at ``\\n``, as for the server."""

    def __init__(self, text: str, encoding: Encoding, seed: int) -> None:
        self.text = text
        self._encoding = encoding
        self._chance = random.Random(seed)
        self._undo: list[tuple[int, int, str]] = []

    def edit(self) -> Sequence[types.TextDocumentContentChangePartial]:
        """Change the text in one way; returns what the editor tells of it, one change behind the other."""
        chance = self._chance.random()
        at = self._place()
        if chance < 0.15 and self._undo:
            start, end, old = self._undo.pop()
            return [self._replace(start, end, old, undo=False)]
        if chance < 0.45:  # typed letter by letter
            word = self._chance.choice(_TYPED)
            return [self._replace(at + typed, at + typed, letter) for typed, letter in enumerate(word)]
        if chance < 0.65:
            return [self._replace(at, self._near(at, 12), "")]
        if chance < 0.75:
            return [self._replace(at, self._near(at, 400), "")]
        if chance < 0.9:  # pasted, over what is marked
            start = self._place()
            pasted = self.text[start : self._near(start, 300)]
            return [self._replace(at, self._near(at, 30), pasted)]
        here = self._chance.choice(_TYPED)
        return [self._replace(at, self._near(at, 3), here), self._replace(at, at, self._chance.choice(_TYPED))]

    def position(self, at: int) -> types.Position:
        """Return the position of an index into the text."""
        start = self.text.rfind("\n", 0, at) + 1
        line, before = self.text.count("\n", 0, at), self.text[start:at]
        if self._encoding == "utf-8":
            return types.Position(line, len(before.encode()))
        return types.Position(line, len(before) if self._encoding == "utf-32" else len(before.encode("utf-16-le")) // 2)

    def somewhere(self) -> types.Position:
        """Return the position of a random place."""
        return self.position(self._place())

    def _place(self) -> int:
        """Return a place to edit, most often near a directive; never inside of a CRLF, where no cursor can be."""
        at = self._chance.randint(0, len(self.text))
        if self._chance.random() < 0.5:
            found = self.text.find("//go:", at)
            at = found + self._chance.randint(0, 40) if found >= 0 else at
        return self._outside(min(at, len(self.text)))

    def _near(self, at: int, most: int) -> int:
        return self._outside(min(len(self.text), at + self._chance.randint(0, most)))

    def _outside(self, at: int) -> int:
        return at + 1 if self.text[at - 1 : at + 1] == "\r\n" else at

    def _replace(self, start: int, end: int, new: str, *, undo: bool = True) -> types.TextDocumentContentChangePartial:
        start, end = self._outside(start), self._outside(max(start, end))
        where = types.Range(self.position(start), self.position(end))
        if undo:
            self._undo.append((start, start + len(new), self.text[start:end]))
            del self._undo[:-20]
        self.text = self.text[:start] + new + self.text[end:]
        return types.TextDocumentContentChangePartial(where, new)
