"""What is cut off is said: each limit of the server, with the words that its user gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkname_ls.checks.rules import check_source
from linkname_ls.features import completion_targets
from linkname_ls.features.completion import completion
from linkname_ls.features.symbols import MOST
from linkname_ls.links import cache as caches
from linkname_ls.links.cache import Cache
from linkname_ls.links.index import Index
from linkname_ls.links.tree import Tree
from linkname_ls.programs import known_objects
from support.ask import snapshot_of, source_of
from support.txtar import write
from support.wire import Wire

PUSH = """
    -- low/low.go --
    package low

    import _ "unsafe"

    //go:linkname impl {0}$0
    func impl() int {{ return 1 }}
    """
AWAITING = """
    -- {0}/{0}.go --
    package {0}

    import _ "unsafe"

    //go:linkname now
    func now() int
    """
REFUSED = """
    -- main.go --
    package main

    import (
    \t"net/http"
    \t_ "unsafe"
    )

    //go:linkname f net/http.(*Transport).dialConnFor
    func f(s *http.Client)

    func main() { f(nil) }
    """


def test_symbols_that_are_not_listed_are_counted_in_the_log_of_the_editor(tmp_path: Path) -> None:
    pulls = "\n".join(f"//go:linkname f{at} example.com/far.away{at}\nfunc f{at}()\n" for at in range(MOST + 1))
    (tmp_path / "a.go").write_text(f'package a\n\nimport _ "unsafe"\n\n{pulls}')
    with Wire(cwd=tmp_path) as client:
        client.begin(tmp_path, initializationOptions={"status": True})
        client.until(lambda one: one.get("method") == "linkname/status" and not one["params"]["busy"])
        assert len(client.ask("workspace/symbol", {"query": "far.away"})["result"]) == MOST
        said = client.until(lambda one: one.get("method") == "window/logMessage")["params"]["message"]
        assert said == f"{MOST + 1} places name a symbol like 'far.away': the best {MOST} are listed."
        said = len([one for one in client.received if one.get("method") == "window/logMessage"])
        assert len(client.ask("workspace/symbol", {"query": "far.away7"})["result"]) < MOST
        assert len([one for one in client.received if one.get("method") == "window/logMessage"]) == said


def test_completion_that_has_not_looked_everywhere_asks_to_be_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixture = write(tmp_path, PUSH.format("") + "".join(AWAITING.format(f"p{at}") for at in range(5)))
    monkeypatch.setattr(completion_targets, "_MOST_FOLDERS", 3)
    snapshot = snapshot_of(fixture.root)
    found = completion(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset)
    assert found is not None and found.incomplete


def test_completion_looks_first_where_the_typed_path_leads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fixture = write(tmp_path, PUSH.format("example.com/m/p4") + "".join(AWAITING.format(f"p{at}") for at in range(5)))
    monkeypatch.setattr(completion_targets, "_MOST_FOLDERS", 1)
    snapshot = snapshot_of(fixture.root)
    found = completion(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset)
    assert found is not None and found.items[0].label == "example.com/m/p4.now"


def test_index_that_is_too_large_to_be_kept_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for at in range(20):
        (tmp_path / f"a{at}.go").write_text("package a\n")
    monkeypatch.setattr(caches, "_MAX_BYTES", 10)
    cache = Cache(tmp_path / "cache")
    Index(lambda: cache).get(Tree(tmp_path, immutable=False, vendor=False), lambda _: "a")
    assert cache.problem.startswith(f"What was found in {tmp_path} has 0 MB, more than 0: it is not kept")
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(("most", "severity"), [(3000, "error"), (1, "warning")])
def test_reference_whose_types_are_too_many_to_be_followed_is_doubted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, severity: str
) -> None:
    fixture = write(tmp_path, REFUSED)
    monkeypatch.setattr(known_objects, "_LIMIT", most)
    snapshot = snapshot_of(fixture.root)
    found = check_source(snapshot, source_of(snapshot, fixture.path("main.go")))
    assert [one.severity for one in found if one.code == "refused-reference"] == [severity]


def test_open_file_that_the_parser_gives_up_on_is_named_once(tmp_path: Path) -> None:
    path = tmp_path / "a.go"
    text = 'package a\n\nimport _ "unsafe"\n\n//go:linkname f runtime.fastrand\nfunc f() uint32\n\n'
    path.write_text(text + ",&" * 20_000)
    with Wire(cwd=tmp_path) as client:
        client.begin(tmp_path)
        client.open(path)
        told = client.until(lambda message: message.get("method") == "window/showMessage")
        start = {"line": 0, "character": 0}
        client.change(path, 2, {"range": {"start": start, "end": start}, "text": "// more\n"})
        client.until(lambda message: message.get("params", {}).get("version") == 2)
        again = [one for one in client.received if one.get("method") == "window/showMessage"]
    assert told["params"]["message"].startswith(f"{path} is nothing that the Go parser comes to an end with")
    assert again == [told]


def test_findings_of_one_file_beyond_what_anyone_reads_are_left_out_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.go"
    lines = "".join(f"//go:linkname f{at} runtime.nosuch\n" for at in range(5_000))
    path.write_text(f'package a\n\nimport _ "unsafe"\n\n//go:linkname g //here\nfunc g() {{}}\n\n{lines}')
    with Wire(cwd=tmp_path) as client:
        client.begin(tmp_path)
        client.open(path)
        told = client.until(lambda message: message.get("method") == "window/showMessage")
        sent = client.until(lambda message: message.get("method") == "textDocument/publishDiagnostics")
    said = f"{path} has more than 5000 findings: the first ones are shown, errors before warnings."
    assert told["params"]["message"] == said
    found = sent["params"]["diagnostics"]
    assert len(found) == 5_000
    assert {one["severity"] for one in found} == {1}
