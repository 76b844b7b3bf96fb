"""Each topic of Lua tests is run once."""

from __future__ import annotations

import pytest

from support.neovim import Neovim


@pytest.fixture(scope="session")
def neovim(tmp_path_factory: pytest.TempPathFactory) -> Neovim:
    """What runs topics."""
    return Neovim(tmp_path_factory.mktemp("neovim"))
