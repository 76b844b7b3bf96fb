"""One sentence on what the Go releases make of a symbol of the standard library."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

from linkname_ls.releases import table
from linkname_ls.releases.facts import release_id
from linkname_ls.releases.judge import judge

if TYPE_CHECKING:
    from pathlib import Path

    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.releases.facts import Fact, ReleaseId

_State = Literal["open", "refused", "absent"]


def release_note(symbol: str, snapshot: Snapshot, folder: Path) -> str:
    """Return since when and until when a symbol may be pulled in a folder, and who needs it; "" for an unknown one.

    It holds for the folder's platform. When a Go is in use that is newer than all that is known, nothing is said of it.
    Without a full stop.
    """
    return _note(symbol, snapshot.platform(folder).name, _used(snapshot, folder))


@lru_cache(maxsize=1024)
def _note(symbol: str, platform: str, used: ReleaseId | None) -> str:
    """Return what :func:`release_note` does, for a platform and the release in use: the table never changes."""
    if not table.is_std(symbol):
        return ""
    history = table.history(symbol)
    states: list[tuple[ReleaseId, _State]] = [
        (release, _state(symbol, release, facts, platform)) for release, facts in history.items()
    ]
    if all(state == "absent" for _, state in states):
        return ""
    oldest, newest = states[0][0], _end_of_time(used, states[-1][0])
    phrases: list[str] = []
    for state, group in groupby(states, itemgetter(1)):
        run = [release for release, _ in group]
        phrases += _phrase(state, run[0], run[-1], oldest, newest)
    phrases += _dependents(history)
    return "; ".join(phrases)


def _dependents(history: Mapping[ReleaseId, tuple[Fact, ...]]) -> list[str]:
    """Return who needs a symbol, as the last release says that names anybody."""
    for release, facts in [*history.items()][::-1]:
        shame = next((fact.shame for fact in facts if fact.shame), None)
        if shame is not None:
            first, number = shame[0], len(shame)
            others = f"{number} known modules, among them " if number > 1 else ""
            last = release == table.newest_patches()[-1]
            when = "still" if last else f"up to Go {release.major}.{release.minor}"
            return [f"{when} needed by {others}{first}"]
    return []


def later_break(symbol: str, snapshot: Snapshot, folder: Path) -> str:
    """Return what a release after the one in use does to a symbol that may be pulled now: "refused by Go 1.27".

    "" when no known release does anything to it on the folder's platform.
    """
    now, platform = _used(snapshot, folder), snapshot.platform(folder).name
    later = [one for one in table.newest_patches() if now is not None and one.language > now.language]
    for release in later if later and table.is_std(symbol) else ():
        state = _state(symbol, release, table.facts(symbol, release), platform)
        if state != "open":
            return f"{'refused by' if state == 'refused' else 'gone in'} Go {release.major}.{release.minor}"
    return ""


def _used(snapshot: Snapshot, folder: Path) -> ReleaseId | None:
    return release_id(snapshot.worlds(folder)[0].toolchain.version)


def _end_of_time(used: ReleaseId | None, newest: ReleaseId) -> ReleaseId | None:
    """Return the release that speaks for all later ones: the newest; None when a newer one is in use."""
    return None if used is not None and used.language > newest.language else newest


def _state(symbol: str, release: ReleaseId, facts: tuple[Fact, ...], platform: str) -> _State:
    here = [one for one in facts if platform in one.platforms and one.made != "nothing"]
    if not here:
        return "absent"
    verdict = judge(symbol, release, platform, variable=all(one.kind == "var" for one in here)).verdict
    return "open" if verdict == "links" else "refused" if verdict == "refused" else "absent"


def _phrase(state: _State, first: ReleaseId, last: ReleaseId, oldest: ReleaseId, newest: ReleaseId | None) -> list[str]:
    patches = [one.patch for one in table.releases() if one.language == first.language]
    begin = str(first) if first.patch > min(patches) else f"{first.major}.{first.minor}"
    end = str(last) if last not in table.newest_patches() else f"{last.major}.{last.minor}"
    span = f"in Go {begin}" if begin == end else f"in Go {begin} to {end}"
    if state == "absent":
        if first == oldest:
            return []  # what follows says since when it exists
        return [f"gone since Go {begin}" if last == newest else f"missing {span}"]
    word = "may be pulled" if state == "open" else "refused"
    if (first, last) == (oldest, newest):
        return [f"{word} in every Go release since {begin}"]
    if first == oldest:
        return [f"{word} through Go {end}"]
    return [f"{word} since Go {begin}" if last == newest else f"{word} {span}"]
