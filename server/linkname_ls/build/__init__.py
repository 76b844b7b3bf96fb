"""What ``go build`` sees: toolchain, modules, workspaces, vendor folders and build constraints.

This layer knows nothing of ``//go:linkname`` and nothing of LSP. It reads what the go command reads
(environment, ``go.mod``, ``go.work``, ``vendor/modules.txt``, file headers) and comes to the go command's
own decisions. The one subprocess is :func:`linkname_ls.build.toolchain.read_toolchain`; everything else is
cheap reading.

Nothing here raises on bad input: what cannot be read counts as absent.
"""
