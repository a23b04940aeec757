"""Why a file is not kept."""

from __future__ import annotations

from shared.refusal import Refusal


class FileTypeNotAllowed(Refusal):
    """Of a kind that is not taken here."""

    kind = "invalid"
    message = "Files of the type %(media_type)s are not accepted here."
    remedy = "Send one of: %(allowed)s."


class FileTypeMismatch(Refusal):
    """Neither what it is called nor anything else that is taken."""

    kind = "invalid"
    message = "The file was sent as %(media_type)s, but its content is something else."
    remedy = "Send the file under its true type."


class TextNotUnicode(Refusal):
    """Another encoding would have to be guessed, and a wrong guess spoils names."""

    kind = "invalid"
    message = "The text is not in UTF-8, or holds signs that are no text."
    remedy = "Save it in UTF-8; Excel calls that “CSV UTF-8”."


class FileMalformed(Refusal):
    """A reader would have to guess what the file is."""

    kind = "invalid"
    message = "The file is not a whole and regular file of the type %(media_type)s."
    remedy = "Save or export it anew with the program that it comes from, and send that."


class FileHoldsMore(Refusal):
    """Two files in one: something would be lost, or be something else to another program."""

    kind = "invalid"
    message = "The file holds more than its type says: something follows its end, or is packed into it."
    remedy = (
        "Save or export it anew; send what is packed into it as files of their own, and of a moving picture "
        "the still one."
    )


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


class FileTooIntricate(Refusal):
    """Reading it through took more time or memory than files of its size need."""

    kind = "invalid"
    message = "The file cannot be read through within the limits of time and memory."
    remedy = "Print it to a new PDF, or save the picture in a lower resolution, and send that."
