"""Refusals of uploaded files."""

from __future__ import annotations

from shared.refusal import Refusal


class FileTypeNotAllowed(Refusal):
    """The type is not accepted here."""

    kind = "invalid"
    message = "Files of the type %(media_type)s are not accepted here."
    remedy = "Send one of: %(allowed)s."


class FileTypeMismatch(Refusal):
    """The content does not have the declared type, nor another accepted one."""

    kind = "invalid"
    message = "The file was sent as %(media_type)s, but its content is of another type."
    remedy = "Send the file with its actual type."


class TextNotUnicode(Refusal):
    """Guessing another encoding could spoil names."""

    kind = "invalid"
    message = "The text is not UTF-8, or contains control characters."
    remedy = "Save it in UTF-8; Excel calls that “CSV UTF-8”."


class FileMalformed(Refusal):
    """The file is incomplete or not valid."""

    kind = "invalid"
    message = "The file is not a complete, valid file of the type %(media_type)s."
    remedy = "Save or export it again from the original program, and send that file."


class CodecNotAllowed(Refusal):
    """Browsers play it nowhere, or on few telephones."""

    kind = "invalid"
    message = "The recording is in the format %(codec)s, which many telephones do not play."
    remedy = "Export it with one of: %(allowed)s."


class FileHoldsMore(Refusal):
    """The file contains another one, which would be lost, or be something else to another program."""

    kind = "invalid"
    message = "The file contains additional data: after its end, or embedded in it."
    remedy = (
        "Save or export it again; send embedded files separately, a still picture instead of a moving one, "
        "and a recording with one track of sound and one of film."
    )


class FileActive(Refusal):
    """Opening the file could run or fetch something."""

    kind = "invalid"
    message = "The file contains active content: %(what)s."
    remedy = "Send a copy without it, for example by printing to a new PDF."


class FileLocked(Refusal):
    """An encrypted file cannot be inspected."""

    kind = "invalid"
    message = "The file is encrypted or restricted by a password."
    remedy = "Send it without a password; this system controls who may read it."


class FileTooFull(Refusal):
    """A decompression bomb: small when sent, huge when opened."""

    kind = "invalid"
    message = "Decompressed, the file would be larger than %(limit)s bytes."
    remedy = "Send it in a lower resolution, or in parts."


class FileTooIntricate(Refusal):
    """Inspecting the file took more time or memory than its size explains."""

    kind = "invalid"
    message = "The file cannot be inspected within the limits of time and memory."
    remedy = "Print it to a new PDF, or save the picture in a lower resolution, and send that file."
