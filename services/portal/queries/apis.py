"""API reference data, from the services' OpenAPI and AsyncAPI documents."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.api_client import ApiClient, NotAnswered, Problem
from shared.http.declared_problems import problems
from shared.service_names import WITH_DATA
from shared.settings import Settings

Json = dict[str, Any]
SECONDS = 20.0
"""Longer than for a page: a service generates its document on the first request."""
KEPT_SECONDS = 60.0


@dataclass(frozen=True)
class Words:
    """The labels of operations (“sign a charter”) by name, and reasons of refusals by code."""

    operations: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Apis:
    """The OpenAPI documents of the services, each kept for a minute."""

    settings: Settings
    kept: dict[str, tuple[float, Json]] = field(default_factory=dict)

    async def document(self, service: str) -> Json | None:
        """The OpenAPI document of a service, None while it does not answer."""
        read_at, document = self.kept.get(service, (float("-inf"), {}))
        if time.monotonic() - read_at < KEPT_SECONDS:
            return document
        try:
            async with ApiClient.connected(self.settings.service_url) as client:
                document = dict(await client.ask(service, "openapi.json", seconds=SECONDS))
        except (NotAnswered, Problem, TypeError, ValueError):
            return None
        self.kept[service] = (time.monotonic(), document)
        return document

    async def problems(self) -> tuple[dict[str, Json], set[str]]:
        """Every problem declared by any service, by code, and the services that did not answer."""
        documents = await asyncio.gather(*map(self.document, WITH_DATA))
        by_code: dict[str, Json] = {}
        silent = {name for name, document in zip(WITH_DATA, documents, strict=True) if not document}
        for told in (problems("portal"), *((document or {}).get("x-problems", []) for document in documents)):
            by_code |= {item["code"]: item for item in told}
        return dict(sorted(by_code.items())), silent

    async def words(self) -> Words:
        """The labels of operations and the reasons of refusals, by names and codes: as message ids."""
        documents = await asyncio.gather(*map(self.document, WITH_DATA))
        known, _ = await self.problems()
        return Words(
            operations={
                operation["operationId"]: operation["x-label"]
                for document in documents
                for methods in (document or {"paths": {}})["paths"].values()
                for operation in methods.values()
                if "x-label" in operation
            },
            reasons={code: problem["reason"] for code, problem in known.items() if "reason" in problem},
        )
