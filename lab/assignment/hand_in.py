"""HandIn: a student's answers, written to and read from a code or a file; and the student's seed."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from lab.assignment import reading
from lab.assignment.assignment import MOST_TASKS
from lab.assignment.packing import canonical, checksum, loaded, packed, unpacked
from lab.links.reading import Unusable
from lab.words import counted

FORMAT, VERSION = "backprop-lab hand-in", 1
MOST_STUDENT, MOST_ANSWER, MOST_ATTEMPTS = 40, 320, 999
MOST_CODE, MOST_BYTES = 2_000, 12_000  # characters of a code; of JSON
TYPED_NAME = "Your name or number"  # the field's label
FIELDS = ("format", "version", "assignment", "student", "seed", "answers", "attempts")
LARGEST_SEED = 2**31 - 1  # of a student
ASCII = re.compile("[ -~]*")


def student_seed(assignment, student):
    """Return the seed of a student's numbers in an assignment, from 0 to LARGEST_SEED.

    It is derived by SHA-256 from the assignment's digest and the student's name or number; capitals, spaces
    and characters without width in the name do not matter. `assignment` is an Assignment or its digest.
    """
    digest = assignment if isinstance(assignment, str) else assignment.digest
    found = hashlib.sha256(f"backprop-lab student {digest} {plain_name(student)}".encode()).digest()
    return int.from_bytes(found[:4]) & LARGEST_SEED


def plain_name(student):
    """Return a name without what does not matter in it: capitals, spaces, characters without width."""
    return unicodedata.normalize("NFKC", "".join(reading.unformatted(student).split())).casefold()


@dataclass(frozen=True)
class HandIn:
    """What a student hands in: `answers` are texts that the kinds of task can read, one per task, "" if open.

    `attempts` counts how often each was answered. `seed` is the `student_seed`. Do not trust anything in it:
    whether an answer is right is computed again. Raise Unusable, with one sentence, if a field cannot be
    used.
    """

    assignment: str
    student: str
    seed: int
    answers: tuple[str, ...]
    attempts: tuple[int, ...]

    def __post_init__(self):
        if not isinstance(self.assignment, str) or not re.fullmatch("[0-9a-f]{12}", self.assignment):
            raise Unusable("assignment", reading.short(self.assignment), "12 hex digits")
        object.__setattr__(self, "student", reading.text("student", self.student, 1, MOST_STUDENT))
        for name in ("answers", "attempts"):
            given = getattr(self, name)
            if not isinstance(given, (list, tuple)) or not 1 <= len(given) <= MOST_TASKS:
                raise Unusable(name, reading.short(given), f"a list of 1 to {MOST_TASKS}")
            object.__setattr__(self, name, tuple(given))
        if len(self.answers) != len(self.attempts):
            counts = f"{len(self.attempts)}, for {counted(len(self.answers), 'answer')}"
            raise Unusable("attempts", counts, "as many as answers", f"The number of attempts is {counts}")
        for answer in self.answers:
            if not (isinstance(answer, str) and len(answer) <= MOST_ANSWER and ASCII.fullmatch(answer)):
                allowed = f"texts of up to {MOST_ANSWER} plain characters"
                raise Unusable("an answer", reading.short(answer), allowed)
        for n in self.attempts:
            reading.whole("attempts", n, 0, MOST_ATTEMPTS)
        right = student_seed(self.assignment, self.student)
        if type(self.seed) is not int or self.seed != right:
            raise Unusable("seed", reading.short(self.seed), f"{right}, the seed of {self.student}")

    @property
    def _values(self):
        return self.assignment, self.student, self.seed, list(self.answers), list(self.attempts)

    def code(self):
        """Return the hand-in as one code of fewer than MOST_CODE characters."""
        return packed([VERSION, *self._values])

    def to_json(self):
        """Return the hand-in as JSON with a checksum, the contents of its file."""
        value = dict(zip(FIELDS, (FORMAT, VERSION, *self._values), strict=True))
        return canonical(value | {"checksum": checksum(canonical(value).encode())})


def hand_in_for(assignment, student, answers, attempts):
    """Return the HandIn of a student's answers; raise Unusable for a name, as typed, that cannot be used."""
    seed = student_seed(assignment, reading.text(TYPED_NAME, student, 1, MOST_STUDENT))
    return HandIn(assignment.digest, student, seed, tuple(answers), tuple(attempts))


def read_hand_in(text, assignment=None):
    """Return the HandIn in a code or in the text of a file.

    Raise Unusable, with one sentence, if there is none or if it is not for the given Assignment.
    """
    if len(text) > MOST_BYTES:
        fault = f"The hand-in has {len(text):,} characters"
        raise Unusable("hand-in", "", f"up to {MOST_BYTES:,}", fault)
    is_file = text.lstrip("\ufeff \t\r\n").startswith("{")
    version, *values = _of_file(text) if is_file else _of_code(text)
    if version != VERSION:
        allowed = f"{VERSION}, that of this lab"
        raise Unusable("the hand-in's version", reading.short(version), allowed)
    found = HandIn(*values)
    if assignment is not None:
        _check_assignment(found, assignment)
    return found


def _check_assignment(found, assignment):
    if found.assignment != assignment.digest:
        sentence = (
            f"The hand-in of {found.student} is for another assignment, or another version of it: it says "
            f"{found.assignment}; allowed: {assignment.digest}."
        )
        raise Unusable("assignment", found.assignment, assignment.digest, sentence=sentence)
    if len(found.answers) != len(assignment.tasks):
        n, all_ = len(found.answers), len(assignment.tasks)
        fault = f"The hand-in of {found.student} has {counted(n, 'answer')}"
        raise Unusable("answers", n, str(all_), fault)


def _of_code(text):
    value = unpacked(text, "hand-in", MOST_BYTES, MOST_BYTES)
    if not isinstance(value, list) or len(value) != len(FIELDS) - 1:
        raise _no_hand_in()
    return value


def _of_file(text):
    value = loaded(text.lstrip("\ufeff"), "hand-in")
    if value.get("format") != FORMAT:
        raise _no_hand_in()
    reading.mapping("hand-in", value, (*FIELDS, "checksum"), (*FIELDS, "checksum"))
    told = value.pop("checksum")
    if told != checksum(canonical(value).encode(errors="surrogatepass")):
        sentence = "The hand-in was changed after it was written: its checksum does not match its contents."
        raise Unusable("checksum", reading.short(told), "that of the contents", sentence=sentence)
    return [value[name] for name in FIELDS[1:]]


def _no_hand_in():
    sentence = "This is not a Backprop Lab hand-in; an assignment's page provides it as a code and as a file."
    return Unusable("hand-in", "", FORMAT, sentence=sentence)
