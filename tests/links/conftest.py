"""What the tests of the search share."""

from __future__ import annotations

import pytest

from linkname_ls.build import reader
from linkname_ls.links import other


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files be believed at once, in both processes."""
    monkeypatch.setattr(reader, "_SETTLED", -(1 << 62))
    settle = "from linkname_ls.build import reader; reader._SETTLED = -(1 << 62)"
    monkeypatch.setattr(other, "PROGRAM", other.PROGRAM.replace("; from", f"; {settle}; from"))
