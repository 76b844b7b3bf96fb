"""How two answers to one request become one. ``theirs`` is gopls's and comes first, ``ours`` adds to it.

Answers are plain JSON. When ours adds nothing, what is returned is the very object ``theirs``: then the bytes that came
can be passed on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from linkname_ls.companion.wire import table

Join = Callable[[Any, Any], Any]


def join(method: str, theirs: Any, ours: Any) -> Any:
    """Return the answer to a request that both have answered; a method without a rule of its own is theirs."""
    rule = RULES.get(method)
    if rule is None or is_nothing(ours):
        return theirs
    return ours if is_nothing(theirs) else rule(theirs, ours)


def is_nothing(answer: Any) -> bool:
    """Whether an answer is the protocol's way to say that there is nothing."""
    return answer is None or answer in ([], {})


def _places(theirs: Any, ours: Any) -> Any:
    """Unite locations; the same place is one. A mixture of both forms becomes the older, which every client takes."""
    first, second = _list(theirs), _list(ours)
    if any("targetUri" in one for one in first) != any("targetUri" in one for one in second):
        first, second = [_location(one) for one in first], [_location(one) for one in second]
    known = {_start(one) for one in first}
    added = [one for one in second if _start(one) not in known]
    return theirs if not added else [*first, *added]


def _list(answer: Any) -> list[Any]:
    return cast("list[Any]", answer) if isinstance(answer, list) else [answer]


def _location(one: Any) -> Any:
    return {"uri": one["targetUri"], "range": one["targetSelectionRange"]} if "targetUri" in one else one


def _start(one: Any) -> tuple[str, int, int]:
    place = _location(one)
    start = place["range"]["start"]
    return place["uri"], start["line"], start["character"]


def _hover(theirs: Any, ours: Any) -> Any:
    """Ours below theirs. Only texts of the same kind are joined; else theirs would be shown as what it is not."""
    first, second = theirs["contents"], ours["contents"]
    one, other = table(first), table(second)
    if one.get("kind") is None or one.get("kind") != other.get("kind"):
        return {**theirs, "contents": [*map(_marked, _list(first)), *map(_marked, _list(second))]}
    rule = "\n\n---\n\n" if one["kind"] == "markdown" else "\n\n"
    return {**theirs, "contents": {**one, "value": f"{one['value'].rstrip()}{rule}{other['value']}"}}


def _marked(contents: Any) -> Any:
    """Return a part of a hover in the old form that can stand in a list."""
    return contents["value"] if "kind" in table(contents) else contents


def _highlights(theirs: Any, ours: Any) -> Any:
    known = [one["range"] for one in theirs]
    return _with(theirs, (one for one in ours if one["range"] not in known))


def _symbols(theirs: Any, ours: Any) -> Any:
    """A document's symbols are a tree or a list: of two forms, theirs is shown alone."""
    return _both(theirs, ours) if ("location" in theirs[0]) == ("location" in ours[0]) else theirs


def _completions(theirs: Any, ours: Any) -> Any:
    first, second = (table(one) or {"isIncomplete": False, "items": one} for one in (theirs, ours))
    if not second["items"]:
        return theirs
    return {
        **first,
        "isIncomplete": bool(first.get("isIncomplete") or second.get("isIncomplete")),
        "items": [*first["items"], *second["items"]],
    }


def _both(theirs: Any, ours: Any) -> Any:
    return [*theirs, *ours]


def _links(theirs: Any, ours: Any) -> Any:
    """A directive's target that looks like an address is a web page to gopls: ours leads to the file."""
    taken = [one["range"] for one in ours]
    return [*(one for one in theirs if one["range"] not in taken), *ours]


def _with(theirs: Any, added: Iterable[Any]) -> Any:
    more = list(added)
    return theirs if not more else [*theirs, *more]


def _hierarchy_items(theirs: Any, ours: Any) -> Any:
    """Unite items; of the same function there is one, which remembers what each server calls it."""
    by_place = {_item_start(one): one for one in ours}
    joined: list[Any] = []
    for one in theirs:
        twin = by_place.pop(_item_start(one), None)
        joined.append(one if twin is None else {**one, "data": {TWINS: [one, twin]}})
    return [*joined, *by_place.values()]


def _item_start(item: Any) -> tuple[str, int, int]:
    start = item["selectionRange"]["start"]
    return item["uri"], start["line"], start["character"]


def _calls(end: str) -> Join:
    def rule(theirs: Any, ours: Any) -> Any:
        known = {_item_start(one[end]) for one in theirs}
        return _with(theirs, (one for one in ours if _item_start(one[end]) not in known))

    return rule


TWINS = "linkname-ls/twins"
"""The key in an item's data for the two items that it stands for: gopls's, then ours."""

RULES: dict[str, Join] = {
    "textDocument/definition": _places,
    "textDocument/declaration": _places,
    "textDocument/implementation": _places,
    "textDocument/references": _places,
    "textDocument/hover": _hover,
    "textDocument/documentHighlight": _highlights,
    "textDocument/documentSymbol": _symbols,
    "textDocument/completion": _completions,
    "textDocument/codeAction": _both,
    "textDocument/codeLens": _both,
    "textDocument/inlayHint": _both,
    "textDocument/documentLink": _links,
    "workspace/symbol": _both,
    "textDocument/prepareCallHierarchy": _hierarchy_items,
    "callHierarchy/incomingCalls": _calls("from"),
    "callHierarchy/outgoingCalls": _calls("to"),
}
"""The requests that are put to both."""
