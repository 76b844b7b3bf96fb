"""Two servers, one of which is told every edit and keeps what it knows, and one that is given each text anew.

Both have to answer alike. Sessions are made of a file, an encoding and a number for the random edits, so that each can
be run again.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from linkname_ls.source.positions import Encoding
from support.client import Editor, pulling_capabilities
from support.go import go_env
from support.keystrokes import Keystrokes
from support.properties import ENCODINGS
from support.txtar import parse

_CASES = Path(__file__).parents[1] / "checks" / "cases"
FILES = (
    *(
        "time/sleep.go",
        "sync/runtime.go",
        "runtime/proc.go",
        "reflect/value.go",
        "syscall/exec_linux.go",
        "os/signal/sig.s",
    ),
    *("internal/godebug/godebug.go", "sync/atomic/asm.s", "runtime/timestub.go", "net/http/transport.go"),
)
"""Files of GOROOT/src that take part in links, of all sizes. What ends in ``.txtar`` is a module of the suite."""
MODULES = tuple(sorted(path.name for path in _CASES.glob("*.txtar") if b"//go:linkname" in path.read_bytes()))
SLOWEST = 10.0
"""Seconds that no answer may take."""
MOST_MEMORY = 1500
"""Megabytes that the server must never come to hold."""

_Document = types.TextDocumentIdentifier
_Question = Callable[[LanguageClient, _Document], Coroutine[Any, Any, object]]


class Session(NamedTuple):
    """What is edited, and how."""

    file: str
    encoding: Encoding
    seed: int
    steps: int

    def encode(self) -> bytes:
        """Return it as it is kept in a file."""
        return json.dumps(self._asdict()).encode()


class Failure(NamedTuple):
    """A session that went wrong in its last step."""

    session: Session
    reason: str


@dataclass
class Result:
    """What came of some sessions."""

    steps: int = 0
    answers: int = 0
    slowest: float = 0.0
    memory: str = ""
    failures: list[Failure] = field(default_factory=list[Failure])


def run_sessions(seconds: float, seed: int) -> Result:
    """Edit one file after the other until the time is up."""
    result, chance, began = Result(), random.Random(seed), time.monotonic()
    while (left := seconds - (time.monotonic() - began)) > 0:
        file = chance.choice(FILES) if chance.random() < 0.8 else chance.choice(MODULES)
        session = Session(file, chance.choice(ENCODINGS), chance.randint(0, 1 << 30), 1 << 30)
        run(session, result, min(left, 90))
    return result


def run_again(text: str) -> bool:
    """Run one session that was kept; whether it fails again."""
    result = Result()
    run(Session(**json.loads(text)), result)
    for failure in result.failures:
        print(failure.reason)
    if not result.failures:
        print("It does not fail any more.")
    return bool(result.failures)


def run(session: Session, result: Result, seconds: float = 1e9) -> None:
    """Edit a file with both servers, and compare what they say after every step."""
    until = time.monotonic() + seconds
    with _workspace(session.file) as (root, path), ExitStack() as open_servers:
        capabilities = pulling_capabilities()
        assert capabilities.general is not None
        capabilities.general.position_encodings = [types.PositionEncodingKind(session.encoding)]
        kept, fresh = (
            open_servers.enter_context(Editor(root, capabilities=capabilities, options={"status": True}))
            for _ in range(2)
        )
        hands = Keystrokes(path.read_bytes().decode(), session.encoding, session.seed)
        for editor in (kept, fresh):
            editor.open(path, hands.text)
            # What the index knows is said as soon as it is there.
            editor.ask(lambda client, document: client.text_document_hover_async(_start_of(document)), path)
            editor.wait_for_state(lambda state: not state.busy)
        before = _megabytes(kept)
        for step in range(session.steps):
            if time.monotonic() > until:
                break
            try:
                kept.change(path, *hands.edit())
                fresh.close(path)
                fresh.open(path, hands.text)
                _compare(kept, fresh, path, hands, result)
                assert _megabytes(kept) < MOST_MEMORY, f"the server holds {_megabytes(kept)} MB"
            except Exception as error:
                reason = f"step {step + 1} of {session.file}: {type(error).__name__}: {str(error)[:2000]}"
                result.failures.append(Failure(session._replace(steps=step + 1), reason))
                break
            result.steps += 1
        result.memory = f"{before} MB before {session.file} was edited and {_megabytes(kept)} MB after"


def _compare(kept: Editor, fresh: Editor, path: Path, hands: Keystrokes, result: Result) -> None:
    here = hands.somewhere()
    end = hands.position(len(hands.text))
    for name, question in _questions(here, types.Range(types.Position(0, 0), end)):
        began = time.monotonic()
        said = kept.ask(question, path)
        took = time.monotonic() - began
        result.slowest = max(result.slowest, took)
        assert took < SLOWEST, f"{name} at {here} took {took:.1f} s"
        expected = fresh.ask(question, path)
        result.answers += 2
        assert _plain(said) == _plain(expected), f"{name} at {here}: {said} is said, but anew {expected}"
    for editor in (kept, fresh):
        assert not editor.messages, editor.messages


def _questions(here: types.Position, whole: types.Range) -> Iterator[tuple[str, _Question]]:
    context = types.ReferenceContext(include_declaration=True)
    yield (
        "diagnostics",
        lambda client, document: client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(document, identifier="linkname")
        ),
    )
    yield (
        "outline",
        lambda client, document: client.text_document_document_symbol_async(types.DocumentSymbolParams(document)),
    )
    yield (
        "tokens",
        lambda client, document: client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document)),
    )
    yield (
        "links",
        lambda client, document: client.text_document_document_link_async(types.DocumentLinkParams(document)),
    )
    yield (
        "hints",
        lambda client, document: client.text_document_inlay_hint_async(types.InlayHintParams(document, whole)),
    )
    yield "hover", lambda client, document: client.text_document_hover_async(types.HoverParams(document, here))
    yield (
        "definition",
        lambda client, document: client.text_document_definition_async(types.DefinitionParams(document, here)),
    )
    yield (
        "references",
        lambda client, document: client.text_document_references_async(types.ReferenceParams(context, document, here)),
    )
    yield (
        "highlights",
        lambda client, document: client.text_document_document_highlight_async(
            types.DocumentHighlightParams(document, here)
        ),
    )
    yield (
        "completion",
        lambda client, document: client.text_document_completion_async(types.CompletionParams(document, here)),
    )


def _start_of(document: _Document) -> types.HoverParams:
    return types.HoverParams(document, types.Position(0, 0))


def _plain(answer: object) -> object:
    """Return an answer without the names that servers give to what they have said."""
    if isinstance(answer, types.RelatedFullDocumentDiagnosticReport):
        return answer.items
    return answer


@contextmanager
def _workspace(file: str) -> Generator[tuple[Path, Path]]:
    """Give a folder to open, and the file in it to edit."""
    folder = Path(tempfile.mkdtemp(prefix="linkname-ls-fuzz-"))
    try:
        if not file.endswith(".txtar"):
            (folder / "go.mod").write_text("module example.com/m\n\ngo 1.26\n")
            yield folder, go_env("GOROOT") / "src" / file
            return
        for name, text in parse((_CASES / file).read_text("utf-8"))[1].items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(text.encode())
        files = sorted(folder.rglob("*.go"))
        yield folder, next((path for path in files if b"//go:linkname" in path.read_bytes()), files[0])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _megabytes(editor: Editor) -> int:
    """Return the memory that a server holds; 0 where the system does not tell."""
    process = editor.client._server  # pyright: ignore[reportPrivateUsage]
    try:
        pages = Path(f"/proc/{process.pid if process is not None else 0}/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE") >> 20
