"""A name is looked for in every file that declares it, however that is written."""

from __future__ import annotations

import pytest

from linkname_ls.links.packages import could_declare
from linkname_ls.links.sources import Source


@pytest.mark.parametrize(
    "text",
    [
        "func main() {}",
        "func\n\nmain() {}",
        "func // why\n main() {}",
        "func//go:linkname f\nmain() {}",
        "func /* why */ main() {}",
        "func /* why\n */ main() {}",
        "func // why " + "and " * 300 + "\n// how\nmain() {}",
        "func (t T) main() {}",
        "func (\n\tt T,\n) main() {}",
        "func (T) // why\nmain() {}",
        "func (t /* ( */ T) main() {}",
        "func (t // (\nT) main() {}",
        "func main /* why */ () {}",
        "func main[T any]() {}",
        "var main int",
        "var a, main = f()",
        "var a,\n\tb,\n\tmain,\n\tc int",
        "var (\n\tx int\n\ta,\n\tmain = 1, 2\n)",
        "var // why\nmain int",
        "var (\n\ta int\n\tmain [5]int\n)",
        "var (a int; main int)",
        "type main struct{}",
        "type (\n\tx int\n\tmain struct{}\n)",
        "type (\n\tx int\n\tmain[T any] struct{}\n)",
        "type (\n\tx int\n\tmain[K comparable, V any] map[K]V\n)",
    ],
)
def test_declaration_is_looked_for(text: str) -> None:
    data = f"package p\n\n{text}\n".encode()
    assert "main" in [one.name for one in Source("/p.go", data).go.declarations]
    assert could_declare(data, "main")


@pytest.mark.parametrize(
    "text",
    [
        "func g() {\n\tmain()\n}",
        "func g() { go main() }",
        "func g() main {}",
        "// main does it.\nfunc g() {}",
        "func g() {\n\t// why\n\tmain()\n}",
    ],
)
def test_use_alone_is_not_read_further(text: str) -> None:
    assert not could_declare(f"package p\n\n{text}\n".encode(), "main")
