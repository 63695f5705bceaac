"""The instructor's key: a code that shows an assignment's solutions; a link contains only its digest.

The builder draws a secret once. The key is derived from it, and an assignment contains a digest of the key.
The key has 80 random bits, so nobody can find it from the digest. It locks only the solutions and the marks.
Anyone can still look up answers on the other pages, or run the program and compute them.
"""

import hashlib
import hmac
import re
import secrets

from lab.links.reading import Unusable

DIGEST = re.compile("[0-9a-f]{16}")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without letters and digits that look alike
LENGTH, GROUP = 16, 4
WHAT_IS_LEFT = (
    "The key locks only the solutions and the marks. The other pages are there to learn from, so they show "
    "answers to anyone, at no cost to the assignment: each page the answer to its own question; the "
    "derivation page the numbers of any seed, such as the one in the link of a student's task; the bug lab "
    "the bug of any hunt that is given up. Whoever runs a copy of the program can compute the rest."
)


def draw_secret():
    """Return 32 random hex digits from the operating system."""
    return secrets.token_hex(16)


def key_of(secret):
    """Return the key of a secret, four groups of four letters and digits: K7QM-…"""
    digest = hashlib.sha256(f"backprop-lab key {secret}".encode()).digest()
    letters = "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:LENGTH])
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def digest_of(key):
    """Return the digest of a key, 16 hex digits; spaces, dashes and small letters do not matter."""
    plain = "".join(one for one in key.upper() if one.isalnum())
    return hashlib.sha256(f"backprop-lab key digest {plain}".encode()).hexdigest()[:16]


def read_key(text):
    """Return a key as it is shown, from what was typed; raise Unusable, in one sentence, if it is none."""
    plain = "".join(one for one in text.upper()[:100] if one.isalnum())
    if len(plain) != LENGTH or set(plain) - set(LETTERS):
        allowed = "four groups of four letters and digits, as in the key that this page has shown"
        raise Unusable("key", text.strip(), allowed)
    return "-".join(plain[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def unlocks(assignment, key):
    """Return whether this is the key of an assignment; False for an assignment without a key."""
    fits = len(key) <= 100 and hmac.compare_digest(digest_of(key), assignment.key)
    return bool(assignment.key) and fits
