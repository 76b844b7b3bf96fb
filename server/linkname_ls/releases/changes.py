"""What changed between two releases for those who link to the standard library by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from linkname_ls.build.platform import has_register_abi
from linkname_ls.releases import table
from linkname_ls.releases.facts import Fact, ReleaseId
from linkname_ls.releases.history import platform_words
from linkname_ls.releases.judge import judge_facts

What = Literal["added", "removed", "refused", "allowed", "retyped"]
"""``refused`` and ``allowed``: the newer release refuses a pull that the older one lets pass, or the reverse."""


class Change(NamedTuple):
    """One symbol that is not as it was."""

    symbol: str
    what: What
    before: str
    """Of a new type: the older one."""
    after: str
    """The type in the newer release; of what was removed, in the older one."""
    platforms: str
    """Where, in words; "" for all platforms that both releases have."""
    alike: bool = False
    """Of a new type: whether values of both lie in memory alike, as far as is known."""


def changes(older: ReleaseId, newer: ReleaseId, path: str | None = None) -> Iterator[tuple[str, list[Change]]]:
    """Yield, for each package in which something changed, its path and the changes by symbol.

    ``path`` names the only package to look at. Exported names are left out but where it changed whether they may be
    pulled while such things are refused at all (since Go 1.23): those who can import them need no directive.
    """
    for one in table.shipped().paths if path is None else (path,):
        before, after = table.package_symbols(one, older), table.package_symbols(one, newer)
        found = [
            change
            for symbol in sorted({*before, *after})
            for change in _changed(symbol, older, newer, before.get(symbol, ()), after.get(symbol, ()))
        ]
        if found:
            yield one, found


def _changed(
    symbol: str, older: ReleaseId, newer: ReleaseId, before: tuple[Fact, ...], after: tuple[Fact, ...]
) -> Iterator[Change]:
    if before == after and older.language == newer.language:
        return
    exported = symbol.rpartition(".")[2][:1].isupper() and not _unexported_receiver(symbol)
    if exported and older.language < (1, 23):
        return
    old, new = table.release(older), table.release(newer)
    if old is None or new is None:
        return
    ports = _common(old.ports, new.ports)
    groups: dict[tuple[tuple[Fact, ...], tuple[Fact, ...], bool], Sequence[str]] = {}
    # Among the platforms of a fact only the calling convention makes a difference.
    for registers, alike_ports in _by_convention(ports, newer.language):
        if all(one.everywhere for one in (*before, *after)):
            groups[_defined(before), _defined(after), registers] = alike_ports
            continue
        for port in alike_ports:
            key = _defined(before, port), _defined(after, port), registers
            groups[key] = (*groups.get(key, ()), port)
    found: dict[tuple[What, str, str, bool], list[str]] = {}
    for (was, now, _), where in groups.items():
        if was and now:
            first = judge_facts(was, old, symbol, where[0], variable=was[0].kind == "var").verdict
            last = judge_facts(now, new, symbol, where[0], variable=now[0].kind == "var").verdict
            if "refused" in (first, last) and first != last:
                what: What = "refused" if last == "refused" else "allowed"
                found.setdefault((what, "", now[0].text, False), []).extend(where)
            if not exported and (was[0].kind, was[0].text) != (now[0].kind, now[0].text):
                alike = was[0].shape == now[0].shape != ""
                found.setdefault(("retyped", was[0].text, now[0].text, alike), []).extend(where)
        elif (was or now) and not exported:
            found.setdefault(("added" if now else "removed", "", (now or was)[0].text, False), []).extend(where)
    for (what, text, other, alike), where in sorted(found.items()):
        yield Change(symbol, what, text, other, platform_words(where, ports), alike)


@lru_cache(maxsize=8)
def _common(ports: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*ports} & {*others}))


@lru_cache(maxsize=8)
def _by_convention(ports: tuple[str, ...], release: tuple[int, int]) -> list[tuple[bool, tuple[str, ...]]]:
    """Return platforms by whether Go and assembly call functions in different ways there."""
    found: dict[bool, list[str]] = {True: [], False: []}
    for port in ports:
        found[has_register_abi(port.partition("/")[2], release)].append(port)
    return [(registers, tuple(some)) for registers, some in found.items() if some]


def _defined(facts: Sequence[Fact], port: str | None = None) -> tuple[Fact, ...]:
    return tuple(one for one in facts if one.made != "nothing" and (port is None or port in one.platforms))


def _unexported_receiver(symbol: str) -> bool:
    """Whether a method's type cannot be named by other packages."""
    receiver = symbol.rpartition(".")[0].rpartition(".")[2].strip("(*)")
    return "(*" in symbol and not receiver[:1].isupper()
