"""What the go command defines for assembly: ``GOOS_linux``, ``GOARCH_amd64``, ``GOAMD64_v1``.

Source: ``asmArgs`` in cmd/go/internal/work/gc.go.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkname_ls.source.certainty import Certainty

if TYPE_CHECKING:
    from linkname_ls.build.platform import Platform
    from linkname_ls.source.preprocessor import Conditions

_LEVEL = re.compile(r"GO(386|AMD64|ARM|ARM64|MIPS|MIPS64|PPC64|RISCV64)_\w+")
_LEVELS = {"mips": "mips mipsle", "mips64": "mips64 mips64le", "ppc64": "ppc64 ppc64le"}


def predefined(macro: str, platform: Platform) -> Certainty:
    """Return whether a macro is defined on the assembler's command line for a platform.

    MAYBE for one of which the go command knows nothing: a header or ``-asmflags`` could define it.
    """
    kind, _, value = macro.partition("_")
    if kind in ("GOOS", "GOARCH") and value:
        return Certainty.YES if value == (platform.goos if kind == "GOOS" else platform.goarch) else Certainty.NO
    level = _LEVEL.fullmatch(macro)
    if level is None:
        return Certainty.MAYBE
    family = level[1].lower()
    if platform.goarch not in _LEVELS.get(family, family).split():
        return Certainty.NO
    if family != "amd64":
        return Certainty.MAYBE
    # The tags of all levels up to this one hold, but the one macro is defined.
    levels = [int(tag.removeprefix("amd64.v")) for tag in platform.tags if re.fullmatch(r"amd64\.v\d", tag)]
    return (Certainty.YES if value == f"v{max(levels)}" else Certainty.NO) if levels else Certainty.MAYBE


def assembled(conditions: Conditions, platform: Platform) -> Certainty:
    """Return whether what stands under conditions in a file is assembled for a platform."""
    found = Certainty.YES
    for macro, wanted, in_file in conditions:
        defined = predefined(macro, platform) if in_file is None else in_file
        found = min(found, defined if wanted else Certainty(Certainty.YES - defined))
    return found
