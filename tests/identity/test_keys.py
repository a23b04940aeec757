"""Access tokens are minted with the key that is in place, and the keys can be replaced while all runs."""

from __future__ import annotations

from datetime import timedelta

from joserfc.jws import extract_compact

from shared.identity.signing import SigningKey
from shared.keys import tokens
from tests.identity.world import Office


def kid_of(token: str) -> str:
    """Which key signed a token."""
    kid: str = extract_compact(token.encode()).headers()["kid"]
    return kid


async def test_a_rotated_key_signs_and_the_earlier_one_is_believed(quick: Office) -> None:
    before = await quick.person("ani")
    path = quick.system.settings.signing_key
    tokens.rotate(path, quick.clock.now())
    after = (await quick.entered("ani"))["access_token"]
    assert kid_of(after) == SigningKey.create_or_load(path).kid != kid_of(before)
    quick.move(timedelta(seconds=4))  # a new key is looked for at most every three seconds
    for token in (before, after):
        assert (await quick.get("/me", by=token)).status == 200


async def test_a_key_that_others_have_is_withdrawn_with_all_that_it_signed(quick: Office) -> None:
    before = await quick.person("ani")
    assert (await quick.get("/me", by=before)).status == 200
    tokens.rotate(quick.system.settings.signing_key, quick.clock.now(), at_once=True)
    quick.move(timedelta(seconds=4))
    after = (await quick.entered("ani"))["access_token"]
    assert (await quick.get("/me", by=after)).status == 200
    assert (await quick.get("/me", by=before)).body["type"] == "/problems/token-key-unknown"


async def test_what_is_over_is_not_kept(quick: Office) -> None:
    import sqlalchemy as sa

    from services.identity.tables.sessions import attempts, links, sessions

    await quick.account("ani")
    await quick.invited("budi")
    await quick.entered("ani")
    await quick.try_to_enter("nobody")
    (runtime,) = quick.system.runtimes

    async def left() -> list[int]:
        counts = [sa.select(sa.func.count()).select_from(table) for table in (sessions, links, attempts)]
        return await runtime.database.read(
            lambda reading: [reading.connection().scalar(one) or 0 for one in counts]
        )

    # A failure counts for who tried from where, for the place, and for the name.
    assert await left() == [1, 1, 3]
    assert runtime.timer_runner is not None
    for _ in range(40):  # a known browser is kept the longest
        quick.move(timedelta(days=10))
        await runtime.timer_runner.fire()
    assert await left() == [0, 0, 0]
    assert await runtime.timer_runner.earliest() is None
