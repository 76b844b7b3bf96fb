"""The go command as the judge: fixtures that build modules and ask it about them, without a network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from linkname_ls.build.toolchain import Toolchain, read_toolchain, with_tree
from support.sandbox import Sandbox, clean_environ


@pytest.fixture(scope="session")
def local() -> Toolchain:
    """The Go toolchain that runs the tests."""
    toolchain = read_toolchain(clean_environ())
    assert not toolchain.problem
    return toolchain


@pytest.fixture
def sandbox(tmp_path: Path, local: Toolchain) -> Sandbox:
    """An empty sandbox."""
    return Sandbox(tmp_path, local)


@pytest.fixture
def fake(sandbox: Sandbox) -> Sandbox:
    """A sandbox whose toolchain is a small Go tree in the folder "go", which does not switch."""
    sandbox.tree("go")
    sandbox.toolchain = replace(with_tree(sandbox.toolchain, sandbox.root / "go"), toolchain_mode="local")
    return sandbox
