"""The session: how the server starts, what it announces, and how it leaves."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from lsprotocol import types

from support.client import Editor
from support.trees import goroot
from support.txtar import write

LINK = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname f example.com/m/b.g
    func f() int
    -- b/b.go --
    package b

    func g() int { return 1 }
    """


def test_announces_what_works(tmp_path: Path) -> None:
    with Editor(tmp_path) as editor:
        server = editor.initialized
    assert server.server_info is not None
    assert server.server_info.name == "linkname-ls"
    capabilities = server.capabilities
    assert capabilities.definition_provider
    assert capabilities.hover_provider
    assert capabilities.references_provider
    assert isinstance(capabilities.code_action_provider, types.CodeActionOptions)
    assert list(capabilities.code_action_provider.code_action_kinds or ()) == ["quickfix", "source.fixAll.linkname"]
    assert capabilities.completion_provider


def test_leaves_with_status_0_after_shutdown_and_exit(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    with editor:
        pass
    assert editor.exit_code == 0


def test_leaves_at_exit_even_when_the_client_keeps_its_pipe_open(tmp_path: Path) -> None:
    messages = [
        b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}',
        b'{"jsonrpc":"2.0","method":"initialized","params":{}}',
        b'{"jsonrpc":"2.0","id":2,"method":"shutdown"}',
        b'{"jsonrpc":"2.0","method":"exit"}',
    ]
    server = subprocess.Popen(
        [sys.executable, "-m", "linkname_ls"], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    assert server.stdin is not None
    with server.stdin:
        for message in messages:
            server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(message), message))
        server.stdin.flush()
        assert server.wait(timeout=60) == 0


def test_exit_without_shutdown_is_status_1(tmp_path: Path) -> None:
    message = b'{"jsonrpc":"2.0","method":"exit"}'
    done = subprocess.run(
        [sys.executable, "-m", "linkname_ls"],
        cwd=tmp_path,
        input=b"Content-Length: %d\r\n\r\n%s" % (len(message), message),
        stdout=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1


def test_leaves_when_the_client_is_gone(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "linkname_ls"], cwd=tmp_path, input=b"", capture_output=True, timeout=60, check=False
    )
    assert done.stdout == b""


def test_stdio_flag_is_the_default_spelled_out(tmp_path: Path) -> None:
    fixture = write(tmp_path, LINK)
    with Editor(tmp_path, command=(sys.executable, "-m", "linkname_ls", "--stdio")) as editor:
        editor.open(fixture.path("a/a.go"))
        assert len(editor.definition(fixture.path("a/a.go"), 5, 5)) == 1


def test_tcp_serves_one_client() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "linkname_ls", "--tcp", "--port", str(port)]
    body = (
        b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}'
    )
    server = subprocess.Popen(command)
    try:
        with connect(port, server) as client:
            client.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            answer = client.recv(65536)
            assert b'"definitionProvider": true' in answer
    finally:
        server.kill()
        server.wait()


def connect(port: int, server: subprocess.Popen[bytes]) -> socket.socket:
    """Connect as soon as the server listens."""
    while True:
        assert server.poll() is None, "the server ended"
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=60)
        except ConnectionRefusedError:
            time.sleep(0.01)  # the only way to learn that a port is open is to try


def test_port_that_is_taken_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = subprocess.run(
            [sys.executable, "-m", "linkname_ls", "--tcp", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 2
    assert run.stderr == f"linkname-ls: cannot listen on 127.0.0.1:{port}: Address already in use.\n"


def test_folder_without_go_installed_still_works_and_says_what_is_missing(tmp_path: Path) -> None:
    fixture = write(tmp_path, LINK)
    without_go = (
        "import linkname_ls.build.goenv as goenv\n"
        "goenv.WELL_KNOWN_GO = ()\n"
        "from linkname_ls.__main__ import main\n"
        "main([])"
    )
    env = {"PATH": "", "GOROOT": ""}
    with Editor(tmp_path, env=env, command=(sys.executable, "-c", without_go)) as editor:
        editor.open(fixture.path("a/a.go"))
        assert len(editor.definition(fixture.path("a/a.go"), 5, 5)) == 1
        message = editor.wait_for_message()
    assert "No `go` command was found" in message
    assert editor.messages == [message]


def test_workspace_below_a_module_sees_the_whole_module(tmp_path: Path) -> None:
    fixture = write(tmp_path, LINK)
    with Editor(fixture.path("a")) as editor:
        editor.open(fixture.path("a/a.go"))
        assert [one.uri for one in editor.definition(fixture.path("a/a.go"), 5, 5)] == [fixture.path("b/b.go").as_uri()]


def test_single_file_without_any_folder(tmp_path: Path) -> None:
    fixture = write(tmp_path, LINK)
    with Editor() as editor:
        editor.open(fixture.path("a/a.go"))
        assert len(editor.definition(fixture.path("a/a.go"), 5, 5)) == 1


def test_links_between_two_workspace_folders(tmp_path: Path) -> None:
    fixture = write(
        tmp_path,
        """
        -- one/go.mod --
        module example.com/one

        go 1.21
        -- one/one.go --
        package one

        import _ "unsafe"

        //go:linkname impl example.com/two.Hook
        func impl() {}
        -- two/go.mod --
        module example.com/two

        go 1.21
        -- two/two.go --
        package two

        func Hook()
        -- two/empty.s --
        """,
    )
    with Editor(fixture.path("one"), fixture.path("two")) as editor:
        editor.open(fixture.path("two/two.go"))
        assert [one.uri for one in editor.definition(fixture.path("two/two.go"), 2, 5)] == [
            fixture.path("one/one.go").as_uri()
        ]


def test_folder_that_leaves_the_workspace_takes_its_links_along(tmp_path: Path) -> None:
    fixture = write(tmp_path / "one", LINK)
    other = write(
        tmp_path / "two",
        """
        -- go.mod --
        module example.com/two

        go 1.21
        -- two.go --
        package two

        import _ "unsafe"

        //go:linkname pulled example.com/m/b.g
        func pulled() int
        """,
    )
    with Editor(fixture.root, other.root) as editor:
        editor.open(fixture.path("b/b.go"))
        assert len(editor.references(fixture.path("b/b.go"), 2, 5)) == 5
        event = types.WorkspaceFoldersChangeEvent(added=[], removed=[types.WorkspaceFolder(other.root.as_uri(), "two")])
        editor.notify(
            editor.client.workspace_did_change_workspace_folders, types.DidChangeWorkspaceFoldersParams(event)
        )
        assert len(editor.references(fixture.path("b/b.go"), 2, 5)) == 3


def test_settings_choose_the_platform(tmp_path: Path) -> None:
    fixture = write(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.g
        func f() int
        -- b/b_linux.go --
        package b

        func g() int { return 1 }
        -- b/b_plan9.go --
        package b

        func g() int { return 1 }
        """,
    )
    with Editor(tmp_path, options={"build": {"goos": "plan9", "goarch": "386", "tags": ["x"]}}) as editor:
        editor.open(fixture.path("a/a.go"))
        first, second = editor.definition(fixture.path("a/a.go"), 5, 5)
    assert (first.uri[-10:], second.uri[-10:]) == ("b_plan9.go", "b_linux.go")


def test_definition_and_hover_with_the_go_tree_as_the_workspace() -> None:
    source = goroot("own") / "src"
    path = source / "sync/runtime.go"
    line = next(
        at for at, text in enumerate(path.read_text().split("\n")) if text.startswith("func runtime_Semacquire(")
    )
    with Editor(source) as editor:
        editor.open(path)
        (found,) = editor.definition(path, line, 8)
        text = editor.hover_text(path, line, 8)
    assert found.uri == (source / "runtime/sema.go").as_uri()
    assert text.startswith("`sync.runtime_Semacquire` has no body here; its body is `sync_runtime_Semacquire`")
    assert f"](file://{source}/runtime/sema.go#L" in text


def test_plain_text_hover_for_a_client_without_markdown(tmp_path: Path) -> None:
    fixture = write(tmp_path, LINK)
    with Editor(tmp_path, capabilities=types.ClientCapabilities()) as editor:
        editor.open(fixture.path("a/a.go"))
        answer = editor.hover(fixture.path("a/a.go"), 5, 5)
    assert answer is not None
    assert isinstance(answer.contents, types.MarkupContent)
    assert answer.contents.kind == types.MarkupKind.PlainText
    assert answer.contents.value.startswith(
        "f pulls example.com/m/b.g: the function in package example.com/m/b, b/b.go:3\n"
    )


def test_opening_a_workspace_runs_nothing_of_it(tmp_path: Path) -> None:
    fixture = write(tmp_path, LINK)
    trace = tmp_path / "trace"
    for name in ("go", "gofmt"):
        (tmp_path / name).write_text(f"#!/bin/sh\ntouch {trace}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "go.env").write_text(f"GOFLAGS=-toolexec={tmp_path / 'go'}\n")
    real = shutil.which("go")
    assert real is not None
    env = {"PATH": os.pathsep.join([".", "", str(Path(real).parent)]), "PWD": str(tmp_path)}
    with Editor(tmp_path, env=env) as editor:
        editor.open(fixture.path("a/a.go"))
        assert len(editor.definition(fixture.path("a/a.go"), 5, 5)) == 1
    assert not trace.exists()
