"""The link graph: its packages and edges, and the forms that it is drawn in."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from linkname_ls.features.graph import Graph, graph_of
from linkname_ls.features.graphpage import page
from linkname_ls.features.graphpicture import svg
from linkname_ls.features.graphtext import dot, mermaid
from support.ask import snapshot_of
from support.txtar import write

WORLD = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname now runtime.nanotime
    func now() int64

    //go:linkname walltime runtime.walltime
    func walltime() int64

    //go:linkname counter example.com/m/b.counter
    var counter int
    -- b/b.go --
    package b

    import _ "unsafe"

    var counter int

    //go:linkname mark
    func mark() {}

    //go:linkname give example.com/m/a.take
    func give() {}

    //go:linkname inside example.com/m/b.mark
    func inside()
    -- b/b_windows.go --
    package b

    import _ "unsafe"

    //go:linkname other os.other
    func other()
    -- b/b_test.go --
    package b

    import _ "unsafe"

    //go:linkname tested time.now
    func tested()
    -- b/b_amd64.s --
    TEXT ·x(SB), 4, $16-0
    	CALL runtime·memmove(SB)
    	JMP ·mark(SB)
    -- cmd/app/main.go --
    package main

    import _ "unsafe"

    //go:linkname g example.com/m/b.mark
    func g()
    """


def graph(root: Path, *patterns: str, every_build: bool = False) -> Graph:
    write(root, WORLD)
    return graph_of(snapshot_of(root), root, patterns, every_build=every_build)[0]


def edges(found: Graph, name: str = "example.com/m/") -> list[str]:
    """Return edges as ``from > to kind: symbols``, the module's path left out."""
    return [f"{one.source} > {one.target} {one.kind}: {' '.join(one.symbols)}".replace(name, "") for one in found.edges]


def test_links_between_packages_of_a_module(tmp_path: Path) -> None:
    found = graph(tmp_path)
    assert edges(found) == [
        "a > b pull: b.counter",
        "a > runtime pull: runtime.nanotime runtime.walltime",
        "b > a push: a.take",
        "b > runtime assembly: runtime.memmove",
        "cmd/app > b pull: b.mark",
    ]
    assert [(node.name, node.group) for node in found.nodes] == [
        ("example.com/m/a", "example.com/m"),
        ("example.com/m/b", "example.com/m"),
        ("example.com/m/cmd/app", "example.com/m"),
        ("runtime", "std"),
    ]
    assert found.links == 6


def test_links_of_other_builds_and_of_tests(tmp_path: Path) -> None:
    found = edges(graph(tmp_path, every_build=True))
    assert "b > os pull: os.other" in found
    assert "b > time pull: time.now" in found


@pytest.mark.parametrize("pattern", ["example.com/m/a", "./a", "./a/..."])
def test_patterns_choose_packages_at_either_end(tmp_path: Path, pattern: str) -> None:
    found = edges(graph(tmp_path, pattern))
    assert found == [
        "a > b pull: b.counter",
        "a > runtime pull: runtime.nanotime runtime.walltime",
        "b > a push: a.take",
    ]


def test_the_standard_library(tmp_path: Path) -> None:
    found = graph(tmp_path, "std")
    pushed = next(one for one in found.edges if (one.source, one.target, one.kind) == ("runtime", "sync", "push"))
    assert "sync.runtime_Semacquire" in pushed.symbols
    assert {node.group for node in found.nodes} <= {"std", ""}
    assert not any(one.source.startswith("example.com") for one in found.edges)


def test_mermaid(tmp_path: Path) -> None:
    assert mermaid(graph(tmp_path, "./a")) == (
        "flowchart LR\n"
        '    subgraph g0["example.com/m"]\n'
        '        n0["example.com/m/a"]\n'
        '        n1["example.com/m/b"]\n'
        "    end\n"
        '    subgraph g1["std"]\n'
        '        n2["runtime"]\n'
        "    end\n"
        '    n0 -->|"pull counter"| n1\n'
        '    n0 -->|"2 pulls"| n2\n'
        '    n1 -.->|"push take"| n0\n'
        "    linkStyle 0,1 stroke:#0969da\n"
        "    linkStyle 2 stroke:#bc4c00\n"
    )


def test_dot_names_symbols_in_tooltips(tmp_path: Path) -> None:
    text = dot(graph(tmp_path))
    assert 'subgraph cluster_0 { label="example.com/m"; color="#d0d7de"; "example.com/m/a"; ' in text
    assert (
        '"example.com/m/a" -> "runtime" [label="2 pulls", color="#0969da", style=solid, '
        'tooltip="runtime.nanotime\\nruntime.walltime"];'
    ) in text


def test_picture_is_well_formed_and_has_every_link(tmp_path: Path) -> None:
    found = graph(tmp_path)
    root = ET.fromstring(svg(found, 'Links of <m> & "n"'))
    name = "{http://www.w3.org/2000/svg}"
    drawn = [one for one in root.iter(f"{name}g") if one.get("data-from")]
    assert [(one.get("data-from"), one.get("data-to")) for one in drawn] == [
        (edge.source, edge.target) for edge in found.edges
    ]
    titles = [one.findtext(f"{name}title") for one in drawn]
    assert "example.com/m/a → runtime (pull)\nruntime.nanotime\nruntime.walltime" in titles
    assert root.get("aria-label") == 'Links of <m> & "n"'


def test_picture_of_nothing_says_so(tmp_path: Path) -> None:
    write(tmp_path, "-- a.go --\npackage a\n")
    found, name = graph_of(snapshot_of(tmp_path), tmp_path)
    assert "There are no links between packages here." in svg(found, name)


def test_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    text = page(graph(tmp_path), "</script><b>")
    assert "</script><b>" not in text
    assert "http" not in text.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_script_of_the_page_is_valid(tmp_path: Path) -> None:
    text = page(graph(tmp_path), "Links")
    script = text[text.index("<script>") + 8 : text.index("</script>")]
    (tmp_path / "page.js").write_text(script)
    subprocess.run(["node", "--check", tmp_path / "page.js"], check=True)
