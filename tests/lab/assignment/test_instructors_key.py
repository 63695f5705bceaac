"""The instructor's key: it unlocks its own assignment, and the assignment does not give it away."""

import hashlib
import string
from dataclasses import replace

import pytest
from test_assignment_link import WHOLE

from lab.assignment import KINDS, Task, draw_secret, key_of, link_text, unlocks
from lab.assignment.key import WHAT_IS_LEFT, digest_of, read_key


def test_a_key_unlocks_its_own_assignment_however_it_is_typed():
    key, other = key_of("a"), key_of("b")
    mine = replace(WHOLE, key=digest_of(key))
    assert unlocks(mine, key)
    assert unlocks(mine, f"  {key.lower().replace('-', ' ')} ")
    assert not unlocks(mine, other)
    assert not unlocks(mine, key[:-1])
    assert not unlocks(mine, "")
    assert not unlocks(mine, key + "A" * 1_000_000)
    assert unlocks(mine, key.ljust(100))
    assert not unlocks(mine, key.ljust(101))
    assert not unlocks(replace(WHOLE, key=""), key)


def test_a_key_and_its_digest_are_made_of_sha_256():
    """So that the keys of assignments that exist keep fitting."""
    digest = hashlib.sha256(b"backprop-lab key a secret").digest()
    plain = "".join("ABCDEFGHJKLMNPQRSTUVWXYZ23456789"[byte % 32] for byte in digest[:16])
    key = f"{plain[:4]}-{plain[4:8]}-{plain[8:12]}-{plain[12:]}"
    assert key_of("a secret") == key
    whole = hashlib.sha256(f"backprop-lab key digest {plain}".encode()).hexdigest()
    assert digest_of(key.lower()) == whole[:16]


def test_neither_file_nor_link_has_the_key_or_its_secret():
    secret = draw_secret()
    key = key_of(secret)
    mine = replace(WHOLE, key=digest_of(key))
    plain = key.replace("-", "")
    for text in (mine.to_json(), link_text(mine)):
        assert secret not in text
        assert plain not in text
        assert key not in text


def test_secrets_are_random_and_keys_can_be_read_aloud():
    secrets = [draw_secret() for _ in range(50)]
    assert len(set(secrets)) == 50
    keys = [key_of(secret) for secret in secrets]
    assert len(set(keys)) == 50
    assert all(len(key) == 19 for key in keys)
    assert not set("".join(keys)) & set("01IO" + string.ascii_lowercase)


def test_a_key_is_read_however_it_is_typed_and_what_is_none_gets_one_sentence():
    key = key_of("a")
    assert read_key(f" {key.lower().replace('-', ' ')}\n") == key
    for text in ("", "7", key[:-1], key + "A", key[:-1] + "0", "x" * 1_000_000):
        with pytest.raises(ValueError, match="allowed: four groups of four letters and digits") as refused:
            read_key(text)
        assert len(str(refused.value)) < 300


def test_what_the_key_does_not_lock_names_every_page_that_tells_the_answer_of_a_task():
    named = {"derivation": "the derivation page", "bug_lab": "the bug lab"}
    for kind in ("step", "chapter", "hunt"):
        task = Task(kind, KINDS[kind].catalogue()[0].subject)
        assert named[KINDS[kind].ask(task, 7).page] in WHAT_IS_LEFT
    assert "each page the answer to its own question" in WHAT_IS_LEFT
