"""What gopls says at a place, so that an editor which asks both servers does not show it twice.

Source: gopls/internal/golang/linkname.go (``LinknameDefinition``) and hover.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkname_ls.links.table import Site
from linkname_ls.programs.workspace import Programs

if TYPE_CHECKING:
    from linkname_ls.features.subject import Subject
    from linkname_ls.links.snapshot import Snapshot


def gopls_shows(snapshot: Snapshot, subject: Subject, site: Site) -> bool:
    """Whether gopls's hover at a subject has the declaration and the comment of a site.

    At a name in Go it has those of what the name means in its own package; at the second argument of a directive those
    of a function or variable of a package that it has loaded. In doubt it is taken not to.
    """
    declaration = site.declaration
    if declaration is None:
        return False
    if subject.place in ("declaration", "use"):
        return any(
            one.source.text(one.declaration.header) == site.source.text(declaration.header) for one in subject.declared
        )
    return subject.place == "target" and declaration.kind in ("func", "var") and _is_loaded(snapshot, subject, site)


def _is_loaded(snapshot: Snapshot, subject: Subject, site: Site) -> bool:
    """Whether gopls loads the package of a site: one of the workspace, or one that imports lead to from here."""
    folder, here = site.source.path.parent, subject.source.path.parent
    module = snapshot.worlds(here)[0].module_of(folder)
    if module is not None and module.kind == "main":
        return True
    return Programs(snapshot).library(here).member_of(folder) is not None
