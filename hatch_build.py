"""The wheel's build hook: a wheel carries exactly one Spark jar, or it is not built."""

from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

JARS = Path("exporters/penstock/jars")


class OneJar(BuildHookInterface):
    """Refuses to build a wheel with no jar, or with two."""

    PLUGIN_NAME = "custom"

    def initialize(self, version, build_data):
        """Runs before the wheel is put together; for ``pip install -e`` as version "editable"."""
        if version == "editable":
            return
        jars = sorted(path.name for path in (Path(self.root) / JARS).glob("*.jar"))
        if not jars:
            raise RuntimeError(f"{JARS} holds no jar: run `make jar`, then build the wheel again.")
        if len(jars) > 1:
            raise RuntimeError(
                f"{JARS} holds {len(jars)} jars ({', '.join(jars)}), and a wheel carries exactly"
                " one: run `make clean jar`, then build the wheel again."
            )
