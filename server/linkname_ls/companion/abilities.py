"""What the two servers say they can do, as one; and what our own is told of the editor."""

from __future__ import annotations

from typing import Any, cast

from linkname_ls.companion.wire import array, table

PROVIDERS = {
    "textDocument/definition": "definitionProvider",
    "textDocument/declaration": "declarationProvider",
    "textDocument/implementation": "implementationProvider",
    "textDocument/references": "referencesProvider",
    "textDocument/hover": "hoverProvider",
    "textDocument/documentHighlight": "documentHighlightProvider",
    "textDocument/documentSymbol": "documentSymbolProvider",
    "textDocument/completion": "completionProvider",
    "textDocument/codeAction": "codeActionProvider",
    "textDocument/codeLens": "codeLensProvider",
    "textDocument/inlayHint": "inlayHintProvider",
    "textDocument/documentLink": "documentLinkProvider",
    "textDocument/rename": "renameProvider",
    "textDocument/prepareRename": "renameProvider",
    "textDocument/prepareCallHierarchy": "callHierarchyProvider",
    "callHierarchy/incomingCalls": "callHierarchyProvider",
    "callHierarchy/outgoingCalls": "callHierarchyProvider",
    "workspace/symbol": "workspaceSymbolProvider",
    "workspace/executeCommand": "executeCommandProvider",
    "completionItem/resolve": "completionProvider",
    "textDocument/semanticTokens/full": "semanticTokensProvider",
    "textDocument/semanticTokens/range": "semanticTokensProvider",
}
"""The ability behind each request that our own server may answer."""


def has(abilities: dict[str, Any], method: str) -> bool:
    """Whether a server can answer a request, which is one of ``PROVIDERS``. An empty table is a yes."""
    return abilities.get(PROVIDERS.get(method, "")) not in (None, False)


def encoding_of(abilities: dict[str, Any]) -> Any:
    """Return what a server counts positions in."""
    return abilities.get("positionEncoding", "utf-16")


def joined(theirs: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    """Return the abilities of both; where both have one it is gopls's, with our commands, letters and kinds added."""
    result = dict(theirs)
    for name in set(PROVIDERS.values()):
        first, second = theirs.get(name), ours.get(name)
        if first in (None, False):
            if second not in (None, False):
                result[name] = second
        # Colours are numbered by a legend, which can be that of one server only.
        elif isinstance(first, dict) and name != "semanticTokensProvider":
            result[name] = _options(table(cast("object", first)), table(second))
    return result


def _options(theirs: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    result = dict(theirs)
    for name, value in ours.items():
        if isinstance(value, list):
            known, added = array(result.get(name)), array(cast("object", value))
            result[name] = [*known, *(one for one in added if one not in known)]
        elif value is True:
            result[name] = True
    return result


def split_options(params: dict[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Split the parameters of ``initialize``: gopls's, None when they are as they came; and our own options.

    The editor's initialization options are gopls's, but for what is called ``linkname``.
    """
    options = table(params.get("initializationOptions"))
    if "linkname" not in options:
        return None, {}
    rest = {name: value for name, value in options.items() if name != "linkname"}
    return {**params, "initializationOptions": rest}, table(options["linkname"])


def own_params(params: dict[str, Any], own_options: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of ``initialize`` for our own server, beside a gopls with these abilities.

    It is to count as gopls does, to send findings without being asked (as they are joined here), and to tell of all it
    can at once: what is registered later would be asked for twice.
    """
    capabilities = table(params.get("capabilities"))
    document = {
        name: {key: value for key, value in table(ability).items() if key != "dynamicRegistration"}
        for name, ability in table(capabilities.get("textDocument")).items()
        if name != "diagnostic"
    }
    workspace = {name: one for name, one in table(capabilities.get("workspace")).items() if name != "diagnostics"}
    general = {**table(capabilities.get("general")), "positionEncodings": [encoding_of(theirs)]}
    options = {**own_options, "gopls": {"semanticTokens": bool(theirs.get("semanticTokensProvider"))}}
    told = {**capabilities, "textDocument": document, "workspace": workspace, "general": general}
    return {**params, "capabilities": told, "initializationOptions": options}
