from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from linkname_ls.build.modules import Module

if TYPE_CHECKING:
    from support.sandbox import Sandbox


WORK = {
    "w/go.work": "go 1.22\n\nuse (\n\t./a\n\t./b\n)\n",
    "w/a/go.mod": "module example.com/a\n\ngo 1.21\n",
    "w/a/x.go": "package a\n",
    "w/b/go.mod": "module example.com/b\n\ngo 1.20\n",
    "w/b/in/x.go": "package in\n",
}


@pytest.mark.parametrize("where", ["w", "w/a", "w/b/in"])
def test_a_workspace_is_one_world(fake: Sandbox, where: str) -> None:
    fake.write(WORK)
    world = fake.world(where)
    assert world.root == fake.root / "w"
    assert [(module.path, module.go) for module in world.mains] == [
        ("example.com/a", "1.21"),
        ("example.com/b", "1.20"),
    ]
    assert world.package_dir("example.com/b/in") == fake.root / "w/b/in"
    assert world.import_path(fake.root / "w/a") == "example.com/a"
    assert world.import_path(fake.root / "w") is None
    assert world.problems == ()


def test_a_module_that_the_workspace_does_not_use_is_read_alone(fake: Sandbox) -> None:
    fake.write(WORK | {"w/c/go.mod": "module example.com/c\n"})
    world = fake.world("w/c")
    assert [module.path for module in world.mains] == ["example.com/c"]
    assert world.problems == (
        f"{fake.root / 'w' / 'go.work'} does not use the module in {fake.root / 'w' / 'c'}, "
        "which is read on its own; see `go work use`.",
    )


def test_gowork_off(fake: Sandbox) -> None:
    fake.write(WORK)
    fake.toolchain = replace(fake.toolchain, gowork="off")
    assert [module.path for module in fake.world("w/a").mains] == ["example.com/a"]
    assert fake.world("w/a").problems == ()


def test_gowork_names_a_file(fake: Sandbox) -> None:
    fake.write(WORK | {"other/go.work": "go 1.22\nuse ../w/a\n"})
    fake.toolchain = replace(fake.toolchain, gowork=str(fake.root / "other/go.work"))
    assert fake.world("w/a").root == fake.root / "other"


@pytest.mark.parametrize("value", ["relative/go.work", "/no/such/go.work"])
def test_a_useless_gowork_is_a_problem(fake: Sandbox, value: str) -> None:
    fake.write(WORK)
    fake.toolchain = replace(fake.toolchain, gowork=value)
    world = fake.world("w/a")
    assert [module.path for module in world.mains] == ["example.com/a"]
    assert len(world.problems) == 1
    assert value in world.problems[0]


def test_a_workspace_names_folders_that_are_no_modules(fake: Sandbox) -> None:
    fake.write(WORK | {"w/go.work": "go 1.22\nuse ./a\nuse ./gone\n"})
    world = fake.world("w/a")
    assert [module.path for module in world.mains] == ["example.com/a"]
    assert world.problems == (f"{fake.root / 'w' / 'go.work'} uses {fake.root / 'w' / 'gone'}, which has no go.mod.",)


def test_an_empty_workspace_is_survived(fake: Sandbox) -> None:
    fake.write({"w/go.work": "\xff garbage ("})
    world = fake.world("w")
    assert world.mains == ()
    assert world.package_dir("example.com/a") is None
    assert world.import_path(fake.root / "w") is None


def test_the_go_work_line_asks_for_the_toolchain(fake: Sandbox) -> None:
    fake.write(WORK | {"w/go.work": "go 1.99\nuse ./a\n"})
    fake.toolchain = replace(fake.toolchain, toolchain_mode="auto")
    assert "go1.99.0" in fake.world("w/a").problems[0]


# --- Vendor folders ---


VENDORED = {
    "m/go.mod": "module example.com/m\n\ngo 1.23\n\nrequire example.com/b v1.0.0\n",
    "m/vendor/modules.txt": "# example.com/b v1.0.0\n## explicit; go 1.20\nexample.com/b/in\n",
    "m/vendor/example.com/b/in/b.go": "package in\n",
    "m/vendor/example.com/stray/x.go": "package stray\n",
    "cache/example.com/b@v1.0.0/in/b.go": "package in\n",
}


def test_vendored_packages(fake: Sandbox) -> None:
    fake.write(VENDORED)
    world, folder = fake.world("m"), fake.root / "m/vendor/example.com/b"
    assert world.package_dir("example.com/b/in") == folder / "in"
    assert world.import_path(folder / "in") == "example.com/b/in"
    assert world.module_of(folder / "in") == Module(
        "example.com/b", folder, "v1.0.0", "1.20", "vendored", immutable=False
    )
    assert world.import_path(fake.cache / "example.com/b@v1.0.0/in") is None
    assert fake.world("m/vendor/example.com/b/in").root == fake.root / "m"


def test_unlisted_vendored_packages_count_before_1_23_only(fake: Sandbox) -> None:
    fake.write(VENDORED)
    assert fake.world("m").package_dir("example.com/stray") is None
    assert fake.world("m").import_path(fake.root / "m/vendor/example.com/stray") is None
    fake.write({"m/go.mod": "module example.com/m\n\ngo 1.22\n"})
    assert fake.world("m").package_dir("example.com/stray") == fake.root / "m/vendor/example.com/stray"


@pytest.mark.parametrize("go", ["go 1.13\n", ""])
def test_vendor_folders_of_old_modules_are_not_used(fake: Sandbox, go: str) -> None:
    fake.write(VENDORED | {"m/go.mod": f"module example.com/m\n\n{go}\nrequire example.com/b v1.0.0\n"})
    assert fake.world("m").package_dir("example.com/b/in") == fake.cache / "example.com/b@v1.0.0/in"


@pytest.mark.parametrize(("flag", "vendored"), [("vendor", True), ("mod", False), ("readonly", False)])
def test_the_mod_flag_decides_about_vendoring(fake: Sandbox, flag: str, vendored: bool) -> None:
    fake.write(VENDORED)
    fake.toolchain = replace(fake.toolchain, mod_flag=flag)
    folder = fake.root / "m/vendor/example.com/b" if vendored else fake.cache / "example.com/b@v1.0.0"
    assert fake.world("m").package_dir("example.com/b/in") == folder / "in"
