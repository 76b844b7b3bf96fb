from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linkname_ls.build import paths
from linkname_ls.build.modules import Module
from linkname_ls.build.world import find_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkname_ls.build.toolchain import Toolchain
    from support.sandbox import Sandbox


def test_a_module_is_found_from_any_folder_in_it(fake: Sandbox) -> None:
    fake.write({"m/go.mod": "module example.com/m\n\ngo 1.21.3\n", "m/a/b/x.go": "package b\n"})
    world = fake.world("m/a/b")
    assert world.root == fake.root / "m"
    assert world.mains == (Module("example.com/m", fake.root / "m", "", "1.21", "main", immutable=False),)
    assert world.import_path(fake.root / "m/a/b") == "example.com/m/a/b"
    assert world.package_dir("example.com/m/a/b") == fake.root / "m/a/b"
    assert world.problems == ()


def test_the_standard_library_belongs_to_every_world(fake: Sandbox) -> None:
    fake.write({"m/go.mod": "module example.com/m\n\ngo 1.21\n"})
    world = fake.world("m")
    src = fake.root / "go/src"
    assert world.package_dir("time") == src / "time"
    assert world.package_dir("cmd/go") == src / "cmd/go"
    assert world.package_dir("vendor/golang.org/x/net/idna") == src / "vendor/golang.org/x/net/idna"
    assert world.import_path(src / "time") == "time"
    assert world.modules()[-1] == Module("std", src, "", "1.22", "std", immutable=True)
    assert world.module_of(src / "cmd/go") == Module("cmd", src / "cmd", "", "1.22", "std", immutable=True)


@pytest.mark.parametrize(
    "path",
    ["", ".", "..", "../m", "example.com/m/../x", "/etc", "a//b", "a\\b", "C:", "a\0b", "no/such", "example.com/other"],
)
def test_paths_that_name_no_package(fake: Sandbox, path: str) -> None:
    fake.write({"m/go.mod": "module example.com/m\n\ngo 1.21\n", "m/a.go": "package m\n"})
    assert fake.world("m").package_dir(path) is None


def test_a_package_needs_a_folder(fake: Sandbox) -> None:
    fake.write({"m/go.mod": "module example.com/m\n\ngo 1.21\n", "m/empty/readme": ""})
    world = fake.world("m")
    assert world.package_dir("example.com/m/empty") == fake.root / "m/empty"
    assert world.package_dir("example.com/m/missing") is None


def test_a_nested_module_is_not_part_of_the_module_around_it(fake: Sandbox) -> None:
    fake.write(
        {
            "m/go.mod": "module example.com/m\n\ngo 1.21\n",
            "m/in/go.mod": "module example.com/m/in\n",
            "m/in/deep/a.go": "package deep\n",
        }
    )
    outer, inner = fake.world("m"), fake.world("m/in/deep")
    folder = fake.root / "m/in/deep"
    assert outer.import_path(folder) is None
    assert outer.module_of(folder) is None
    assert outer.package_dir("example.com/m/in/deep") is None
    assert inner.root == fake.root / "m/in"
    assert inner.import_path(folder) == "example.com/m/in/deep"


def test_folders_elsewhere_are_outside(fake: Sandbox) -> None:
    fake.write({"m/go.mod": "module example.com/m\n\ngo 1.21\n", "mm/a.go": "package mm\n"})
    world = fake.world("m")
    assert world.import_path(fake.root / "mm") is None
    assert world.module_of(fake.root) is None


def test_a_module_reached_by_a_link(fake: Sandbox) -> None:
    fake.write({"m/go.mod": "module example.com/m\n\ngo 1.21\n", "m/a/x.go": "package a\n"})
    (fake.root / "link").symlink_to("m")
    world = fake.world("link/a")
    assert world.root == fake.root / "link"
    assert world.package_dir("example.com/m/a") == fake.root / "link/a"
    assert world.import_path(fake.root / "link/a") == "example.com/m/a"
    assert world.import_path(fake.root / "m/a") == "example.com/m/a"
    assert fake.world("m").import_path(fake.root / "link/a") == "example.com/m/a"


def test_goroot_and_module_cache_reached_by_links(fake: Sandbox) -> None:
    fake.write(
        {
            "m/go.mod": "module example.com/m\n\ngo 1.21\n\nrequire example.com/b v1.0.0\n",
            "cache/example.com/b@v1.0.0/in/b.go": "package in\n",
        }
    )
    (fake.root / "goroot").symlink_to("go")
    (fake.root / "modcache").symlink_to("cache")
    world = fake.world("m")
    assert world.import_path(fake.root / "goroot/src/time") == "time"
    assert world.import_path(fake.root / "modcache/example.com/b@v1.0.0/in") == "example.com/b/in"
    assert fake.world("goroot/src/time").mains[0].kind == "std"
    assert fake.world("modcache/example.com/b@v1.0.0/in").mains[0].path == "example.com/b"


def test_a_half_typed_go_mod(fake: Sandbox) -> None:
    fake.write({"m/go.mod": "modul\n\nrequire (\n\texample.com/b", "m/a.go": "package m\n"})
    world = fake.world("m")
    assert world.problems == (f"{fake.root / 'm' / 'go.mod'} has no module line.",)
    assert world.modules()[0].kind == "main"
    assert world.missing_modules() == ()


def test_missing_dependencies_are_named(fake: Sandbox) -> None:
    fake.write(
        {
            "m/go.mod": "module example.com/m\n\ngo 1.21\n\nrequire (\n"
            "\texample.com/b v1.0.0\n\texample.com/c v1.1.0 // indirect\n)\nreplace example.com/c => ../c\n",
            "cache/example.com/b@v1.0.0/b.go": "package b\n",
        }
    )
    world = fake.world("m")
    assert [module.path for module in world.missing_modules()] == ["example.com/c"]
    assert [module.path for module in world.modules()] == ["example.com/m", "example.com/b", "std"]


def test_a_dependency_knows_its_language_and_never_changes(fake: Sandbox) -> None:
    fake.write(
        {
            "m/go.mod": "module example.com/m\n\ngo 1.21\n\nrequire example.com/b v1.0.0\n",
            "cache/example.com/b@v1.0.0/b.go": "package b\n",
            "cache/example.com/b@v1.0.0/go.mod": "module example.com/b\n\ngo 1.19\n",
        }
    )
    folder = fake.cache / "example.com/b@v1.0.0"
    module = Module("example.com/b", folder, "v1.0.0", "1.19", "dependency", immutable=True)
    world = fake.world("m")
    assert world.module_of(folder) == module
    assert world.modules()[1] == module


def test_a_replaced_dependency_may_change(fake: Sandbox) -> None:
    fake.write(
        {
            "m/go.mod": "module example.com/m\n\ngo 1.21\n\n"
            "require example.com/b v1.0.0\nreplace example.com/b => ../b\n",
            "b/go.mod": "module example.com/whatever\n",
            "b/b.go": "package b\n",
        }
    )
    world = fake.world("m")
    assert world.module_of(fake.root / "b") == Module(
        "example.com/b", fake.root / "b", "v1.0.0", "", "dependency", immutable=False
    )
    assert world.import_path(fake.root / "b") == "example.com/b"
    assert fake.world("b").import_path(fake.root / "b") == "example.com/whatever"


def test_another_version_in_the_cache_is_outside(fake: Sandbox) -> None:
    fake.write(
        {
            "m/go.mod": "module example.com/m\n\ngo 1.21\n\nrequire example.com/b v1.0.0\n",
            "cache/example.com/b@v1.0.0/b.go": "package b\n",
            "cache/example.com/b@v1.1.0/b.go": "package b\n",
        }
    )
    assert fake.world("m").import_path(fake.cache / "example.com/b@v1.1.0") is None


def test_the_toolchain_line_selects_the_tree(fake: Sandbox) -> None:
    fake.tree(f"cache/golang.org/toolchain@v0.0.1-go1.23.4.{fake.toolchain.host}", version="go1.23.4")
    fake.toolchain = replace(fake.toolchain, toolchain_mode="auto")
    fake.write({"m/go.mod": "module example.com/m\n\ngo 1.22\n\ntoolchain go1.23.4\n"})
    world = fake.world("m")
    assert world.toolchain.version == "go1.23.4"
    assert world.problems == ()
    assert world.toolchain.goroot is not None
    assert world.toolchain.goroot.is_relative_to(fake.cache)
    assert world.package_dir("time") == world.toolchain.goroot / "src/time"


def test_a_missing_toolchain_is_a_problem(fake: Sandbox) -> None:
    fake.toolchain = replace(fake.toolchain, toolchain_mode="auto")
    fake.write({"m/go.mod": "module example.com/m\n\ngo 1.99\n"})
    assert fake.world("m").problems == (
        "go.mod asks for go1.99.0, which is not on this machine: answers come from go1.22.3.",
    )


def test_a_machine_without_go_still_has_modules(fake: Sandbox) -> None:
    fake.toolchain = replace(fake.toolchain, goroot=None, version="", problem="No Go.")
    fake.write({"m/go.mod": "module example.com/m\n\ngo 1.21\n", "m/a.go": "package m\n"})
    world = fake.world("m")
    assert world.problems == ("No Go.",)
    assert world.package_dir("time") is None
    assert world.import_path(fake.root / "m") == "example.com/m"
    assert [module.path for module in world.modules()] == ["example.com/m"]


def test_no_module_cache_at_all(fake: Sandbox) -> None:
    fake.toolchain = replace(fake.toolchain, gomodcache=None)
    fake.write({"m/go.mod": "module example.com/m\n\ngo 1.21\n\nrequire example.com/b v1.0.0\n"})
    world = fake.world("m")
    assert [module.path for module in world.missing_modules()] == ["example.com/b"]
    assert world.package_dir("example.com/b") is None
    assert world.import_path(fake.root / "elsewhere") is None


def test_one_package_does_not_cost_a_look_at_every_dependency(fake: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    needs = "".join(f"require example.com/x{number} v1.0.0\n" for number in range(500))
    fake.write(
        {
            "m/go.mod": "module example.com/m\n\ngo 1.21\n\n" + needs,
            "cache/example.com/x7@v1.0.0/in/a.go": "package in\n",
        }
    )
    world = fake.world("m")
    asked: list[str] = []
    for name in ("is_file", "is_dir", "has_go_files"):
        question: Callable[[str], bool] = getattr(paths, name)

        def counted(path: str, question: Callable[[str], bool] = question) -> bool:
            asked.append(path)
            return question(path)

        monkeypatch.setattr(paths, name, counted)
    assert world.package_dir("example.com/x7/in") == fake.cache / "example.com/x7@v1.0.0/in"
    assert 0 < len(asked) < 10


def test_a_lone_folder(fake: Sandbox) -> None:
    fake.write({"lone/a.go": "package main\n", "lone/sub/b.go": "package sub\n"})
    world, folder = fake.world("lone"), fake.root / "lone"
    assert world.mains == (Module("", folder, "", "", "none", immutable=False),)
    assert world.root == folder
    assert world.import_path(folder) == "command-line-arguments"
    assert world.package_dir("command-line-arguments") == folder
    assert world.import_path(folder / "sub") is None
    assert world.package_dir("time") == fake.root / "go/src/time"


def test_gopath(fake: Sandbox) -> None:
    fake.write(
        {
            "gopath/src/example.com/m/in/a.go": "package in\n",
            "gopath/src/example.com/other/a.go": "package other\n",
            "gopath/src/example.com/m/vendor/example.com/dep/a.go": "package dep\n",
        }
    )
    source = fake.root / "gopath/src"
    world = fake.world("gopath/src/example.com/m")
    assert world.import_path(source / "example.com/m/in") == "example.com/m/in"
    assert world.package_dir("example.com/other") == source / "example.com/other"
    assert world.import_path(source / "example.com/other") == "example.com/other"
    dep = "example.com/m/vendor/example.com/dep"
    assert world.import_path(source / dep) == dep
    assert world.package_dir(dep) == source / dep


def test_a_go_mod_of_the_temp_folder_does_not_count(fake: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    fake.write({"t/go.mod": "module example.com/t\n", "t/sub/a.go": "package sub\n"})
    monkeypatch.setenv("TMPDIR", str(fake.root / "t"))
    assert fake.world("t/sub").mains[0].kind == "none"


def test_folders_that_do_not_exist_are_survived(fake: Sandbox) -> None:
    world = fake.world("no/such/folder")
    assert world.mains[0].kind == "none"
    assert world.package_dir("command-line-arguments") is None
    assert find_world(Path("/a\0b"), fake.toolchain).mains[0].kind == "none"


def test_the_real_tree(local: Toolchain) -> None:
    assert local.goroot is not None
    world = find_world(local.goroot / "src" / "time", local)
    assert world.toolchain == local
    assert world.package_dir("internal/bytealg") == local.goroot / "src/internal/bytealg"
