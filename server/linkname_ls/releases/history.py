"""What became of a symbol from release to release, in words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from linkname_ls.releases import table
from linkname_ls.releases.facts import Fact, Kind, ReleaseId, owner
from linkname_ls.releases.form import symbols
from linkname_ls.releases.judge import Judgement, judge_facts

KINDS: dict[Kind, str] = {"func": "function", "method": "method", "var": "variable"}


class Standing(NamedTuple):
    """What a symbol is, and whether it may be pulled, on some platforms."""

    kind: Kind
    text: str
    definer: str
    judgement: Judgement
    why: str
    """Why it may be pulled, or not: a clause."""
    platforms: str
    """Where, in words (:func:`platform_words`); "" for everywhere."""


class Period(NamedTuple):
    """Releases one after the other in which a symbol stands alike."""

    first: ReleaseId
    last: ReleaseId
    standings: tuple[Standing, ...]
    """None where it does not exist."""
    shame: tuple[str, ...]
    """The modules that the comment above its mark names, in the last of these releases."""


def periods(symbol: str) -> list[Period]:
    """Return what became of a symbol since the oldest known release; empty for one that no release has."""
    found: list[Period] = []
    facts = table.history(symbol)
    if not any(facts.values()):
        return []
    for release, variants in facts.items():
        standings = standings_of(symbol, release, variants)
        shame = tuple(dict.fromkeys(module for one in variants for module in one.shame))
        if found and found[-1].standings == standings:
            found[-1] = Period(found[-1].first, release, standings, shame)
        else:
            found.append(Period(release, release, standings, shame))
    return found


def standings_of(symbol: str, release: ReleaseId, facts: Sequence[Fact]) -> tuple[Standing, ...]:
    """Return how a symbol stands in a release, on all platforms; those on which it stands alike are one."""
    known = table.release(release)
    if known is None:
        return ()
    found: dict[Standing, list[str]] = {}
    for platform in known.ports:
        here = [one for one in facts if platform in one.platforms]
        if not here:
            continue
        # A variable that several packages declare is said once.
        fact = next((one for one in here if one.made != "bare"), here[0])
        judgement = judge_facts(facts, known, symbol, platform, variable=fact.kind == "var")
        why = _why(here, judgement, release)
        standing = Standing(fact.kind, fact.text, fact.definer, judgement, why, "")
        found.setdefault(standing, []).append(platform)
    return tuple(one._replace(platforms=platform_words(where, known.ports)) for one, where in found.items())


def _why(facts: Sequence[Fact], judgement: Judgement, release: ReleaseId) -> str:
    if judgement.refusal is not None:
        allowed = judgement.refusal.allowed
        match judgement.refusal.reason:
            case "listed":
                return f"only {' and '.join(allowed)} may refer to it" if allowed else "nobody may refer to it"
            case "std only":
                return "marked for the standard library only"
            case "unmarked":
                return "not marked for use by other packages"
    if judgement.verdict == "undefined":
        if any(one.made == "nothing" for one in facts):
            return "it has no body; the compiler may put its own code in its place"
        return "only assembly can call it"
    if any(one.status == "marked" for one in facts):
        return "marked"
    if release.language < (1, 23):
        return "releases before Go 1.23 refuse nothing"
    if any(one.made in ("text", "globl") for one in facts):
        return "unmarked, but in assembly"
    return "unmarked, but known to the compiler, which Go 1.23 lets pass"


def platform_words(platforms: Sequence[str], ports: Sequence[str]) -> str:
    """Return platforms in few words: "windows", "all but plan9", "amd64, arm64"; "" for all of ``ports``."""
    if len(platforms) == len(ports):
        return ""
    others = [one for one in ports if one not in set(platforms)]
    words = [_listed(platforms, ports), f"all but {_listed(others, ports)}"]
    return min(words, key=len)


def _listed(platforms: Sequence[str], ports: Sequence[str]) -> str:
    """Return platforms, with one word for all of a system or of an architecture."""
    wanted = set(platforms)
    named: list[list[str]] = []
    for part in (0, 1):
        groups: dict[str, list[str]] = {}
        for port in ports:
            groups.setdefault(port.split("/")[part], []).append(port)
        whole = {name: group for name, group in groups.items() if wanted.issuperset(group)}
        covered = {port for group in whole.values() for port in group}
        named.append([*sorted(whole), *sorted(wanted - covered)])
    return min((", ".join(names) for names in named), key=len)


def span_words(first: ReleaseId, last: ReleaseId, known: Sequence[ReleaseId]) -> str:
    """Return a stretch of releases: "Go 1.21 to 1.22" where it takes whole ones, "Go 1.23.2 to 1.27" where it does not.

    ``known`` are all known releases.
    """
    begins = next(one for one in known if one.language == first.language)
    ends = [one for one in known if one.language == last.language][-1]
    whole_start, whole_end = begins == first, ends == last
    start = _language(first) if whole_start and (first.language != last.language or whole_end) else str(first)
    end = _language(last) if whole_end else str(last)
    if first == last or (first.language == last.language and whole_start and whole_end):
        return f"Go {end if whole_start and whole_end else start}"
    return f"Go {start} to {end}"


def _language(release: ReleaseId) -> str:
    return f"{release.major}.{release.minor}"


def near(symbol: str) -> str:
    """Return a symbol that some release has and that is spelled much like another; "" when none is."""
    path = owner(symbol)
    known = table.shipped()
    if not known.text(path) or not path:
        paths = difflib.get_close_matches(path, known.paths, 1, 0.7)
        if not path or not paths:
            return ""
        better = f"{paths[0]}{symbol[len(path) :]}"
        return better if any(known.history(better)) else near(better)
    member = symbol[len(path) + 1 :]
    # Case first: exported and unexported forms of a name are often mistaken for each other.
    names = [name for name, _ in symbols(known.text(path))]
    found = [name for name in names if name.lower() == member.lower()] or difflib.get_close_matches(member, names, 1)
    return f"{path}.{found[0]}" if found else ""


def dependents(found: Iterable[Period]) -> tuple[str, ...]:
    """Return the modules that releases name as the users of a symbol, those of the newest release that names any."""
    return next((one.shame for one in reversed(list(found)) if one.shame), ())
