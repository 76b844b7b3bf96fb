"""What is announced to the client: at once, or later and as long as it holds, where the client takes that.

A client with ``dynamicRegistration`` for something that can be switched off is told of it once the settings are known,
and again when they change. Any other is told at once, and gets empty answers to what is switched off.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from linkname_ls.lsp.decorations import FEATURES, REFRESHED, add

if TYPE_CHECKING:
    from linkname_ls.lsp.server import Server

log = logging.getLogger(__name__)


def announce(server: Server) -> None:
    """Add what the client has to be told of in the answer to ``initialize``."""
    for name in FEATURES:
        if not _taken_later(server, name):
            add(server, name)


async def follow_settings(server: Server) -> None:
    """Register what is wanted by now and unregister what no longer is, with a client that takes that."""
    # Settings may change while the client answers.
    async with server.registering:
        new: dict[str, str] = {}
        for name, feature in FEATURES.items():
            if not _taken_later(server, name):
                continue
            method, wanted = feature.registered or feature.method, name not in server.switched_off
            if wanted and name not in server.registered:
                if name not in server.handled:  # pygls wants a handler once
                    add(server, name)
                    server.handled.add(name)
                new[method] = name
            elif not wanted and name in server.registered and not _asked_again(server, name):
                server.registered.remove(name)
                await _unregister(server, method)
        taken = await register_later(server, {method: FEATURES[name].options() for method, name in new.items()})
        server.registered.update(new[method] for method in taken)


def _asked_again(server: Server, name: str) -> bool:
    """Whether the client asks again when it is told to, and then gets an empty answer.

    VS Code goes on showing the lenses of who has unregistered for half a minute.
    """
    capability = getattr(server.client_capabilities.workspace, FEATURES[name].capability, None)
    return bool(getattr(capability, "refresh_support", None)) and name in REFRESHED


def _taken_later(server: Server, name: str) -> bool:
    capability = getattr(server.client_capabilities.text_document, FEATURES[name].capability, None)
    return bool(getattr(capability, "dynamic_registration", None))


async def register_later(server: Server, options: Mapping[str, Any]) -> set[str]:
    """Register methods with the client, with the options of each; returns those that it takes.

    It is told in one request, for each takes its time. When it refuses that, the methods are tried one by one.
    """
    if not options:
        return set()
    registrations = [types.Registration(f"linkname:{method}", method, one) for method, one in options.items()]
    try:
        await server.client_register_capability_async(types.RegistrationParams(registrations))
    except JsonRpcException as error:
        if len(options) == 1:
            log.warning("The client does not take a registration for %s: %s", *options, error)
            return set()
        return {taken for method, one in options.items() for taken in await register_later(server, {method: one})}
    return set(options)


async def _unregister(server: Server, method: str) -> None:
    params = types.UnregistrationParams([types.Unregistration(id=f"linkname:{method}", method=method)])
    try:
        await server.client_unregister_capability_async(params)
    except JsonRpcException as error:
        log.warning("The client keeps its registration for %s: %s", method, error)
