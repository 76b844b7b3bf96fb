"""Writes what Go releases say of the standard library into the package: ``tools/std_facts.py 1.28.0`` adds a release.

    python tools/std_facts.py 1.28.0 [1.28.1 ...]   add releases, or make them anew
    python tools/std_facts.py --all                 make the whole table, of every release that the module proxy has

Sources are downloaded with the go command (see ``go_trees.py``) and kept in ``--cache``. A release takes half a minute.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar, cast

import go_trees
from linkname_ls.releases import form
from linkname_ls.releases.extract import extract
from linkname_ls.releases.facts import Extract
from linkname_ls.releases.table import DATA, Table, releases

T = TypeVar("T")

_CACHE = Path(__file__).resolve().parent.parent / ".cache" / "go-releases"


def main() -> int:
    """Make the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("version", nargs="*", help="a release: 1.28.0")
    parser.add_argument("--all", action="store_true", help="every release since 1.21")
    parser.add_argument("--cache", type=Path, default=_CACHE, help="where sources are kept (%(default)s)")
    parser.add_argument("--output", type=Path, default=DATA, help="the file to write (%(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="how many releases are read at a time")
    options = parser.parse_args()
    # The proxy's list lacks some that it has.
    versions = sorted({*go_trees.known_versions(), *map(str, releases())}) if options.all else options.version
    if not versions:
        parser.error("name a release, or --all")
    known = [] if options.all or not options.output.exists() else kept(Table(options.output), versions)
    trees = [go_trees.tree(version, options.cache) for version in versions]
    same: dict[object, object] = {}
    with ProcessPoolExecutor(options.jobs) as pool:
        known += [shared(one, same) for one in pool.map(_read, trees)]
    form.write(options.output, known)
    print(f"{options.output}: {options.output.stat().st_size} bytes")  # noqa: T201
    return 0


def kept(table: Table, versions: list[str]) -> list[Extract]:
    """Return what a table knows of other releases than these."""
    return [table.extract(at) for at, one in enumerate(table.header.releases) if str(one.id) not in versions]


def shared(found: Extract, same: dict[object, object]) -> Extract:
    """Return an extract that has what other releases say too in common with them: all together are large."""

    def one(value: T) -> T:
        return cast("T", same.setdefault(value, value))

    packages = {
        path: {one(symbol): one(facts) for symbol, facts in symbols.items()} for path, symbols in found.packages.items()
    }
    return found._replace(packages=packages)


def _read(root: Path) -> Extract:
    start = time.monotonic()
    found = extract(root)
    symbols = sum(map(len, found.packages.values()))
    print(f"{root.name}: {symbols} symbols, {time.monotonic() - start:.0f} s", flush=True)  # noqa: T201
    return found


if __name__ == "__main__":
    raise SystemExit(main())
