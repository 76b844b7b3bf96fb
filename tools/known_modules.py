"""Modules at versions that are known to have broken with a Go release, and where that was reported."""

from __future__ import annotations

from typing import NamedTuple


class Known(NamedTuple):
    """A module that links to the standard library and broke."""

    module: str
    """With its version: ``github.com/fjl/memsize@v0.0.2``."""
    reported: str
    """The address of a public report; "" where the forecast is all that tells."""
    imports: tuple[str, ...]
    """What a program of a user imports."""
    body: str
    """What the program does with them."""
    platform: str = "linux/amd64"
    """The one that was reported: GOOS/GOARCH."""
    tags: str = ""
    """Build tags of the report."""
    runs: bool = False
    """Whether the break shows when the program runs, not when it is linked."""
    of: str = ""
    """What a reader should know of the row: the version that the report is about, ``of v1.13.0-alpha.9``."""
    patches: tuple[str, ...] = ()
    """Releases that are tried beside the newest patch of each: those that differ from it."""

    @property
    def name(self) -> str:
        """Module and version without the host: ``fjl/memsize v0.0.2``."""
        return self.module.removeprefix("github.com/").replace("@", " ")

    @property
    def report(self) -> str:
        """The report as people write it: ``fjl/memsize#5``."""
        owner, repository, _, number = self.reported.removeprefix("https://github.com/").split("/")
        return f"{owner}/{repository}#{number}"


KNOWN = (
    Known(
        "github.com/ugorji/go/codec@v1.2.1",
        "",
        ("github.com/ugorji/go/codec",),
        """type key struct{ A, B int }
	var text []byte
	println(codec.NewEncoderBytes(&text, &codec.JsonHandle{}).Encode(map[key]string{{1, 2}: "3"}))""",
        runs=True,
    ),
    Known(
        "github.com/fjl/memsize@v0.0.2",
        "",
        ("runtime/metrics", "github.com/fjl/memsize"),
        """value := 1
	memsize.Scan(&value)
	pauses := []metrics.Sample{{Name: "/gc/pauses:seconds"}}
	metrics.Read(pauses)
	histogram := pauses[0].Value.Float64Histogram()
	for at, count := range histogram.Counts {
		if count > 0 && histogram.Buckets[at] > 3600 {
			panic("garbage collection is said to have stopped the world for hours")
		}
	}""",
        of="the panic is the program's own, when it reads pauses of hours in `/gc/pauses`",
        runs=True,
    ),
    Known(
        "github.com/orijtech/structslop@v0.0.6",
        "https://github.com/orijtech/structslop/issues/64",
        ("github.com/orijtech/structslop",),
        "println(structslop.Analyzer.Name)",
        of="of no version",
    ),
    Known(
        "github.com/bytedance/sonic@v1.9.1",
        "",
        ("github.com/bytedance/sonic/ast",),
        'node := ast.NewString("\\x01")\n\ttext, err := node.MarshalJSON()\n\tprintln(string(text), err)',
        runs=True,
    ),
    Known(
        "github.com/fjl/memsize@v0.0.2",
        "https://github.com/fjl/memsize/issues/5",
        ("github.com/fjl/memsize",),
        "value := 1\n\tprintln(memsize.Scan(&value).Total)",
    ),
    Known(
        "github.com/ethereum/go-ethereum@v1.14.7",
        "https://github.com/ethereum/go-ethereum/issues/30100",
        ("github.com/ethereum/go-ethereum/node",),
        "_, err := node.New(&node.DefaultConfig)\n\tprintln(err)",
    ),
    Known(
        "github.com/hashicorp/serf@v0.10.1",
        "https://github.com/hashicorp/serf/issues/736",
        ("github.com/hashicorp/serf/serf",),
        "_, err := serf.Create(serf.DefaultConfig())\n\tprintln(err)",
        platform="darwin/arm64",
    ),
    Known(
        "github.com/bytedance/sonic@v1.9.1",
        "https://github.com/bytedance/sonic/issues/660",
        ("github.com/bytedance/sonic/ast",),
        "println(ast.NewNull().Type())",
        of="of no version",
    ),
    Known(
        "github.com/cloudwego/hertz@v0.9.2",
        "https://github.com/cloudwego/hertz/issues/1174",
        ("github.com/cloudwego/hertz/pkg/app/server",),
        "server.Default().Spin()",
    ),
    Known(
        "github.com/bytedance/mockey@v1.2.10",
        "https://github.com/bytedance/mockey/issues/66",
        ("github.com/bytedance/mockey",),
        "mockey.Mock(main).Return().Build()",
    ),
    Known(
        "github.com/timandy/routine@v1.1.3",
        "https://github.com/timandy/routine/issues/48",
        ("github.com/timandy/routine",),
        "println(routine.Goid())",
    ),
    Known(
        "github.com/wlynxg/anet@v0.0.3",
        "https://github.com/wlynxg/anet/issues/11",
        ("github.com/wlynxg/anet",),
        "_, err := anet.Interfaces()\n\tprintln(err)",
        platform="android/arm64",
        of="of no version",
    ),
    Known(
        "github.com/bytedance/sonic@v1.13.1",
        "https://github.com/bytedance/sonic/issues/771",
        ("github.com/bytedance/sonic",),
        "text, err := sonic.Marshal(1)\n\tprintln(string(text), err)",
        patches=("1.24.0", "1.24.1"),
    ),
    Known(
        "github.com/ugorji/go/codec@v1.2.1",
        "https://github.com/ugorji/go/issues/422",
        ("github.com/ugorji/go/codec",),
        "var value map[string]int\n\tprintln(codec.NewDecoderBytes(nil, &codec.JsonHandle{}).Decode(&value))",
    ),
    Known(
        "github.com/sagernet/sing-box@v1.13.0",
        "https://github.com/SagerNet/sing-box/issues/3374",
        ("github.com/sagernet/sing-box/common/badtls",),
        "_, err := badtls.NewReadWaitConn(nil)\n\tprintln(err)",
        tags="badlinkname",
        of="of v1.13.0-alpha.9",
    ),
    Known(
        "github.com/sagernet/sing@v0.4.1",
        "https://github.com/teddysun/xray-plugin/issues/34",
        ("github.com/sagernet/sing/common/control",),
        "println(control.NewDefaultInterfaceFinder())",
    ),
    Known(
        "github.com/bytedance/mockey@v1.3.2",
        "https://github.com/bytedance/mockey/issues/118",
        ("github.com/bytedance/mockey",),
        "mockey.Mock(main).Return().Build()",
        of="of no version and symbol",
    ),
)
"""By the release that they broke with."""
