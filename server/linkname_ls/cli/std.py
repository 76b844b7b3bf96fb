"""``linkname-ls std``."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from linkname_ls.cli.session import UsageError
from linkname_ls.links.symbols import split_symbol
from linkname_ls.releases import changes, history, table
from linkname_ls.releases.history import KINDS, Period, Standing, span_words

if TYPE_CHECKING:
    import argparse

    from linkname_ls.releases.changes import Change, What
    from linkname_ls.releases.facts import ReleaseId

_WIDTH = 100
_HEADINGS: dict[What, str] = {
    "added": "added",
    "removed": "removed",
    "refused": "newly refused",
    "allowed": "newly allowed",
    "retyped": "other type",
}


def run(arguments: argparse.Namespace) -> int:
    """Print what Go releases say of the standard library; returns the exit status. Raises UsageError for bad input."""
    as_json = arguments.format == "json"
    if arguments.diff is not None:
        older, newer = (_release(one) for one in arguments.diff)
        return _diff(older, newer, arguments.symbol, as_json=as_json)
    if arguments.symbol is None:
        raise UsageError("Name a symbol (runtime.nanotime), or two releases with --diff.")
    symbol: str = arguments.symbol
    found = history.periods(symbol)
    if not found:
        known = table.releases()
        near = history.near(symbol)
        hint = f"; did you mean {near}?" if near else "."
        raise UsageError(f"No release of {span_words(known[0], known[-1], known)} has {symbol}{hint}")
    if as_json:
        print(json.dumps(_as_json(symbol, found), indent=2, ensure_ascii=False))
    else:
        print("\n".join(_history(symbol, found)))
    return 0


def _release(text: str) -> ReleaseId:
    found = table.nearest(text)
    if found is None:
        known = table.releases()
        raise UsageError(f"{text} is no release that is known; {span_words(known[0], known[-1], known)} are.")
    return found


def _history(symbol: str, found: list[Period]) -> Iterator[str]:
    known = table.releases()
    there = [one for one in found if one.standings]
    kinds = list(dict.fromkeys(KINDS[standing.kind] for one in there for standing in one.standings))
    parts = split_symbol(symbol)
    home = f" of package {parts[0]}" if parts is not None else ""
    missing = [span_words(one.first, one.last, known) for one in found if not one.standings]
    where = f"not in {', '.join(missing)}" if missing else f"in all of {span_words(known[0], known[-1], known)}"
    yield f"{symbol}: {' or '.join(kinds)}{home}, {where}"
    for period in there:
        yield ""
        yield span_words(period.first, period.last, known)
        for standing in period.standings:
            yield from _standing(standing, parts[0] if parts is not None else "")
    modules = history.dependents(found)
    if modules:
        yield ""
        yield from _wrapped("used by ", ", ".join(modules), "")


def _standing(standing: Standing, path: str) -> Iterator[str]:
    if standing.platforms:
        yield from _wrapped("  on ", standing.platforms, "")
    indent = "    " if standing.platforms else "  "
    text = standing.text or ("no type is written" if standing.kind == "var" else "no Go declaration")
    pushed = f" (pushed by {standing.definer})" if standing.definer != path else ""
    yield from _wrapped(indent, f"{'var ' if standing.kind == 'var' and standing.text else ''}{text}{pushed}", "  ")
    yield from _wrapped(indent, f"{_pull(standing)}: {standing.why}", "  ")


def _pull(standing: Standing) -> str:
    match standing.judgement.verdict:
        case "links":
            return "may be pulled"
        case "refused":
            return "refused"
        case _:
            return "cannot be pulled"


def _wrapped(indent: str, text: str, more: str) -> list[str]:
    following = " " * len(indent) + more
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=following, break_long_words=False, break_on_hyphens=False
    )


def _as_json(symbol: str, found: list[Period]) -> dict[str, object]:
    return {
        "symbol": symbol,
        "releases": [str(one) for one in table.releases()],
        "history": [
            {
                "from": str(period.first),
                "to": str(period.last),
                "variants": [
                    {
                        "kind": KINDS[one.kind],
                        "type": one.text,
                        "definer": one.definer,
                        "pull": one.judgement.verdict,
                        "why": one.why,
                        "platforms": one.platforms,
                    }
                    for one in period.standings
                ],
                "dependents": list(period.shame),
            }
            for period in found
        ],
    }


def _diff(older: ReleaseId, newer: ReleaseId, path: str | None, *, as_json: bool) -> int:
    if path is not None and not table.shipped().text(path):
        raise UsageError(f"No known release has a package {path}.")
    found = list(changes.changes(older, newer, path))
    if as_json:
        entries = [{"package": one, "changes": [change._asdict() for change in listed]} for one, listed in found]
        print(json.dumps({"from": str(older), "to": str(newer), "packages": entries}, indent=2, ensure_ascii=False))
        return 0
    counts: Counter[What] = Counter()
    for one, listed in found:
        print(one or "without a package")
        for what, heading in _HEADINGS.items():
            chosen = [change for change in listed if change.what == what]
            counts[what] += len(chosen)
            if chosen:
                print(f"  {heading}")
            for change in chosen:
                print("\n".join(_change(change)))
        print()
    told = ", ".join(f"{counts[what]} {heading}" for what, heading in _HEADINGS.items() if counts[what])
    print(f"Go {older} to {newer}: {told or 'nothing changed'}")
    return 0


def _change(change: Change) -> Iterator[str]:
    where = f" (on {change.platforms})" if change.platforms else ""
    if change.what == "retyped":
        lies = ", which lies alike" if change.alike else ""
        yield from _wrapped("    ", f"{change.symbol}{where}", "  ")
        yield from _wrapped("      ", f"{change.before or 'no type'}", "  ")
        yield from _wrapped("      ", f"now {change.after or 'no type'}{lies}", "  ")
    else:
        yield from _wrapped("    ", f"{change.symbol} {change.after}".rstrip() + where, "  ")
