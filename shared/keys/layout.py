"""Key folder layout."""

from __future__ import annotations

from pathlib import Path


def signing_key(folder: Path) -> Path:
    """The token signing key, for identity only; `jwks.json` next to it is a link to the public folder's."""
    return folder / "identity" / "signing.json"


def public_keys(folder: Path) -> Path:
    """The public keys for verifying tokens, for every service."""
    return folder / "public" / "jwks.json"


def authority(folder: Path) -> Path:
    """The CA certificate of the broker, for every service."""
    return folder / "public" / "ca.pem"


def prepare_existing(folder: Path) -> None:
    """Move files of an earlier version; do nothing without the keys of an installation."""
    if (folder / "server" / "bus.conf").exists():
        prepare(folder)


def prepare(folder: Path) -> None:
    """Create the folders, and move files of an earlier version."""
    for place in (signing_key(folder), public_keys(folder)):
        place.parent.mkdir(parents=True, exist_ok=True)
    if (folder / "server" / "bus.conf").exists():
        for place in (signing_key(folder), public_keys(folder), authority(folder)):
            earlier = folder / place.name
            if earlier.is_file() and not place.exists():
                earlier.rename(place)
    link = signing_key(folder).with_name("jwks.json")
    if not link.is_symlink():
        link.symlink_to(Path("..", "public", "jwks.json"))
