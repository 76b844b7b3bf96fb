"""Workspaces that are made: one that looks like those that link, and some of any size."""

from __future__ import annotations

from pathlib import Path

from servers import KEPT

STUBS = 300
"""How many lines the file of stubs has."""

_RUNTIME = (
    "mallocgc(size uintptr, typ unsafe.Pointer, needzero bool) unsafe.Pointer",
    "memmove(to, from unsafe.Pointer, n uintptr)",
    "memequal(a, b unsafe.Pointer, size uintptr) bool",
    "newarray(typ unsafe.Pointer, n int) unsafe.Pointer",
    "typedmemmove(typ, dst, src unsafe.Pointer)",
    "typedslicecopy(typ, dst unsafe.Pointer, dstLen int, src unsafe.Pointer, srcLen int) int",
    "makemap_small() unsafe.Pointer",
    "memclrNoHeapPointers(ptr unsafe.Pointer, n uintptr)",
    "memclrHasPointers(ptr unsafe.Pointer, n uintptr)",
    "throw(s string)",
    "nanotime() int64",
    "cheaprand() uint32",
    "cheaprandn(n uint32) uint32",
    "strhash(p unsafe.Pointer, h uintptr) uintptr",
    "memhash(p unsafe.Pointer, h, s uintptr) uintptr",
    "typehash(t, p unsafe.Pointer, h uintptr) uintptr",
    "convT64(val uint64) unsafe.Pointer",
    "convTstring(val string) unsafe.Pointer",
    "procPin() int",
    "procUnpin()",
)
"""What a fast encoder pulls; all of it is marked for that."""

_PER_PACKAGE, _PER_CARRIER, _FAN = 20, 10, 8


def stubs() -> tuple[Path, Path]:
    """Return the root of a module as of a fast encoder, and its file of stubs: 20 pulls in 300 lines.

    Several packages use them, and one program uses those.
    """
    root = KEPT / "encoder"
    files = {"go.mod": "module example.com/encoder\n\ngo 1.24\n", "internal/rt/stubs.go": _stubs()}
    for name in ("encode", "decode", "pool", "hash"):
        files[f"{name}/{name}.go"] = _user(name)
    uses = "\n".join(f"\tprintln({name}.Work(1))" for name in ("encode", "decode", "pool", "hash"))
    imports = "\n".join(f'\t"example.com/encoder/{name}"' for name in ("decode", "encode", "hash", "pool"))
    files["cmd/app/main.go"] = f"package main\n\nimport (\n{imports}\n)\n\nfunc main() {{\n{uses}\n}}\n"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root, root / "internal" / "rt" / "stubs.go"


def _stubs() -> str:
    lines = [
        "// Package rt holds what the runtime does not export.",
        "package rt",
        "",
        'import "unsafe"',
        "",
    ]
    for declared in _RUNTIME:
        name = declared.partition("(")[0]
        lines += [f"//go:linkname {name} runtime.{name}", "//go:noescape", f"func {declared}", ""]
    number = 0
    while len(lines) < STUBS - 20:
        number += 1
        lines += [
            f"// Grow{number} returns a copy of b with room for {number} more bytes.",
            f"func Grow{number}(b []byte) []byte {{",
            f"\tfree := cap(b) - len(b) - {number}",
            "\tif free >= 0 {",
            "\t\treturn b",
            "\t}",
            f"\tp := mallocgc(uintptr(cap(b)+{number}), nil, true)",
            "\tmemmove(p, unsafe.Pointer(unsafe.SliceData(b)), uintptr(len(b)))",
            f"\treturn unsafe.Slice((*byte)(p), cap(b)+{number})[:len(b)]",
            "}",
            "",
        ]
    lines += [
        "// Stamp returns a time that only grows, and the processor it was read on.",
        "func Stamp() (int64, int) {",
        "\tpinned := procPin()",
        "\tnow := nanotime()",
        "\tprocUnpin()",
        "\treturn now, pinned",
        "}",
    ]
    lines += [f"// {'.' * (at % 60)}" for at in range(STUBS - len(lines))]
    return "\n".join(lines) + "\n"


def _user(name: str) -> str:
    return f"""// Package {name} uses the stubs.
package {name}

import "example.com/encoder/internal/rt"

// Work returns what n bytes take.
func Work(n int) int {{
	now, _ := rt.Stamp()
	return len(rt.Grow1(make([]byte, n))) + int(now)
}}
"""


def workspace(files: int, directives: int) -> Path:
    """Return the root of a module with as many Go files of 4 KB, in packages of 20, and as many directives.

    A main program imports all packages. Each tree is made once; only the files that hold directives are written anew
    for another number of them, which has to be 10 in a file or less.
    """
    root = KEPT / f"files-{files}"
    note = root / "directives.txt"
    had = _carriers(files, int(note.read_text())) if note.exists() else None
    wanted = _carriers(files, directives)
    if had == wanted:
        return root
    if had is None:
        _write(root / "go.mod", "module example.com/growth\n\ngo 1.24\n")
        _write(root / "cmd" / "app" / "main.go", _main())
    note.unlink(missing_ok=True)
    changed = range(files - 1) if had is None else sorted(had ^ wanted)  # the main program is one of them
    for number in changed:
        _write(file_path(root, number), _code(number, files, carries=number in wanted))
    note.write_text(f"{directives}\n")
    return root


def carrier(root: Path, files: int, directives: int) -> Path:
    """Return a file of a workspace that has directives."""
    carriers = sorted(_carriers(files, directives))
    return file_path(root, carriers[len(carriers) // 2])


def leads_to(root: Path, path: Path, files: int) -> Path:
    """Return the file that the directives of a file lead to."""
    package, file = int(path.parent.name[1:]), int(path.stem[1:])
    return file_path(root, _target(package * _PER_PACKAGE + file, files))


def file_path(root: Path, number: int) -> Path:
    package, file = divmod(number, _PER_PACKAGE)
    return root / _folder(package) / f"f{file:02d}.go"


def _carriers(files: int, directives: int) -> set[int]:
    wanted = max(1, directives // _PER_CARRIER)
    return {at * (files - 1) // wanted for at in range(wanted)}


def _target(number: int, files: int) -> int:
    return (number + _PER_PACKAGE) % (files - 1)


def _folder(package: int) -> str:
    return f"g{package // 100:03d}/p{package:05d}"


def _main() -> str:
    return f'package main\n\nimport "example.com/growth/{_folder(0)}"\n\nfunc main() {{ println(p00000.Sum00(1)) }}\n'


def _code(number: int, files: int, *, carries: bool) -> str:
    package, file = divmod(number, _PER_PACKAGE)
    last = (files - 2) // _PER_PACKAGE
    imports = ['\t_ "unsafe"'] if carries else []
    if file == 0:
        below = range(_FAN * package + 1, min(_FAN * package + _FAN, last) + 1)
        imports += [f'\t_ "example.com/growth/{_folder(one)}"' for one in below]
    parts = [f"// Package p{package:05d} is one of many.\npackage p{package:05d}\n"]
    if imports:
        parts.append("import (\n" + "\n".join(imports) + "\n)\n")
    if carries:
        target = _target(number, files)
        path = f"example.com/growth/{_folder(target // _PER_PACKAGE)}"
        for at in range(_PER_CARRIER):
            name = f"pulled{file:02d}x{at}"
            parts.append(
                f"//go:linkname {name} {path}.helper{target % _PER_PACKAGE:02d}x{at}\nfunc {name}(n int) int\n"
            )
    parts += [
        f"// helper{file:02d}x{at} counts how often n can be halved until it is below the number that this\n"
        f"// helper stands for, and says nothing of numbers below zero, which nobody passes to it anyway.\n"
        f"func helper{file:02d}x{at}(n int) int {{\n"
        f"\tcount := 0\n\tfor n > {at} {{\n\t\tn /= 2\n\t\tif n%2 == 1 {{\n\t\t\tcount++\n\t\t}}\n\t}}\n"
        f"\treturn count\n}}\n"
        for at in range(_PER_CARRIER)
    ]
    calls = " + ".join(f"{'pulled' if carries else 'helper'}{file:02d}x{at}(n)" for at in range(_PER_CARRIER))
    parts.append(
        f"// Sum{file:02d} adds up what the helpers say.\nfunc Sum{file:02d}(n int) int {{\n\treturn {calls}\n}}\n"
    )
    return "\n".join(parts)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
