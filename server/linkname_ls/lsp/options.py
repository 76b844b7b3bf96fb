"""What the editor sets: in the initialization options, and later in the section ``linkname`` of its configuration.

{"rules": {"comment-as-target": "off"}, "tags": ["faketime"], "ldflags": "-checklinkname=0",
 "build": {"goos": "windows", "goarch": "arm64", "tags": ["faketime"]}, "features": {"codeLens": false},
 "commands": ["linkname.showReferences"], "status": true, "gopls": {"semanticTokens": true, "dedupe": true}}

``commands`` are those that the editor runs itself when they are clicked. With ``status``, ``linkname/status`` is sent
to it. ``gopls`` says that the editor asks gopls too: what that shows in a hover is not shown twice, nor are files
coloured if it does that (``semanticTokens``). With ``dedupe`` definitions and references that gopls finds as well are
left out, for editors that would list them twice.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from linkname_ls.checks.names import NAMES
from linkname_ls.lsp.decorations import FEATURES, refresh
from linkname_ls.lsp.indexing import index
from linkname_ls.lsp.registrations import follow_settings

if TYPE_CHECKING:
    from linkname_ls.lsp.server import Server

log = logging.getLogger(__name__)

SECTION = "linkname"
_KEYS = ("rules", "tags", "ldflags", "build", "features", "gopls")
_PATIENCE = 2.0
"""Seconds to wait for a client's configuration; then its initialization options have to do."""


def register(server: Server) -> None:
    """Add the handler."""

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def changed(params: types.DidChangeConfigurationParams) -> None:  # pyright: ignore[reportUnusedFunction]
        settings = _table(params.settings)
        # Some clients send the section, some all sections, some nothing: they want to be asked.
        section = _table(settings[SECTION]) if SECTION in settings else settings
        told = SECTION in settings or any(key in section for key in _KEYS)
        given, before = section if told else await ask_client(server), server.switched_off
        new = take(server, given)
        if server.switched_off != before:
            await follow_settings(server)
            await refresh(server)
        if new:
            tell(server)
            await index(server)


def take(server: Server, section: object) -> bool:
    """Take the editor's configuration over its initialization options; returns whether anything is new.

    None is what an editor says that has no configuration, and changes nothing.
    """
    from linkname_ls.checks.settings import parse_settings

    if section is not None:
        server.configuration = _table(section)
    options = {**server.options, **server.configuration}
    build = _table(options.get("build"))
    # An editor's form has an empty field for what nobody has set.
    tags = options.get("tags") or build.get("tags") or None
    ldflags = options.get("ldflags") or None
    given, problems = parse_settings(options.get("rules"), {"tags": tags, "ldflags": ldflags}, NAMES)
    features = _table(options.get("features"))
    server.switched_off = {name for name in FEATURES if features.get(name) is False}
    goos, goarch = build.get("goos"), build.get("goarch")
    gopls = _table(options.get("gopls"))
    # Set to look at another platform, we know nothing of what gopls sees on its own.
    server.beside_gopls = isinstance(options.get("gopls"), dict) and not goos and not goarch
    server.without_gopls = server.beside_gopls and gopls.get("dedupe") is True
    if gopls.get("semanticTokens") is True:
        server.switched_off.add("semanticTokens")  # an editor takes the colours of one server only
    server.client_commands = {str(one) for one in _list(server.options.get("commands"))}
    sentences = [one.sentence for one in problems]
    sentences += [
        f'There is no feature "{name}"; there are {", ".join(FEATURES)}.' for name in features if name not in FEATURES
    ]
    server.option_problems = [f"In the editor's settings for linkname-ls: {one}" for one in sentences]
    return server.state.configure(
        given._replace(tags=given.tags or None),
        goos if isinstance(goos, str) and goos else None,
        goarch if isinstance(goarch, str) and goarch else None,
    )


def tell(server: Server) -> None:
    """Say what is wrong with the editor's settings."""
    for problem in server.option_problems:
        server.tell_once(problem)


async def ask_client(server: Server) -> dict[str, Any] | None:
    """Return the client's section of the configuration, {} when it is empty; None when the client does not tell."""
    workspace = server.client_capabilities.workspace
    if workspace is None or not workspace.configuration:
        return None
    params = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
    try:
        answers = await asyncio.wait_for(server.workspace_configuration_async(params), _PATIENCE)
    except (JsonRpcException, asyncio.TimeoutError) as error:
        log.warning("The client does not tell its configuration: %s", error)
        return None
    return _table(answers[0]) if answers else {}


def set_options(server: Server, options: object) -> None:
    """Take the initialization options."""
    server.options = _table(options)
    take(server, None)


def _list(value: object) -> list[object]:
    return list(cast("list[object]", value)) if isinstance(value, list) else []


def _table(value: object) -> dict[str, Any]:
    return dict(cast("dict[str, Any]", value)) if isinstance(value, dict) else {}
