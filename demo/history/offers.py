"""Simulated products: approved, used, printed."""

from __future__ import annotations

from typing import Any

import aiohttp

from demo import files
from demo.history.cast import MARK
from demo.history.catalogue import UMBRELLA, USED, Offer
from demo.history.life import Life, Published
from demo.history.steps import STEPS
from demo.texts import text


async def declare(life: Life, day: int) -> None:
    """Declare the audiences of the products."""
    await life.day(day)
    body = {
        "audiences": list(life.theme.audiences),
        "exemptions": [
            {
                "kind": "legal_umbrella",
                "phase": "rehabilitation",
                "audience": life.theme.audiences[0],
                "reason": "Peraturan ditujukan kepada petugas.",
            },
            {
                "kind": "situation_picture",
                "phase": "rehabilitation",
                "audience": life.theme.audiences[0],
                "tense": "past",
                "reason": "Kejadian lama sudah dimuat dalam gambaran untuk pencegahan.",
            },
        ],
    }
    await life.call("PUT", "products", f"coverage-plans/{life.partnership}", body, by="police")


async def umbrella(life: Life, day: int, number: str, days: int | None = None) -> str:
    """A joint decree that covers the parties' work, for some days or until it is revoked.

    Their later activities refer to it.
    """
    legal = {
        "number": f"{number} {MARK}",
        "issuer": f"Kepala daerah dan kepala kepolisian {life.place} {MARK}",
        "in_force_from": life.date(day),
        "in_force_until": life.date(day + days) if days else None,
        "means": ["educate", "protect", "channel", "coordinate", "act"],
        "areas": [life.area],
        "actors": ["police", "community", "school", "media", "other"],
        "rank": "joint_decree",
    }
    made = await publish(life, day, UMBRELLA, legal=legal)
    if not days:
        life.decree = made
    return made


async def publish(
    life: Life,
    day: int,
    offer: Offer,
    *,
    legal: dict[str, Any] | None = None,
    valid: int | None = None,
    doubts: bool = False,
    polished: bool = False,
) -> str:
    """Take a product from draft to publication.

    Education material gets the chime of its radio spot. With ``doubts`` changes are requested once; a
    ``polished`` product gets a file, a replacement and an edit before its review, and is withdrawn from
    review once.
    """
    await life.day(day)
    content = _content(life, day, offer, legal, valid)
    about = {"partnership_id": life.partnership, "kind": offer.kind}
    product = str((await life.post("products", "products", content | about, by=offer.drafts))["id"])
    if polished:
        await _polish(life, product, offer, content)
    if offer.kind == "education_material":
        form = aiohttp.FormData({"language": "id", "role": "attachment"})
        spot = files.chime(f"{life.seed} {offer.name}")
        form.add_field("file", spot, filename="tanda-siaran.mp3", content_type="audio/mpeg")
        await life.post("products", f"products/{product}/files", form, by=offer.drafts)
    await _approve(life, product, day, offer.drafts, offer.approves, doubts=doubts)
    life.published[offer.name] = Published(product, day + 4)
    return product


def _content(
    life: Life, day: int, offer: Offer, legal: dict[str, Any] | None, valid: int | None
) -> dict[str, Any]:
    tense, ours = offer.tense, life.theme.audiences
    return {
        "phases": list(offer.phases),
        "audiences": list(ours[-1:] if offer.kind == "legal_umbrella" else ours),
        "media": ["print", "electronic"],
        "tense": tense,
        "subject": ("potential" if tense == "future" else "problem") if tense else None,
        "problem_id": life.problem or None,
        "legal": legal,
        "valid_until": life.date(day + valid) if valid else None,
        "texts": [_text(life, offer, language, legal) for language in ("id", "en")],
    }


def _text(life: Life, offer: Offer, language: str, legal: dict[str, Any] | None) -> dict[str, str]:
    words = text(life.theme.key, offer.name, language, life.place)
    about = f" {legal['number']}" if legal else ""
    return {
        "language": language,
        "title": f"{words.title}{about}: {life.theme.name} {life.place}",
        "summary": words.summary,
        "body": words.body,
    }


async def _polish(life: Life, product: str, offer: Offer, content: dict[str, Any]) -> None:
    base = f"products/{product}"
    shown: dict[str, Any] = {}
    for version in ("Naskah awal", "Naskah yang diperbaiki"):
        form = aiohttp.FormData({"language": "id", "role": "attachment"})
        words = text(life.theme.key, offer.name, "id", life.place)
        sheet = files.pdf(f"{words.title} – {version}", *words.body.splitlines())
        name = f"lembar-kerja-{version.lower().replace(' ', '-')}.pdf"
        form.add_field("file", sheet, filename=name, content_type="application/pdf")
        shown = await life.post("products", f"{base}/files", form, by=offer.drafts)
    first = shown["versions"][-1]["files"][0]["id"]
    await life.call("DELETE", "products", f"{base}/files/{first}", by=offer.drafts)
    await life.post("products", f"{base}/edit", content, by=offer.drafts)
    await life.post("products", f"{base}/submit", by=offer.drafts)
    await life.post("products", f"{base}/take-back", by=offer.drafts)


async def _approve(
    life: Life, product: str, day: int, drafts: str, approves: str, *, doubts: bool = False
) -> None:
    base = f"products/{product}"
    await life.post("products", f"{base}/submit", by=drafts)
    if doubts:
        await life.day(day + 1)
        reason = {"reason": "Sebutkan sumber angkanya."}
        await life.post("products", f"{base}/request-changes", reason, by=approves)
        await life.post("products", f"{base}/submit", by=drafts)
    await life.day(day + 2)
    await life.post("products", f"{base}/approve", by=drafts)
    await life.day(day + 4)
    await life.post("products", f"{base}/approve", by=approves)
    await life.post("products", f"{base}/publish", by=drafts)


async def reconsider(life: Life, day: int, product: str, by: str) -> None:
    """Begin a new version, and discard it three days later."""
    await life.day(day)
    await life.post("products", f"products/{product}/versions", by=by)
    await life.day(day + 3)
    await life.post("products", f"products/{product}/discard", by=by)


async def renew(life: Life, day: int, product: str, drafts: str, approves: str) -> None:
    """Publish a new version in place of the previous one."""
    await life.day(day)
    await life.post("products", f"products/{product}/versions", by=drafts)
    await _approve(life, product, day, drafts, approves)


async def use(life: Life, place: int, activity: dict[str, Any]) -> None:
    """Use a published product in a stage's activity, recorded as soon as the stage is done."""
    for name in USED[place]:
        product = life.published.get(name)
        if product is None or life.date(product.since) > activity["on"]:
            continue
        body = {
            "phase": activity["phase"],
            "audience": activity["audience"],
            "reached": activity["reached"],
            "on": activity["on"],
            "activity_id": activity["id"],
        }
        step = STEPS[place]
        used = await life.post("products", f"products/{product.id}/uses", body, by=step.by)
        if step.phase != "handling":  # nobody else was there when it was handled
            await life.post("products", f"uses/{used['id']}/verify", by=step.judged)


async def printed(life: Life, day: int, product: str, copies: int, by: str) -> None:
    """Record printed copies."""
    await life.day(day)
    body = {"language": "id", "copies": copies, "on": life.date(day)}
    await life.post("products", f"products/{product}/print-batches", body, by=by)


async def withdraw(life: Life, day: int, product: str, by: str, reason: str) -> None:
    """Withdraw a product; the reason stays."""
    await life.day(day)
    await life.post("products", f"products/{product}/withdraw", {"reason": reason}, by=by)
    life.published = {name: held for name, held in life.published.items() if held.id != product}


async def revoke(life: Life, day: int, product: str, successor: str) -> None:
    """Replace a decree with another one."""
    await life.day(day)
    body = {"on": life.date(day), "replaced_by": successor}
    await life.post("products", f"umbrellas/{product}/revoke", body, by="police")


async def relate(life: Life, product: str, relation: str, target: str, by: str) -> None:
    """Relate a product to another one."""
    body = {"relation": relation, "target": target}
    await life.post("products", f"products/{product}/relations", body, by=by)
