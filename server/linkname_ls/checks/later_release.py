"""A later Go release than go.mod's refuses, loses or changes what is linked to.

Each release since 1.23 lets fewer symbols of the standard library be pulled, and its internals change without notice.
The module links with the release that go.mod asks for; whoever builds it with a later one will not get far. The
message names the first release that has a problem; `linkname-ls check --go all` shows them all, and `linkname-ls std
SYMBOL` what became of the symbol.

What is known of each release is in the tables that come with this program. Code that gates itself with build
constraints such as `//go:build !go1.23` is not reported where it is left out.

**Fix**: ask for the symbol to be marked (golang/go#67401), do without it, or gate it.

Source: `checkLinkname` and `blockedLinknames` in cmd/link/internal/loader/loader.go of each release.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from linkname_ls.checks.elsewhere import PROBLEMS, Cell
from linkname_ls.checks.finding import Finding
from linkname_ls.checks.forecast import Row, forecast
from linkname_ls.checks.unit import Unit
from linkname_ls.releases.authority import Authority
from linkname_ls.releases.facts import ReleaseId, release_id
from linkname_ls.releases.table import nearest, newest_patches

if TYPE_CHECKING:
    from linkname_ls.build.gomod import GoMod

CODE = "later-release"

# While somebody types, a release's table has to do: to read a tree takes seconds.
_AUTHORITY = Authority()


def check(unit: Unit) -> Iterator[Finding]:
    """Report each link that holds today and with go.mod's release, and breaks with a later one."""
    module = unit.module
    if module is None or module.kind != "main":
        return
    asked, used = _asked(unit.snapshot.worlds(module.dir)[0].go_mod(module)), nearest(unit.toolchain.version)
    later = [one for one in newest_patches() if asked is not None and one.language > asked.language]
    if asked is None or used is None or not later:
        return
    now = [one for one in {asked, used} if one not in later or one == used]
    wanted = sorted({*now, *later})
    for row in forecast(unit.snapshot, unit.source, wanted, unit.settings, unit.programs, _AUTHORITY):
        if any(row.cells[one].verdict in PROBLEMS for one in now):
            continue
        breaking = next((one for one in later if row.cells[one].verdict in PROBLEMS), None)
        if breaking is not None:
            message = _message(row, breaking, row.cells[breaking])
            yield Finding(CODE, "information", "advice", message, row.span, row.symbol)


def _asked(mod: GoMod | None) -> ReleaseId | None:
    """Return the known release that a go.mod asks for by its go and toolchain lines; None when none is known."""
    texts = (mod.go, mod.toolchain) if mod is not None else ()
    lines = [one for one in map(release_id, texts) if one is not None]
    return nearest(f"{max(lines).major}.{max(lines).minor}") if lines else None


def _message(row: Row, release: ReleaseId, cell: Cell) -> str:
    go = f"Go {release.major}.{release.minor}"
    match cell.verdict:
        case "refused":
            return f"invalid reference to {row.symbol} from {go} on: {cell.why}"
        case "missing":
            return f"{row.symbol} does not exist in {go} any more" + (f": {cell.why}" if cell.why else "")
        case "signature":
            return f"{row.symbol} has another type in {go}" + (f": {cell.why}" if cell.why else "")
        case _:
            return f"{row.symbol} has a body of its own in {go}: {cell.why}"
