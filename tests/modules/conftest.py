"""One consumer module for each third-party module, made once."""

from __future__ import annotations

import pytest

from support.modules import Consumer


def _consumer(factory: pytest.TempPathFactory, requirement: str) -> Consumer:
    return Consumer(factory.mktemp("consumer"), requirement)


@pytest.fixture(scope="session")
def sonic(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    """A fast JSON codec with a just-in-time compiler: runtime internals and assembly, and two modules of its own."""
    return _consumer(tmp_path_factory, "github.com/bytedance/sonic@v1.15.5")


@pytest.fixture(scope="session")
def go_json(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    """A JSON codec that pulls methods of package reflect. Its later releases have no directives any more."""
    return _consumer(tmp_path_factory, "github.com/goccy/go-json@v0.10.6")


@pytest.fixture(scope="session")
def purego(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    """C calls without cgo: trampolines in assembly, symbols of C libraries, variables pushed into runtime."""
    return _consumer(tmp_path_factory, "github.com/ebitengine/purego@v0.11.3")


@pytest.fixture(scope="session")
def x_sys(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    """The system calls of every system: pulls of package syscall, and variables bound to symbols of C libraries."""
    return _consumer(tmp_path_factory, "golang.org/x/sys/unix@v0.48.0")
