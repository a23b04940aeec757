"""Why a file is not kept although it begins like its kind."""

from __future__ import annotations

from shared.refusal import Refusal


class FileMalformed(Refusal):
    """A reader would have to guess what the file is."""

    kind = "invalid"
    message = "The file is not a whole and regular file of the type %(media_type)s."
    remedy = "Save or export it anew with the program that it comes from, and send that."


class FileHoldsMore(Refusal):
    """Two files in one: harmless to one program, something else to another."""

    kind = "invalid"
    message = "The file holds more than its type says: something follows its end, or is packed into it."
    remedy = "Save or export it anew; of a moving photo send the still picture alone."


class FileActive(Refusal):
    """Opening the file could run or fetch something."""

    kind = "invalid"
    message = "The file holds what could act when it is opened: %(what)s."
    remedy = "Send a copy without it; printing to a new PDF makes one."


class FileLocked(Refusal):
    """Nobody can look into an encrypted file, the people whom it is for included."""

    kind = "invalid"
    message = "The file is encrypted or restricted by a password."
    remedy = "Send it without a password; who may read it is decided here."


class FileTooFull(Refusal):
    """A bomb: small as it is sent, huge as it is opened."""

    kind = "invalid"
    message = "Unpacked, the file would be larger than %(limit)s bytes."
    remedy = "Send it in a lower resolution, or in parts."
