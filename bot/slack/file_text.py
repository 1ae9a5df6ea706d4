"""Turns a file's bytes into its text."""

import codecs
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

from bot.document.thread import SharedFile
from bot.redact import redact

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOST_PARTS = 50


def text_of_file(file: SharedFile, content: bytes) -> str | None:
    """Return the text without its secrets; None for what is no text after all."""
    if is_mail(file):
        return redact(_mail(content))
    text = _decoded(content)
    return None if "\0" in text else redact(text)


def is_mail(file: SharedFile) -> bool:
    """Tell whether a file is a mail as it was sent."""
    return file.media_type == "message/rfc822" or file.name.lower().endswith(".eml")


def _decoded(content: bytes) -> str:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content.decode(encoding, "replace")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _mail(content: bytes) -> str:
    """Write a mail as its headers, its texts and the names of what is attached."""
    try:
        mail = message_from_bytes(content, policy=default)
        return "\n".join(_mail_lines(mail))
    except (ValueError, LookupError, TypeError, AttributeError, IndexError, KeyError):
        # The parser of the standard library raises several of these for what is malformed.
        return _decoded(content).replace("\0", "")


def _mail_lines(mail: Message) -> Iterator[str]:
    for name, value in mail.items():
        yield f"{name}: {' '.join(str(value).split())}"
    for number, part in enumerate(mail.walk()):
        if number == _MOST_PARTS:
            return
        if (attached := part.get_filename()) is not None:
            yield f"[attachment: {attached}]"
        elif part.get_content_maintype() == "text" and isinstance(part, EmailMessage):
            yield ""
            yield str(part.get_content())
