"""What makes the start quick makes nothing else different."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.protocol import default_converter

from linkname_ls.companion.wire import dump, read
from linkname_ls.lsp.capabilities import Capabilities
from linkname_ls.lsp.converter import make_converter

SHAPES = """
import json, sys
import attrs
if {late}:
    from linkname_ls.lsp.lazytypes import import_types, unfinished
    import_types()
from lsprotocol import converters, types
if {late}:
    from linkname_ls.lsp.converter import make_converter
    converter = make_converter()
    assert sum(map(unfinished, types.ALL_TYPES_MAP.values())) > 500
else:
    converter = converters.get_converter()
shapes = {{}}
for name, kind in sorted(types.ALL_TYPES_MAP.items()):
    if isinstance(kind, type) and attrs.has(kind):
        shapes[name] = [
            [one.name, repr(one.type), repr(one.default), one.init, one.kw_only, repr(type(one.validator))]
            for one in attrs.fields(kind)
        ] + sorted(one for one in ("__eq__", "__hash__", "__init__", "__repr__", "__lt__") if one in vars(kind))
print(json.dumps(shapes))
"""
IMPORTED = """
import sys
from linkname_ls.lsp.quickstart import import_libraries
import_libraries()
from linkname_ls.lsp.serve import build_server
build_server()
print(*sorted(name for name in sys.modules if name.startswith(("linkname_ls.", "ssl", "tree_sitter"))))
"""


def run(script: str) -> str:
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout


def test_types_that_are_finished_late_are_the_same_in_the_end() -> None:
    late, at_once = (json.loads(run(SHAPES.format(late=late))) for late in (True, False))
    assert len(late) > 500
    assert late == at_once


def test_nothing_is_imported_for_the_first_answer_that_it_does_not_take() -> None:
    names = [name for name in run(IMPORTED).split() if name.startswith("linkname_ls.")]
    assert {name.split(".")[1] for name in names} == {"lsp", "wire", "checks", "source", "build"}
    # Names of rules, positions, and the folder for caches.
    assert {name for name in names if ".build." in name} == {"linkname_ls.build.kept"}
    assert "linkname_ls.checks.names" in run(IMPORTED)
    assert "linkname_ls.checks.rules" not in run(IMPORTED)
    assert "tree_sitter" not in run(IMPORTED)
    assert "ssl" not in run(IMPORTED).split()


def test_no_search_is_imported_for_the_first_definition() -> None:
    asked = "import linkname_ls.lsp.state, linkname_ls.features.definition\n"
    names = run(asked + "import sys; print(*(name for name in sys.modules if name.startswith('linkname_ls.links.')))")
    assert "linkname_ls.links.index" in names.split()
    assert not {f"linkname_ls.links.{name}" for name in ("scan", "search", "beside", "cache")} & set(names.split())


def test_another_way_to_make_a_class_is_left_to_attrs() -> None:
    script = """
import attrs
from linkname_ls.lsp import lazytypes
class Other: x: int = 0
class Asked: x: int = 0
Asked.__module__ = "lsprotocol.types"
assert lazytypes._later(Other)(1).x == 1
assert attrs.has(lazytypes._later(frozen=True)(Asked))
print("same")
"""
    assert run(script) == "same\n"


def test_messages_are_read_and_written_as_by_the_converter_of_pygls() -> None:
    ours, theirs = make_converter(), default_converter()
    told: dict[str, Any] = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "textDocument/definition",
        "params": {"textDocument": {"uri": "file:///a.go"}, "position": {"line": 1, "character": 2}},
    }
    read = ours.structure(told, types.DefinitionRequest)
    assert read == theirs.structure(told, types.DefinitionRequest)
    assert ours.unstructure(read) == theirs.unstructure(read) == told


def test_what_a_client_can_do_is_read_when_it_is_asked_for() -> None:
    told = {
        "textDocument": {"rename": {"prepareSupport": True}, "hover": {"contentFormat": ["markdown"]}, "completion": 5},
        "general": {"positionEncodings": ["utf-8"]},
        "workspace": {"workspaceFolders": "yes please"},
    }
    found: Any = make_converter().structure(told, types.ClientCapabilities)
    assert isinstance(found, Capabilities)
    assert list(found.general.position_encodings) == ["utf-8"]
    assert found.text_document.rename.prepare_support is True
    assert list(found.text_document.hover.content_format) == ["markdown"]
    assert found.text_document.definition is None
    assert found.text_document.completion is None
    assert found.window is None
    with pytest.raises(AttributeError):
        _ = found.text_documents


def test_requests_before_the_session_and_a_second_beginning_are_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "linkname_ls"]
    begin: dict[str, object] = {"processId": None, "rootUri": tmp_path.as_uri(), "capabilities": {}}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        stdin, stdout = process.stdin, process.stdout
        assert stdin is not None and stdout is not None

        def ask(number: int, method: str, params: object) -> dict[str, Any]:
            body = dump({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
            stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            stdin.flush()
            answer = read(stdout)
            assert answer is not None
            return json.loads(answer)

        early = ask(
            1, "textDocument/hover", {"textDocument": {"uri": "file:///a.go"}, "position": {"line": 0, "character": 0}}
        )
        first, second = ask(2, "initialize", begin), ask(3, "initialize", begin)
        process.kill()
    assert early["error"] == {"code": -32002, "message": "The session has not been initialized."}
    assert first["result"]["serverInfo"]["name"] == "linkname-ls"
    assert second["error"] == {"code": -32600, "message": "The session has been initialized already."}
