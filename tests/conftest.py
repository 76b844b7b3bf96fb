"""What holds for the whole run."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest

from linkname_ls.build.kept import VARIABLE

_FOLDER = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Give all servers of a run one cache, shared by its workers; never the developer's own."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        config.stash[_FOLDER] = os.environ[VARIABLE] = tempfile.mkdtemp(prefix="linkname-ls-cache-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take it away."""
    if _FOLDER in config.stash:
        shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)
