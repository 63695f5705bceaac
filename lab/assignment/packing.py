"""A JSON value as one text of letters, digits, - and _: compressed, with a checksum and a size limit."""

import base64
import hashlib
import json
import math
import re
import zlib

from lab.links.reading import Unusable, quoted

CHECKSUM = 8  # hex digits of a sha256
LETTERS = re.compile(rf"[A-Za-z0-9_-]+\.[0-9a-f]{{{CHECKSUM}}}")
EITHER = "letters, digits, - and _, a full stop, and a checksum"


def checksum(contents):
    """Return the first CHECKSUM hex digits of the SHA-256 of bytes."""
    return hashlib.sha256(contents).hexdigest()[:CHECKSUM]


def canonical(value):
    """Return a JSON value as text that is the same for equal values: keys sorted, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def packed(value):
    """Return a JSON value as a text: zlib, base64url without padding, a full stop, and a checksum."""
    contents = canonical(value).encode()
    payload = base64.urlsafe_b64encode(zlib.compress(contents, 9)).decode().rstrip("=")
    return f"{payload}.{checksum(contents)}"


def unpacked(text, what, most_characters, most_bytes):
    """Return the JSON value of a text that `packed` wrote; spaces and line breaks in it do not matter.

    Texts longer than `most_characters` are not read, and at most `most_bytes` are decompressed. `what` names
    the text in error sentences. Raise Unusable, with one sentence, if the text cannot be read.
    """
    if len(text) > most_characters:
        fault = f"The {what} has {len(text):,} characters"
        raise Unusable(what, "", f"up to {most_characters:,}", fault)
    text = "".join(text.split())
    if not text:
        raise Unusable(what, "", EITHER, f"The {what} is empty")
    if strange := re.search(r"[^A-Za-z0-9_.-]", text):
        raise Unusable(what, text, EITHER, f"The {what} has the character {quoted(strange[0])}")
    if not LETTERS.fullmatch(text):
        raise _damaged(what)
    payload, _, told = text.partition(".")
    try:
        data = base64.b64decode(payload + "=" * (-len(payload) % 4), altchars=b"-_", validate=True)
        unzip = zlib.decompressobj()
        contents = unzip.decompress(data, most_bytes + 1)
    except (ValueError, zlib.error):
        raise _damaged(what) from None
    if len(contents) > most_bytes:
        fault = f"The {what} contains more than {most_bytes:,} bytes"
        raise Unusable(what, "", f"up to {most_bytes:,}", fault)
    if not unzip.eof or checksum(contents) != told:
        raise _damaged(what)
    return loaded(contents.decode(errors="replace"), what)


def loaded(text, what):
    """Return the value of a JSON text; raise Unusable, with one sentence, if it is not JSON."""
    try:
        return json.loads(text, parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError):
        sentence = f"The {what} is not valid JSON, so it cannot be read."
        raise Unusable(what, text, "JSON", sentence=sentence) from None


def _finite(digits):
    if not math.isfinite(float(digits)):
        _refused(digits)
    return float(digits)


def _refused(name):
    raise ValueError(f"{name} is not a number.")


def _damaged(what):
    sentence = (
        f"The {what} is cut off, or one of its characters is wrong: its checksum does not match. "
        "Copy it again, from its first character to its last."
    )
    return Unusable(what, "", EITHER, sentence=sentence)
