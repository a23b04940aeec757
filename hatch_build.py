"""Compiles the catalogues of translations when the project is installed or packed."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface[Any]):
    """Git has the translations alone; a wheel and an editable installation have what gettext reads, too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile them where they are, before the files of the wheel are gathered."""
        sys.path.insert(0, self.root)
        from shared.i18n import TRANSLATED, catalogue_path
        from shared.i18n.compiled import write_compiled

        for locale in TRANSLATED:
            write_compiled(catalogue_path(Path(self.root), locale))
