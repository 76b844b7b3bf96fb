"""One sentence on what the Go releases make of a symbol of the standard library."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

from linkname_ls.releases import table
from linkname_ls.releases.judge import judge

if TYPE_CHECKING:
    from linkname_ls.releases.facts import Fact, ReleaseId

_State = Literal["open", "refused", "absent"]


def release_note(symbol: str, platform: str) -> str:
    """Return since when and until when a symbol may be pulled on a platform, and who needs it; "" for an unknown one.

    ``platform`` is ``linux/amd64`` and the like. Without a full stop.
    """
    if not table.is_std(symbol):
        return ""
    history = table.history(symbol)
    states: list[tuple[ReleaseId, _State]] = [
        (release, _state(symbol, release, facts, platform)) for release, facts in history.items()
    ]
    if all(state == "absent" for _, state in states):
        return ""
    oldest, newest = states[0][0], states[-1][0]
    phrases: list[str] = []
    for state, group in groupby(states, itemgetter(1)):
        run = [release for release, _ in group]
        phrases += _phrase(state, run[0], run[-1], oldest, newest)
    for facts in reversed(history.values()):
        shame = next((fact.shame for fact in facts if len(fact.shame) > 0), None)
        if shame is not None:
            others = f"{len(shame)} known modules, among them " if len(shame) > 1 else ""
            phrases.append(f"needed by {others}{shame[0]}")
            break
    return "; ".join(phrases)


def _state(symbol: str, release: ReleaseId, facts: tuple[Fact, ...], platform: str) -> _State:
    here = [one for one in facts if platform in one.platforms and one.made != "nothing"]
    if not here:
        return "absent"
    verdict = judge(symbol, release, platform, variable=all(one.kind == "var" for one in here)).verdict
    return "open" if verdict == "links" else "refused" if verdict == "refused" else "absent"


def _phrase(state: _State, first: ReleaseId, last: ReleaseId, oldest: ReleaseId, newest: ReleaseId) -> list[str]:
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
