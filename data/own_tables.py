"""The visitor's own table in a DataConfig: `points` contains a small table itself, or a larger one's sha256.

`points` is "SOURCE" or "SOURCE;target=species;missing=median;header=no": the source, and the choices for
reading it that are not the defaults, percent-encoded. A source is "table-" and the file's bytes, compressed
by zlib, in the URL-safe base64 alphabet; or the sha256 of a file in STORE.
"""

import base64
import hashlib
import re
import zlib
from urllib.parse import quote, unquote

import numpy as np

from data import tables
from data.archive import MOST_BYTES, Refusal, too_large
from data.downloads import DataUnavailable
from data.store import STORE
from data.table_text import rows_of

MOST_ROWS_IN_LINK = 300
MOST_CHARACTERS = 12_000  # of a source in a link
MOST_UNPACKED = 2**20  # bytes
PREFIX = "table-"
DEFAULTS = {"target": "", "missing": tables.DROP, "header": "guess"}
ALLOWED = {"missing": tables.MISSING_CHOICES, "header": tables.HEADERS}


def keep(file_bytes, **choices):
    """Check a table's file with these choices and return its `points`; raise Refusal if it cannot be used.

    A table with more than MOST_ROWS_IN_LINK rows, MOST_UNPACKED bytes or MOST_CHARACTERS is stored in memory.
    """
    source = ""
    if len(file_bytes) <= MOST_UNPACKED and rows_of(file_bytes).n_rows <= MOST_ROWS_IN_LINK + 1:
        source = PREFIX + base64.urlsafe_b64encode(zlib.compress(file_bytes, 9)).decode().rstrip("=")
    if not source or len(source) > MOST_CHARACTERS:
        source = _digest(file_bytes)
    points = with_choices(source, **choices)
    _held(points, lambda: file_bytes)
    if not source.startswith(PREFIX):
        store(file_bytes)
    return points


def store(file_bytes):
    """Store a table's file in memory, so that a link can refer to it; return its sha256."""
    digest = _digest(file_bytes)
    STORE.put(_key(digest), np.frombuffer(file_bytes, np.uint8))
    return digest


def _digest(file_bytes):
    if len(file_bytes) > MOST_BYTES:
        raise too_large()
    return hashlib.sha256(file_bytes).hexdigest()


def choices(points):
    """Return {"target", "missing", "header": choice} of a DataConfig's `points`; raise Refusal."""
    return _parts(points)[1]


def with_choices(points, **changes):
    """Return `points` with other choices among `target`, `missing` and `header`; raise Refusal."""
    source, chosen = _parts(points)
    chosen |= changes
    told = [f"{name}={quote(chosen[name], safe='')}" for name in DEFAULTS if chosen[name] != DEFAULTS[name]]
    changed = ";".join([source, *told])
    _parts(changed)  # raises
    return changed


def held(points):
    """Return the Table of `points`; it is shared: do not mutate it. Raise ValueError with one sentence."""
    return _held(points, lambda: file_of(points))


def _held(points, file_bytes):
    """Return the Table of `points`, whose file `file_bytes()` returns."""
    source, chosen = _parts(points)
    queue = points if source.startswith(PREFIX) else "own_table"  # small ones do not wait for large ones
    return STORE.get_or_make(
        ("own_table", points), lambda: tables.read(file_bytes(), **chosen), _key(source), queue
    )


def file_of(points):
    """Return the bytes of the file; raise DataUnavailable if it is not in STORE, Refusal if damaged."""
    source, _ = _parts(points)
    if source.startswith(PREFIX):
        return _unpacked(source)
    stored = STORE.get(_key(source))
    if stored is None:
        raise DataUnavailable(
            f"own_table needs the file whose sha256 begins with {source[:12]}…; upload it again, or in the "
            "terminal give it with --table."
        )
    return stored.tobytes()


def key(points):
    """Return the key in STORE of the file of a DataConfig's `points`, or None if the link contains it."""
    source, _ = _parts(points)
    return None if source.startswith(PREFIX) else _key(source)


def _key(source):
    return "own_table", "file", source


def _parts(points):
    """Return (source, {choice: value}) of `points`; raise Refusal if they are not a table's."""
    source, *texts = points.split(";")
    if not re.fullmatch(rf"[0-9a-f]{{64}}|{PREFIX}[A-Za-z0-9_-]*", source):
        shown = repr(source[:20]) + "…" * (len(source) > 20)
        raise Refusal(
            f"points is {shown}", "a table as written in a link, or the sha256 of one that was uploaded"
        )
    chosen = dict(DEFAULTS)
    for text in texts:
        name, _, value = text.partition("=")
        if name not in DEFAULTS:
            raise Refusal(f"points has the choice {name[:20]!r}", ", ".join(DEFAULTS))
        chosen[name] = unquote(value)
    for name, allowed in ALLOWED.items():
        if chosen[name] not in allowed:
            raise Refusal(f"{name} is {chosen[name][:20]!r}", ", ".join(allowed))
    return source, chosen


def _unpacked(source):
    """Return the bytes that a link contains; raise Refusal if they are damaged or too many."""
    text = source.removeprefix(PREFIX)
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), MOST_UNPACKED)
    except (ValueError, zlib.error) as error:
        raise Refusal(
            "points contains a table that is damaged", "the complete link, as it was copied"
        ) from error
    if unpacking.unconsumed_tail:
        raise Refusal(f"points contains a table of more than {MOST_UNPACKED >> 20} MB", "a smaller one")
    if not unpacking.eof:
        raise Refusal("points contains a table that is cut off", "the complete link, as it was copied")
    return found
