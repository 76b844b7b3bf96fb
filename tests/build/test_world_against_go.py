"""The go command lists the packages of a build; this program must take each from the same folder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.sandbox import Sandbox


def agree(sandbox: Sandbox, where: str, **settings: str) -> dict[str, str]:
    """Compare all packages of a build; the non-standard ones, their folders relative to the sandbox."""
    listed = sandbox.packages(where, **settings)
    world = sandbox.world(where)
    assert {path: world.package_dir(path) for path in listed} == listed
    assert {folder: world.import_path(folder) for folder in listed.values()} == {
        folder: path for path, folder in listed.items()
    }
    goroot = sandbox.toolchain.goroot
    assert goroot is not None
    return {
        path: folder.relative_to(sandbox.root).as_posix()
        for path, folder in listed.items()
        if not folder.is_relative_to(goroot)
    }


def require(*needs: str, go: str = "1.22") -> str:
    return f"go {go}\n\n" + "".join(f"require {need}\n" for need in needs)


def test_a_module_that_lists_everything(sandbox: Sandbox) -> None:
    sandbox.publish("example.com/Upper/C", "v1.0.0", require(), top="", sub="unsafe")
    sandbox.publish("example.com/b", "v1.1.0", require("example.com/Upper/C v1.0.0"), top="example.com/Upper/C/sub")
    sandbox.write(
        {
            "m/go.mod": "module example.com/m\n\n" + require("example.com/b v1.1.0"),
            "m/a.go": 'package m\n\nimport _ "example.com/b"\nimport _ "example.com/m/in"\nimport _ "net/http"\n',
            "m/in/a.go": "package in\n",
        }
    )
    sandbox.tidy("m")
    assert agree(sandbox, "m") == {
        "example.com/m": "m",
        "example.com/m/in": "m/in",
        "example.com/b": "cache/example.com/b@v1.1.0",
        "example.com/Upper/C/sub": "cache/example.com/!upper/!c@v1.0.0/sub",
    }


def test_modules_within_modules(sandbox: Sandbox) -> None:
    sandbox.publish("example.com/big", "v1.0.0", require(), top="", a="", deep__b="")
    sandbox.publish("example.com/big/deep", "v1.3.0", require(), c="")
    sandbox.write(
        {
            "m/go.mod": "module example.com/m\n\n" + require("example.com/big v1.0.0", "example.com/big/deep v1.3.0"),
            "m/a.go": "package m\n"
            + "".join(f'import _ "example.com/big{x}"\n' for x in ("", "/a", "/deep/b", "/deep/c")),
        }
    )
    sandbox.tidy("m")
    found = agree(sandbox, "m")
    assert found["example.com/big/deep/b"] == "cache/example.com/big@v1.0.0/deep/b"
    assert found["example.com/big/deep/c"] == "cache/example.com/big/deep@v1.3.0/c"


def test_an_old_module_selects_from_the_whole_graph(sandbox: Sandbox) -> None:
    for version in ("v1.0.0", "v1.2.0", "v1.3.0", "v1.4.0"):
        sandbox.publish("example.com/d", version, "go 1.16\n")
    sandbox.publish("example.com/c", "v1.0.0", require("example.com/d v1.3.0", go="1.16"), top="example.com/d")
    sandbox.publish("example.com/b", "v1.0.0", require("example.com/c v1.0.0", go="1.16"), top="example.com/c")
    sandbox.publish("example.com/e", "v1.0.0", require("example.com/d v1.4.0", go="1.16"))
    sandbox.write(
        {
            "m/go.mod": "module example.com/m\n\n"
            + require("example.com/b v1.0.0", "example.com/e v1.0.0", "example.com/d v1.2.0", go="1.16")
            + "exclude example.com/d v1.4.0\n",
            "m/a.go": 'package m\n\nimport _ "example.com/b"\nimport _ "example.com/d"\nimport _ "example.com/e"\n',
        }
    )
    sandbox.run("m", "mod", "download", "all")
    sandbox.run("m", "list", "-mod=mod", "./...")
    assert agree(sandbox, "m")["example.com/d"] == "cache/example.com/d@v1.3.0"


def test_old_dependencies_are_followed_and_new_ones_are_not(sandbox: Sandbox) -> None:
    for version in ("v1.0.0", "v1.5.0", "v1.9.0"):
        sandbox.publish("example.com/z", version, require())
    # A workspace loads the graph: `old` needs z v1.5.0 by way of `mid`; what `new` needs indirectly is pruned.
    sandbox.publish("example.com/mid", "v1.0.0", require("example.com/z v1.5.0", go="1.16"), top="example.com/z")
    sandbox.publish("example.com/old", "v1.0.0", require("example.com/mid v1.0.0", go="1.16"))
    sandbox.publish("example.com/far", "v1.0.0", require("example.com/z v1.9.0"), top="example.com/z")
    sandbox.publish("example.com/new", "v1.0.0", require("example.com/far v1.0.0"))
    sandbox.write(
        {
            "w/go.work": "go 1.22\n\nuse ./a\nuse ./b\n",
            "w/a/go.mod": "module example.com/a\n\n" + require("example.com/old v1.0.0", "example.com/z v1.0.0"),
            "w/a/a.go": 'package a\n\nimport _ "example.com/z"\nimport _ "example.com/old"\n',
            "w/b/go.mod": "module example.com/b\n\n" + require("example.com/new v1.0.0"),
            "w/b/b.go": 'package b\n\nimport _ "example.com/new"\nimport _ "example.com/a"\n',
        }
    )
    assert agree(sandbox, "w/b")["example.com/a"] == "w/a"
    assert agree(sandbox, "w/a")["example.com/z"] == "cache/example.com/z@v1.5.0"


def test_a_workspace_follows_what_it_raised(sandbox: Sandbox) -> None:
    for version in ("v1.0.0", "v1.5.0"):
        sandbox.publish("example.com/z", version, require())
    sandbox.publish("example.com/y", "v1.0.0", require())
    sandbox.publish("example.com/y", "v1.1.0", require("example.com/x v1.0.0"), top="example.com/x")
    sandbox.publish("example.com/x", "v1.0.0", require("example.com/z v1.5.0"), top="example.com/z")
    sandbox.publish("example.com/p", "v1.0.0", require("example.com/y v1.1.0"))
    sandbox.write(
        {
            "w/go.work": "go 1.22\n\nuse (\n\t./a\n\t./b\n)\n",
            "w/a/go.mod": "module example.com/a\n\n" + require("example.com/y v1.0.0", "example.com/z v1.0.0"),
            "w/a/a.go": 'package a\n\nimport _ "example.com/y"\nimport _ "example.com/z"\n',
            "w/b/go.mod": "module example.com/b\n\n" + require("example.com/p v1.0.0"),
            "w/b/b.go": 'package b\n\nimport _ "example.com/p"\n',
        }
    )
    found = agree(sandbox, "w/a")
    assert found["example.com/y"] == "cache/example.com/y@v1.1.0"
    assert found["example.com/z"] == "cache/example.com/z@v1.5.0"


def test_replacements(sandbox: Sandbox) -> None:
    sandbox.publish("example.com/fork/b", "v1.5.0", require(), top="", sub="")
    sandbox.publish("example.com/c", "v1.0.0", require())
    sandbox.publish("example.com/c", "v1.1.0", require())
    sandbox.write(
        {
            "m/go.mod": "module example.com/m\n\n"
            + require("example.com/a v1.0.0", "example.com/b v1.0.0", "example.com/c v1.0.0")
            + "replace example.com/a => ../local\n"
            + "replace example.com/b v1.0.0 => example.com/fork/b v1.5.0\n"
            + "replace example.com/c v1.1.0 => ../nowhere\n",
            "m/a.go": "package m\n" + "".join(f'import _ "example.com/{x}"\n' for x in ("a", "a/in", "b/sub", "c")),
            "local/go.mod": "module example.com/a\n",
            "local/a.go": "package a\n",
            "local/in/a.go": "package in\n",
        }
    )
    # A fork's go.mod keeps the original's name.
    fork = sandbox.proxy / "example.com/fork/b/@v/v1.5.0.mod"
    assert fork.read_text().startswith("module example.com/fork/b")
    sandbox.tidy("m")
    assert agree(sandbox, "m") == {
        "example.com/m": "m",
        "example.com/a": "local",
        "example.com/a/in": "local/in",
        "example.com/b/sub": "cache/example.com/fork/b@v1.5.0/sub",
        "example.com/c": "cache/example.com/c@v1.0.0",
    }


def test_links_are_followed_where_go_follows_them(sandbox: Sandbox) -> None:
    sandbox.write(
        {
            "m/go.mod": "module example.com/m\n\n"
            + require("example.com/a v1.0.0")
            + "replace example.com/a => ./in/../../linked\n",
            "m/a.go": 'package m\n\nimport (\n\t_ "example.com/a"\n\t_ "example.com/a/in"\n)\n',
            "real/go.mod": "module example.com/a\n",
            "real/a.go": "package a\n",
            "outside/in.go": "package in\n\nfunc F() {}\n",
            "outside/b.txt": "package a\n",
        }
    )
    (sandbox.root / "linked").symlink_to("real")
    (sandbox.root / "real" / "in").symlink_to(sandbox.root / "outside")
    (sandbox.root / "real" / "b.go").symlink_to(sandbox.root / "outside" / "b.txt")
    (sandbox.root / "m" / "dots").symlink_to("../outside")
    assert agree(sandbox, "m") == {"example.com/m": "m", "example.com/a": "linked", "example.com/a/in": "linked/in"}


def test_replacements_in_a_workspace(sandbox: Sandbox) -> None:
    sandbox.publish("example.com/c", "v1.0.0", require())
    sandbox.write(
        {
            "w/go.work": "go 1.22\n\nuse ./a\nuse ./b\n\nreplace example.com/x => ./over\n",
            "w/a/go.mod": "module example.com/a\n\n"
            + require("example.com/x v1.0.0", "example.com/c v1.0.0")
            + "replace example.com/x => ../../hidden\n",
            "w/a/a.go": 'package a\n\nimport _ "example.com/x"\nimport _ "example.com/y"\nimport _ "example.com/c"\n',
            "w/b/go.mod": "module example.com/b\n\n"
            + require("example.com/y v1.0.0")
            + "replace example.com/y => ../../y\n",
            "w/b/b.go": 'package b\n\nimport _ "example.com/y"\n',
            "w/over/go.mod": "module example.com/x\n",
            "w/over/x.go": "package x\n",
            "hidden/go.mod": "module example.com/x\n",
            "hidden/x.go": "package x\n",
            "y/go.mod": "module example.com/y\n",
            "y/y.go": "package y\n",
        }
    )
    found = agree(sandbox, "w/a")
    assert found["example.com/x"] == "w/over"
    assert found["example.com/y"] == "y"


def test_a_vendor_folder(sandbox: Sandbox) -> None:
    sandbox.publish("example.com/c", "v1.0.0", require(go="1.19"), top="", sub="")
    sandbox.publish("example.com/b", "v1.1.0", require("example.com/c v1.0.0"), top="example.com/c/sub")
    sandbox.write(
        {
            "m/go.mod": "module example.com/m\n\n" + require("example.com/b v1.1.0", go="1.24"),
            "m/a.go": 'package m\n\nimport _ "example.com/b"\n',
        }
    )
    sandbox.tidy("m")
    sandbox.run("m", "mod", "vendor")
    assert agree(sandbox, "m") == {
        "example.com/m": "m",
        "example.com/b": "m/vendor/example.com/b",
        "example.com/c/sub": "m/vendor/example.com/c/sub",
    }
    modules = sandbox.world("m").modules()
    assert [(x.path, x.kind, x.go, x.version) for x in modules[:3]] == [
        ("example.com/m", "main", "1.24", ""),
        ("example.com/b", "vendored", "1.22", "v1.1.0"),
        ("example.com/c", "vendored", "1.19", "v1.0.0"),
    ]


def test_a_vendor_folder_that_a_flag_turns_off(sandbox: Sandbox) -> None:
    sandbox.publish("example.com/b", "v1.1.0", require())
    sandbox.write(
        {
            "m/go.mod": "module example.com/m\n\n" + require("example.com/b v1.1.0"),
            "m/a.go": 'package m\n\nimport _ "example.com/b"\n',
        }
    )
    sandbox.tidy("m")
    sandbox.run("m", "mod", "vendor")
    sandbox.toolchain = replace(sandbox.toolchain, mod_flag="readonly")
    found = agree(sandbox, "m", GOFLAGS="-mod=readonly")
    assert found["example.com/b"] == "cache/example.com/b@v1.1.0"
    assert sandbox.world("m").import_path(sandbox.root / "m/vendor/example.com/b") is None


def test_a_vendored_workspace(sandbox: Sandbox) -> None:
    sandbox.publish("example.com/c", "v1.0.0", require())
    sandbox.write(
        {
            "w/go.work": "go 1.22\n\nuse ./a\nuse ./b\n",
            "w/a/go.mod": "module example.com/a\n\n" + require("example.com/c v1.0.0"),
            "w/a/a.go": 'package a\n\nimport _ "example.com/c"\nimport _ "example.com/b"\n',
            "w/b/go.mod": "module example.com/b\n\ngo 1.22\n",
            "w/b/b.go": "package b\n",
        }
    )
    sandbox.run("w", "work", "vendor")
    assert agree(sandbox, "w/a") == {
        "example.com/a": "w/a",
        "example.com/b": "w/b",
        "example.com/c": "w/vendor/example.com/c",
    }


def test_a_workspaces_vendor_folder_is_not_a_modules(sandbox: Sandbox) -> None:
    sandbox.publish("example.com/c", "v1.0.0", require())
    sandbox.write(
        {
            "w/go.work": "go 1.22\n\nuse .\n",
            "w/go.mod": "module example.com/a\n\n" + require("example.com/c v1.0.0"),
            "w/a.go": 'package a\n\nimport _ "example.com/c"\n',
        }
    )
    sandbox.tidy("w")
    sandbox.run("w", "work", "vendor")
    assert agree(sandbox, "w")["example.com/c"] == "w/vendor/example.com/c"
    sandbox.toolchain = replace(sandbox.toolchain, gowork="off")
    assert agree(sandbox, "w", GOWORK="off")["example.com/c"] == "cache/example.com/c@v1.0.0"


def test_a_dependency_that_is_opened_itself(sandbox: Sandbox) -> None:
    sandbox.publish("example.com/c", "v1.0.0", require())
    sandbox.publish("example.com/b", "v1.1.0", require("example.com/c v1.0.0"), top="example.com/c", sub="")
    sandbox.write(
        {
            "m/go.mod": "module example.com/m\n\n" + require("example.com/b v1.1.0"),
            "m/a.go": 'package m\n\nimport _ "example.com/b"\n',
        }
    )
    sandbox.tidy("m")
    world = sandbox.world("cache/example.com/b@v1.1.0/sub")
    assert world.import_path(sandbox.cache / "example.com/b@v1.1.0/sub") == "example.com/b/sub"
    assert world.package_dir("example.com/c") == sandbox.cache / "example.com/c@v1.0.0"
