"""ClassCounts: how many students of a class have given which answer, in this process's memory, for a day.

Nothing is written to disk and nobody is named. The caller identifies a visitor by a digest, so that each
counts once and can change an answer. The class's code follows from the instructor's key, but not the other
way round, so that a student's link cannot reveal an answer. Peer instruction asks twice, before and after a
discussion, and reveals the answer last: Crouch & Mazur, Peer instruction: ten years of experience and
results, 2001.
"""

import collections
import hashlib
import re
import secrets
import threading
import time

from lab.links.reading import Unusable

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32, without I, O, 0 and 1
CODE, KEY = re.compile(f"[{LETTERS}]{{6}}"), re.compile(f"[{LETTERS}]{{12}}")
MOST_CLASSES, MOST_QUESTIONS, MOST_ANSWERS, MOST_ROUNDS = 200, 50, 1000, 3
FORGOTTEN_AFTER = 24 * 3600.0  # seconds without an answer or a request by the instructor
IDLE_AFTER = 2 * 3600.0  # seconds after which a class may be replaced by a new one if there are too many


class Full(Exception):
    """There is no room for another class, question or answer; the message says so in a sentence."""


class Counts:
    """The answers to one question: {visitor: answer} per round, and whether the right one is revealed.

    `n_cleared` says how often they have been deleted.
    """

    def __init__(self, n_cleared=0):
        self.rounds, self.is_revealed, self.n_cleared = [{}], False, n_cleared

    def totals(self):
        """Return a Counter of the answers per round, a list."""
        return [collections.Counter(answers.values()) for answers in self.rounds]


class ClassCounts:
    """The Counts of every class and question; `clock()` returns seconds. Thread-safe."""

    def __init__(self, clock=time.monotonic):
        self._clock, self._lock = clock, threading.Lock()
        self._classes = {}  # {code: (when it was last used, {question: Counts})}, the last used one last

    def answer(self, code, question, visitor, answer):
        """Count the visitor's answer to a question in its current round, replacing an earlier one.

        Nothing changes once the right answer is revealed. May raise Full.
        """
        with self._lock:
            counts = self._counts(code, question)
            answers = counts.rounds[-1]
            if counts.is_revealed:
                return
            if visitor not in answers and len(answers) >= MOST_ANSWERS:
                raise Full(f"This question already has {MOST_ANSWERS:,} answers, so yours is not counted.")
            answers[visitor] = answer

    def look(self, code, question):
        """Return ([a Counter of the answers per round], whether the right answer is revealed)."""
        with self._lock:
            counts = self._found(code, question)
            return counts.totals(), counts.is_revealed

    def own(self, code, question, visitor):
        """Return (the visitor's answer in the current round or None, the round from 1, whether revealed).

        Once the right answer is revealed, an earlier round's answer replaces a missing one.
        """
        with self._lock:
            counts = self._found(code, question)
            asked = reversed(counts.rounds) if counts.is_revealed else counts.rounds[-1:]
            given = next((answers[visitor] for answers in asked if visitor in answers), None)
            return given, len(counts.rounds), counts.is_revealed

    def state(self, code, question):
        """Return (how often the answers were deleted, the round from 1, whether the right is revealed)."""
        with self._lock:
            counts = self._found(code, question)
            return counts.n_cleared, len(counts.rounds), counts.is_revealed

    def ask_again(self, key, question):
        """Start another round if there are answers and fewer than MOST_ROUNDS rounds. May raise Full."""
        with self._lock:
            counts = self._counts(code_of(key), question)
            if counts.rounds[-1] and len(counts.rounds) < MOST_ROUNDS and not counts.is_revealed:
                counts.rounds.append({})

    def reveal(self, key, question):
        """Reveal the right answer to the class. May raise Full."""
        with self._lock:
            self._counts(code_of(key), question).is_revealed = True

    def clear(self, key, question):
        """Delete all answers to a question, so that it can be asked again."""
        with self._lock:
            questions = self._classes.get(code_of(key), (0.0, {}))[1]
            if question in questions:
                questions[question] = Counts(questions[question].n_cleared + 1)

    def _found(self, code, question):
        """Return the Counts, or new ones that are not stored. The caller must hold the lock."""
        self._forget()
        when, questions = self._classes.pop(code, (None, {}))
        if when is not None:
            self._classes[code] = self._clock(), questions
        return questions.get(question) or Counts()

    def _counts(self, code, question):
        """Return the Counts, stored if new; raise Full. The caller must hold the lock."""
        self._forget()
        if code not in self._classes and len(self._classes) >= MOST_CLASSES:
            idlest = next(iter(self._classes))
            if self._clock() - self._classes[idlest][0] < IDLE_AFTER:
                raise Full(
                    f"This server is counting for {MOST_CLASSES} classes at the moment. Try again later."
                )
            del self._classes[idlest]
        _, questions = self._classes.pop(code, (0.0, {}))
        self._classes[code] = self._clock(), questions
        if question not in questions and len(questions) >= MOST_QUESTIONS:
            raise Full(f"This class has been asked {MOST_QUESTIONS} questions today; start another class.")
        return questions.setdefault(question, Counts())

    def _forget(self):
        """Delete classes that were not used for a day. The caller must hold the lock."""
        before = self._clock() - FORGOTTEN_AFTER
        for code in [code for code, (when, _) in self._classes.items() if when < before]:
            del self._classes[code]


def draw_key():
    """Return a new instructor's key, 12 letters and digits."""
    return "".join(secrets.choice(LETTERS) for _ in range(12))


def code_of(key):
    """Return the code of the class whose instructor has this key: six letters and digits of its SHA-256."""
    found = hashlib.sha256(f"backprop-lab class {key}".encode()).digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in found[:6])


def read_code(text):
    """Return the code in a link, in capitals; raise Unusable, with one sentence."""
    return _read("class", text, CODE, "six letters and digits, such as K7MXPA")


def read_key(text):
    """Return the key in an instructor's link, in capitals; raise Unusable."""
    return _read("key", text, KEY, "twelve letters and digits, as the page for instructors writes them")


def _read(name, text, pattern, allowed):
    found = text.strip().upper()
    if not pattern.fullmatch(found):
        raise Unusable(name, text, allowed)
    return found
