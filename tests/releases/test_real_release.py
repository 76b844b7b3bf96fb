"""What the go command writes, as ``tools/conformance.py`` reads it."""

from __future__ import annotations

from go_release import Said, blocks, said_of

BUILD = """\
# m/a
link: main: invalid reference to net.absDomainName
# m/b
main.f: relocation target runtime.gone not defined
main.g·f: relocation target runtime.(*T).gone not defined for ABIInternal (but is defined for ABI0)
# m/c
link: duplicated definition of symbol runtime.memmove, from runtime (type STEXT size 1) and main (type STEXT size 1)
# m/d
d/main.go:3:8: package gone is not in std
# m/e
signal: killed
"""


def test_verdicts_are_read_from_what_go_build_writes() -> None:
    found = {package: said_of(text) for package, text in blocks(BUILD).items()}
    assert found == {
        "m/a": Said(refused=frozenset({"net.absDomainName"})),
        "m/b": Said(missing=frozenset({"runtime.gone", "runtime.(*T).gone"})),
        "m/c": Said(defined=frozenset({"runtime.memmove"})),
        "m/d": Said(compiled=False, other="d/main.go:3:8: package gone is not in std"),
        "m/e": Said(other="signal: killed"),
    }
    assert not any(one.links for one in found.values())
