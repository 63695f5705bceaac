"""Check the parts of an untrusted JSON value; every fault is reported in one sentence."""

import unicodedata

from lab.links.reading import Unusable, quoted

JOINERS = "\u200c\u200d"  # zero-width: Persian, the languages of India and others are written with them
MOST_LISTED = 12  # values listed in a sentence about what is allowed


def text(name, value, least, most):
    """Return a text of `least` to `most` printable characters, in NFC, without spaces around it.

    Characters of format, such as a byte order mark copied along, are left out, except JOINERS inside it.
    """
    allowed = f"{least} to {most} characters" if least else f"up to {most} characters"
    if not isinstance(value, str) or len(value) > 10 * most:
        raise Unusable(name, short(value), allowed)
    shown = unformatted(value, JOINERS)
    value = unicodedata.normalize("NFC", " ".join(shown.split()).strip(f" {JOINERS}"))
    if not least <= len(value) <= most:
        raise Unusable(name, value, f"{allowed}, on one line")
    if not unformatted(value).isprintable():
        raise Unusable(name, value, f"{allowed} that can be shown")
    return value


def unformatted(text, kept=""):
    """Return a text without characters of format (Unicode category Cf) other than those `kept`."""
    return "".join(one for one in text if one in kept or unicodedata.category(one) != "Cf")


def number(name, value, least, most, *, above=False):
    """Return a finite number from `least` to `most`; with `above`, it must exceed `least`."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not least <= value <= most or (above and value == least):  # NaN is not
        start = f"above {least:g} and up to" if above else f"from {least:g} to"
        raise Unusable(name, short(value), f"numbers {start} {most:g}")
    return value


def whole(name, value, least, most):
    """Return a whole number from `least` to `most`."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Unusable(name, short(value), f"whole numbers from {least} to {most:,}")
    return value


def one_of(name, value, allowed):
    """Return a value that is one of the `allowed` texts."""
    if not isinstance(value, str) or value not in allowed:
        many = len(allowed) > MOST_LISTED
        which = f"one of {len(allowed)}, such as {next(iter(allowed))}" if many else ", ".join(allowed)
        raise Unusable(name, short(value), which)
    return value


def mapping(name, value, keys, needed=()):
    """Return a {key: value} with no keys other than `keys` and with all that are `needed`."""
    if not isinstance(value, dict):
        raise Unusable(name, short(value), f"an object with {', '.join(keys)}")
    if strange := [key for key in value if key not in keys]:
        fault = f"{name} has the key {quoted(str(strange[0]))}"
        raise Unusable(name, strange[0], ", ".join(keys), fault)
    if missing := [key for key in needed if key not in value]:
        raise Unusable(name, "", f"an object with {', '.join(needed)}", f"{name} has no {missing[0]}")
    return value


def short(value):
    """Return any JSON value as a short text for a sentence."""
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    return str(value) if not isinstance(value, int) or abs(value) < 10**30 else "a very large number"
