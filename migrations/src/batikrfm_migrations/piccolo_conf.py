"""Piccolo's configuration while migrations run: the owner's engine. Piccolo finds it by this module's name."""

from __future__ import annotations

from piccolo.engine.postgres import PostgresEngine


class OwnerEngine(PostgresEngine):
    """Piccolo's engine, except that it connects when it is asked to and not when it is imported."""

    def __init__(self) -> None:
        super().__init__(config={})

    async def check_version(self) -> None:
        """The server's version is checked where it is opened."""

    async def prep_database(self) -> None:
        """No extension is needed."""

    def use(self, url: str) -> None:
        """Connect to ``url`` from now on."""
        self.config = {"dsn": url}


DB = OwnerEngine()
