from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkname_ls.build.modules import Module
from linkname_ls.build.world import find_world

if TYPE_CHECKING:
    from support.sandbox import Sandbox


def test_a_go_tree_is_its_own_world(fake: Sandbox) -> None:
    fake.tree("other", version="go1.19.2")
    src = fake.root / "other/src"
    world = fake.world("other/src/cmd/go")
    assert world.root == src
    assert world.toolchain.goroot == fake.root / "other"
    assert world.toolchain.version == "go1.19.2"
    assert "go1.19" in world.toolchain.platform.tags
    assert "go1.20" not in world.toolchain.platform.tags
    assert world.modules() == world.mains == (Module("std", src, "", "1.22", "std", immutable=True),)
    assert world.package_dir("time") == src / "time"
    assert world.import_path(fake.root / "go/src/time") is None


@pytest.mark.parametrize(
    ("folder", "path"),
    [
        ("time", "time"),
        ("cmd/go", "cmd/go"),
        ("vendor/golang.org/x/net/idna", "vendor/golang.org/x/net/idna"),
        ("cmd/vendor/golang.org/x/mod", "cmd/vendor/golang.org/x/mod"),
        ("", None),
        ("time/testdata/nested", None),
    ],
)
def test_symbol_paths_in_a_go_tree(fake: Sandbox, folder: str, path: str | None) -> None:
    src = fake.root / "go/src"
    world = fake.world("go/src")
    assert world.import_path(src / folder) == path
    if path is not None:
        assert world.package_dir(path) == src / folder


def test_vendored_packages_of_a_go_tree_have_one_name(fake: Sandbox) -> None:
    assert fake.world("go/src/time").package_dir("golang.org/x/net/idna") is None


def test_a_tree_that_someone_works_on_may_change(fake: Sandbox) -> None:
    fake.tree("a", version="")
    fake.tree("b")
    (fake.root / "b/.git").mkdir()
    assert not fake.world("a/src/time").mains[0].immutable
    assert not fake.world("b/src/time").mains[0].immutable
    assert fake.world("a/src/time").toolchain.version == "go1.22"


def test_a_toolchain_in_the_module_cache_is_a_tree(fake: Sandbox) -> None:
    name = f"golang.org/toolchain@v0.0.1-go1.23.4.{fake.toolchain.host}"
    fake.tree(f"cache/{name}", version="go1.23.4", go_mod="_go.mod")
    world = fake.world(f"cache/{name}/src/time")
    assert (world.mains[0].kind, world.toolchain.version) == ("std", "go1.23.4")


def test_a_module_inside_a_tree_is_a_world_of_its_own(fake: Sandbox) -> None:
    assert fake.world("go/src/time/testdata/nested").mains[0].path == "nested"


def test_a_module_named_std_elsewhere_is_an_ordinary_one(fake: Sandbox) -> None:
    fake.write({"m/src/go.mod": "module std\n", "m/src/a.go": "package a\n"})
    assert fake.world("m/src").mains[0].kind == "main"


def test_tests_of_a_go_tree_belong_to_no_module(fake: Sandbox) -> None:
    assert fake.world("go/test").mains[0].kind == "none"


# --- The module cache ---


def test_a_dependency_without_go_mod_is_named_by_its_folder(fake: Sandbox) -> None:
    folder = fake.cache / "github.com/!azure/go-!sdk@v1.2.3-!r!c1"
    fake.write({f"{folder.relative_to(fake.root)}/in/a.go": "package in\n"})
    world = find_world(folder / "in", fake.toolchain)
    assert world.mains == (Module("github.com/Azure/go-Sdk", folder, "v1.2.3-RC1", "", "dependency", immutable=True),)
    assert world.import_path(folder / "in") == "github.com/Azure/go-Sdk/in"


def test_a_dependency_is_named_by_its_go_mod(fake: Sandbox) -> None:
    fake.write(
        {
            "cache/example.com/fork@v1.0.0/go.mod": "module example.com/original\n\ngo 1.20\n",
            "cache/example.com/fork@v1.0.0/a.go": "package a\n",
        }
    )
    world = fake.world("cache/example.com/fork@v1.0.0")
    assert world.mains[0].path == "example.com/original"
    assert world.package_dir("example.com/original") == fake.cache / "example.com/fork@v1.0.0"


@pytest.mark.parametrize("folder", ["cache", "cache/example.com", "cache/cache/download/example.com/a@v1.0.0"])
def test_other_folders_of_the_cache_are_no_modules(fake: Sandbox, folder: str) -> None:
    fake.write({f"{folder}/a.go": "package a\n"})
    assert fake.world(folder).mains[0].kind == "none"
