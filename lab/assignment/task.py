"""Task: one thing that a student is asked to do, and what it is worth."""

from dataclasses import dataclass, field

NOTHING, VERDICT, REASON = "nothing", "verdict", "reason"
SHOWN = {  # after an attempt: {key: in words}
    NOTHING: "nothing",
    VERDICT: "whether it is right",
    REASON: "whether it is right, and why",
}


@dataclass(frozen=True)
class Task:
    """A task of an assignment.

    `kind` is a key of KINDS, and `subject` specifies the task in JSON values; see the `check` of the Kind.
    `points` are for the right answer, `tolerance` is the relative error up to which a number is right, and
    `shown` is a key of SHOWN.
    """

    kind: str
    subject: dict = field(hash=False)
    points: float = 1
    tolerance: float = 0.01
    shown: str = VERDICT

    def as_json(self):
        """Return the task as a JSON value."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "points": self.points,
            "tolerance": self.tolerance,
            "shown": self.shown,
        }
