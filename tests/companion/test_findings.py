"""Findings of two servers for one file, while it is edited."""

from __future__ import annotations

from typing import Any

import pytest

from linkname_ls.companion.findings import Findings

A = "file:///a.go"


def finding(text: str) -> dict[str, Any]:
    """A finding at "line:start-line:end"."""
    start, end = ([int(part) for part in place.split(":")] for place in text.split("-"))
    return {
        "range": {
            "start": {"line": start[0], "character": start[1]},
            "end": {"line": end[0], "character": end[1]},
        },
        "message": "m",
    }


def shown(one: dict[str, Any]) -> str:
    span = one["range"]
    return "-".join(f"{span[end]['line']}:{span[end]['character']}" for end in ("start", "end"))


def publish(found: Findings, server: str, *places: str, version: int = 1) -> dict[str, Any] | None:
    return found.published(server, {"uri": A, "version": version, "diagnostics": [finding(one) for one in places]})


def edit(place: str, text: str) -> dict[str, Any]:
    return {"range": finding(place)["range"], "text": text}


def test_set_alone_is_published_as_it_came() -> None:
    assert publish(Findings(), "gopls", "1:0-1:5") is None


def test_set_of_one_goes_along_with_the_other_s_under_its_version() -> None:
    found = Findings()
    publish(found, "gopls", "1:0-1:5")
    both = publish(found, "ours", "2:0-2:3", version=2)
    assert both is not None and both["version"] == 2
    assert [shown(one) for one in both["diagnostics"]] == ["2:0-2:3", "1:0-1:5"]
    cleared = publish(found, "ours", version=3)
    assert cleared is not None and [shown(one) for one in cleared["diagnostics"]] == ["1:0-1:5"]
    publish(found, "gopls", version=3)
    assert publish(found, "ours", version=4) is None


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        (edit("0:0-0:0", "\n"), "3:4-3:9"),
        (edit("5:0-5:0", "\n"), "2:4-2:9"),
        (edit("2:0-2:0", "ab"), "2:6-2:11"),
        (edit("2:0-2:1", ""), "2:3-2:8"),
        (edit("2:0-2:0", "x\n𝄞"), "3:6-3:11"),
        (edit("1:3-2:2", ""), "1:5-1:10"),
        (edit("2:4-2:4", "ab"), "2:6-2:11"),
        (edit("2:6-2:7", "abc"), "2:4-2:11"),
        (edit("2:5-2:7", ""), "2:4-2:7"),
        (edit("2:3-2:6", ""), "2:3-2:6"),
        (edit("2:0-2:20", ""), "2:0-2:0"),
        (edit("2:9-2:9", "ab"), "2:4-2:11"),
        ({"text": "whole"}, "2:4-2:9"),
    ],
    ids=str,
)
def test_older_set_moves_with_the_text(change: dict[str, Any], moved: str) -> None:
    found = Findings()
    publish(found, "gopls", "2:4-2:9")
    found.edited(A, [change])
    both = publish(found, "ours", "0:0-0:1", version=2)
    assert both is not None and shown(both["diagnostics"][1]) == moved


def test_what_a_server_said_is_taken_back_when_it_is_gone() -> None:
    found = Findings()
    publish(found, "gopls", "1:0-1:5")
    publish(found, "ours", "2:0-2:3")
    (instead,) = found.forget("gopls")
    assert [shown(one) for one in instead["diagnostics"]] == ["2:0-2:3"]
    assert found.forget("gopls") == []
