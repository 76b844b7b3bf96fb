"""What somebody does in an editor all day, for ``soak.py``: typing, questions, files opened and closed, saves.

The same seed does the same things in the same order.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from session import Session

_OPEN = 12
"""Files that are open at the same time."""
_UNDO_ABOVE = 30
"""Edits of a file that are taken back when there are more: a day's work does not make a file ten times as long."""
_SHORT = 0.7
"""Of all edits, those that put in one letter."""
_LETTERS = 'abcdefghijklmnopqrstuvwxyz     \n\n\t(){}.,:="`/*é日😀'
_LINES = (
    "\tn := len(name) // why\n",
    "// Package-level words, and then some: é, 日本, 😀.\n",
    "func pasted{n}(a, b int) int {{\n\treturn a*b + {n}\n}}\n\n",
    'var pasted{n} = map[string]int{{"a": {n}}}\n',
    "//go:linkname pasted{n} runtime.nanotime\nfunc pasted{n}() int64\n\n",
    "//go:linkname pasted{n} time.runtimeNano\nfunc pasted{n}() int64\n\n",
    "//go:linkname pasted{n} example.com/no/such.thing{n}\nfunc pasted{n}()\n\n",
    "/* half\n",
    "type pasted{n} struct {{\n\tnext *pasted{n}\n}}\n\n",
)
_AT_A_PLACE = ("hover", "definition", "declaration", "implementation", "completion", "documentHighlight", "references")
_ABOUT_A_FILE = ("documentSymbol", "codeLens", "semanticTokens/full", "documentLink")
_QUERIES = ("nano", "proc", "runtime.", "poll", "sync", "x", "Timer")


class _Edit(NamedTuple):
    """A stretch of a text in code points, and what takes its place."""

    start: int
    end: int
    text: str


class Buffer:
    """An open document as the editor holds it."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.version = 1
        self._undo: list[_Edit] = []

    @property
    def done(self) -> int:
        """How many edits can be taken back."""
        return len(self._undo)

    def apply(self, edit: _Edit) -> dict[str, Any]:
        """Make an edit; returns it as the protocol has it. It can be taken back."""
        self._undo.append(_Edit(edit.start, edit.start + len(edit.text), self.text[edit.start : edit.end]))
        return self._replace(edit)

    def undo(self) -> dict[str, Any]:
        """Take the last edit back; returns that as the protocol has it."""
        return self._replace(self._undo.pop())

    def forget(self) -> None:
        """Have no edit that could be taken back, as after the file has changed on disk."""
        self._undo.clear()

    def position(self, offset: int) -> dict[str, int]:
        """Return a place as the protocol counts it: in UTF-16 units."""
        begin = self.text.rfind("\n", 0, offset) + 1
        character = len(self.text[begin:offset].encode("utf-16-le")) // 2
        return {"line": self.text.count("\n", 0, offset), "character": character}

    def _replace(self, edit: _Edit) -> dict[str, Any]:
        where = {"start": self.position(edit.start), "end": self.position(edit.end)}
        self.text = self.text[: edit.start] + edit.text + self.text[edit.end :]
        self.version += 1
        return {"range": where, "text": edit.text}


class Day:
    """The work of a day in some files. ``mine`` are those that are saved now and then; the others never are."""

    def __init__(
        self, session: Session, seed: int, files: Sequence[Path], mine: Sequence[Path], *, pulls: bool
    ) -> None:
        self._session = session
        self._random = random.Random(seed)
        self._files = [*files, *mine]
        self._mine = set(mine)
        self._pulls = pulls
        self._number = 0
        self._first = {path: path.read_text() for path in mine}
        self._reports: dict[Path, str] = {}
        self.open: dict[Path, Buffer] = {}
        self.messages = 0
        """How many have been sent."""
        self.seconds: list[tuple[str, float]] = []
        """What was asked and how long the answer took, since somebody has emptied this."""
        self._work: dict[Callable[[], None], float] = {
            self._type: 30.0,
            self._ask_places: 18.0,
            self._look: 10.0,
            self._directive: 8.0,
            self._paste: 5.0,
            self._undo: 8.0,
            self._change_file: 6.0,
            self._save: 3.0,
            self._checkout: 0.5,
            self._cancel: 4.0,
            self._search: 2.0,
            self._commands: 0.6,
        }

    def some(self) -> None:
        """Do one thing more, of 1 to some 60 messages."""
        if len(self.open) < _OPEN // 2:
            self._open()
        self._random.choices(list(self._work), list(self._work.values()))[0]()
        self._session.notices.clear()

    # -- what is done

    def _type(self) -> None:
        buffer = self._some_buffer()
        at = self._place(buffer)
        for count in range(self._random.randrange(3, 40)):
            what = self._random.random()
            if what < _SHORT or at == 0:
                letter = self._random.choice(_LETTERS)
                self._edit(buffer, _Edit(at, at, letter))
                at += 1
            else:
                self._edit(buffer, _Edit(at - 1, at, ""))
                at -= 1
            if count % 5 == 0:
                self._ask("completion", self._about(buffer, at))
        self._diagnose(buffer)

    def _paste(self) -> None:
        buffer = self._some_buffer()
        self._number += 1
        at = buffer.text.find("\n", self._place(buffer)) + 1
        self._edit(buffer, _Edit(at, at, self._random.choice(_LINES).format(n=self._number)))
        self._diagnose(buffer)
        if self._random.random() < 0.5:
            until = min(len(buffer.text), at + self._random.randrange(1, 400))
            self._edit(buffer, _Edit(at, until, ""))
            self._diagnose(buffer)

    def _directive(self) -> None:
        """Change letters of a directive and ask what it means then."""
        buffer = self._some_buffer()
        begin = buffer.text.find("//go:linkname ", self._place(buffer))
        if begin < 0:
            begin = buffer.text.find("//go:linkname ")
        if begin < 0:
            return
        end = buffer.text.find("\n", begin)
        end = len(buffer.text) if end < 0 else end
        at = self._random.randrange(begin + len("//go:linkname"), max(end, begin + 15))
        at = min(at, len(buffer.text))
        for method in ("hover", "definition", "references"):
            self._ask(method, self._about(buffer, at))
        for letter in "xY.z"[: self._random.randrange(1, 5)]:
            self._edit(buffer, _Edit(at, at, letter))
            self._ask("completion", self._about(buffer, at + 1))
            self._diagnose(buffer)
        if self._random.random() < 0.8:
            self._take_back(buffer, 4)
            self._diagnose(buffer)

    def _undo(self) -> None:
        self._take_back(buffer := self._some_buffer(), self._random.randrange(1, 40))
        self._diagnose(buffer)

    def _ask_places(self) -> None:
        buffer = self._some_buffer()
        for _ in range(self._random.randrange(1, 10)):
            self._ask(self._random.choice(_AT_A_PLACE), self._about(buffer, self._place(buffer)))

    def _look(self) -> None:
        """What an editor asks when a file is shown."""
        buffer = self._some_buffer()
        for method in _ABOUT_A_FILE:
            self._ask(method, self._document(buffer))
        top = {"line": 0, "character": 0}
        self._ask(
            "inlayHint", {**self._document(buffer), "range": {"start": top, "end": {"line": 400, "character": 0}}}
        )
        self._diagnose(buffer)

    def _change_file(self) -> None:
        if len(self.open) >= _OPEN or self._random.random() < 0.4:
            self._close(self._some_buffer())
        self._open()

    def _save(self) -> None:
        mine = [buffer for buffer in self.open.values() if buffer.path in self._mine]
        if mine:
            buffer = self._random.choice(mine)
            buffer.path.write_text(buffer.text)
            self._tell("didSave", {"textDocument": {"uri": buffer.path.as_uri()}})
            self._watched(buffer.path)
            self._diagnose(buffer)

    def _checkout(self) -> None:
        """All files of the user's own as they were first, as by git."""
        for path, text in self._first.items():
            path.write_text(text)
            if (buffer := self.open.get(path)) is not None:
                self._edit(buffer, _Edit(0, len(buffer.text), text))
                buffer.forget()
        self._watched(*self._first)

    def _cancel(self) -> None:
        buffer = self._some_buffer()
        numbers: list[int] = []
        for method in self._random.choices(("hover", "references", "codeLens", "completion"), k=3):
            about = self._about(buffer, self._place(buffer)) if method != "codeLens" else self._document(buffer)
            numbers.append(self._session.request(f"textDocument/{method}", _with_context(method, about)))
            self.messages += 1
        for number in numbers:
            self._session.tell("$/cancelRequest", {"id": number})
            self.messages += 1
        with contextlib.suppress(RuntimeError):  # which it was, or was not any more
            self._session.answer(numbers[-1], time.perf_counter())

    def _search(self) -> None:
        self._send("workspace/symbol", {"query": self._random.choice(_QUERIES)})

    def _commands(self) -> None:
        name = self._random.choices(("linkname.status", "linkname.explain", "linkname.graph"), (5, 5, 1))[0]
        self._send("workspace/executeCommand", {"command": name, "arguments": []})

    # -- how

    def _open(self) -> None:
        path = self._random.choice([path for path in self._files if path not in self.open])
        buffer = self.open[path] = Buffer(path, path.read_text())
        item = {"uri": path.as_uri(), "languageId": "go", "version": 1, "text": buffer.text}
        self._tell("didOpen", {"textDocument": item})
        self._diagnose(buffer)

    def _close(self, buffer: Buffer) -> None:
        del self.open[buffer.path]
        self._reports.pop(buffer.path, None)
        self._tell("didClose", self._document(buffer))

    def _some_buffer(self) -> Buffer:
        return self._random.choice(list(self.open.values()))

    def _place(self, buffer: Buffer) -> int:
        return self._random.randrange(len(buffer.text) + 1)

    def _edit(self, buffer: Buffer, edit: _Edit) -> None:
        self._changed(buffer, buffer.apply(edit))
        if buffer.done > _UNDO_ABOVE * 4:
            self._take_back(buffer, buffer.done)

    def _take_back(self, buffer: Buffer, most: int) -> None:
        for _ in range(min(most, buffer.done)):
            self._changed(buffer, buffer.undo())

    def _changed(self, buffer: Buffer, change: dict[str, Any]) -> None:
        document = {"uri": buffer.path.as_uri(), "version": buffer.version}
        self._tell("didChange", {"textDocument": document, "contentChanges": [change]})

    def _diagnose(self, buffer: Buffer) -> None:
        if not self._pulls:
            return
        params = self._document(buffer)
        if buffer.path in self._reports:
            params["previousResultId"] = self._reports[buffer.path]
        self._reports[buffer.path] = self._ask("diagnostic", params)["resultId"]

    def _watched(self, *paths: Path) -> None:
        changes = [{"uri": path.as_uri(), "type": 2} for path in paths]
        self._session.tell("workspace/didChangeWatchedFiles", {"changes": changes})
        self.messages += 1

    def _document(self, buffer: Buffer) -> dict[str, Any]:
        return {"textDocument": {"uri": buffer.path.as_uri()}}

    def _about(self, buffer: Buffer, at: int) -> dict[str, Any]:
        return {**self._document(buffer), "position": buffer.position(at)}

    def _tell(self, method: str, params: Any) -> None:
        self._session.tell(f"textDocument/{method}", params)
        self.messages += 1

    def _ask(self, method: str, params: dict[str, Any]) -> Any:
        return self._send(f"textDocument/{method}", _with_context(method, params))

    def _send(self, method: str, params: Any) -> Any:
        self.messages += 1
        answer = self._session.ask(method, params)
        self.seconds.append((params.get("command", method), answer.seconds))
        return answer.value


def answers(session: Session, buffers: Sequence[Buffer], *, pulls: bool) -> Iterator[tuple[str, Any]]:
    """Yield what a server says of the texts of open documents: of each as a whole, and of its directives."""
    methods = (*_ABOUT_A_FILE, "diagnostic") if pulls else _ABOUT_A_FILE
    for buffer in buffers:
        document = {"textDocument": {"uri": buffer.path.as_uri()}}
        for method in methods:
            value = session.ask(f"textDocument/{method}", document).value
            yield f"{method} of {buffer.path}", value["items"] if method == "diagnostic" else value
        at = buffer.text.find("//go:linkname ")
        for _ in range(5):
            if at < 0:
                break
            end = buffer.text.find("\n", at)
            about = {**document, "position": buffer.position(max(at, end - 1))}
            for method in ("definition", "hover", "references"):
                value = session.ask(f"textDocument/{method}", _with_context(method, about)).value
                yield f"{method} in {buffer.path}, {about['position']}", value
            at = buffer.text.find("//go:linkname ", at + 1)


def _with_context(method: str, params: dict[str, Any]) -> dict[str, Any]:
    return {**params, "context": {"includeDeclaration": True}} if method == "references" else params
