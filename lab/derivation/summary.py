"""Summary: how many lines of a derivation are verified, and by which kind of check."""

import collections
from typing import NamedTuple

import numpy as np

from lab.derivation.evidence import DERIVATIVE, RECOMPUTED, SAMPLED, Claim
from lab.words import counted


class Summary(NamedTuple):
    """What the checks of a derivation have shown.

    Of the `lines` that state a number, `verified` agree with their check; `by_derivative`, `recomputed` and
    `sampled` count them by the kind of check (see `Claim.kind`); `silent` counts lines without a number.
    `values` counts the engine's values that are checked, `agreeing` those that agree. `largest_error` is that
    of lines and values that are not sampled; `sampled_error` and `scatter` are the largest error and the
    largest tolerance of those that are. `failed` are (key of the step, Claim).
    """

    verified: int
    lines: int
    by_derivative: int
    recomputed: int
    sampled: int
    silent: int
    agreeing: int
    values: int
    largest_error: float
    sampled_error: float
    scatter: float
    failed: tuple[tuple[str, Claim], ...]

    def __str__(self):
        exact = [
            f"{n} by {how}"
            for n, how in (
                (self.by_derivative, "a numerical derivative"),
                (self.recomputed, "an identity or a second calculation"),
            )
            if n
        ]
        kinds = [f"{' and '.join(exact)}, largest error {self.largest_error:.0e}"] if exact else []
        if self.sampled:
            kinds.append(
                f"{self.sampled} by random draws, largest error {self.sampled_error:.0e} with a sampling "
                f"tolerance of {self.scatter:.0e}"
            )
        of_lines = "line that states" if self.lines == 1 else "lines that state"
        are = "is" if self.lines == 1 else "are"
        said = f"{self.verified} of {self.lines} {of_lines} a number {are} verified for this network"
        said += f": {'; '.join(kinds)}." if kinds else "."
        said += f" {self.agreeing} of {counted(self.values, 'value')} of the engine "
        said += "agrees" if self.agreeing == 1 else "agree"
        silent = "line states" if self.silent == 1 else "lines state"
        return f"{said}; {self.silent} {silent} no number." if self.silent else f"{said}."


def summary(steps):
    """Return the Summary of a derivation."""
    line_checks = [check for step in steps for check in step.line_checks]
    stated = [check for check in line_checks if check]
    values = [claim for step in steps for claim in step.claims.values()]
    checks = [(step.key, check) for step in steps for check in step.checks]
    kinds = collections.Counter(check.kind for check in stated)
    sampled = [check for _, check in checks if check.sampled]
    return Summary(
        verified=sum(check.ok for check in stated),
        lines=len(stated),
        by_derivative=kinds[DERIVATIVE],
        recomputed=kinds[RECOMPUTED],
        sampled=kinds[SAMPLED],
        silent=len(line_checks) - len(stated),
        agreeing=sum(claim.ok for claim in values),
        values=len(values),
        largest_error=max((check.error for _, check in checks if not check.sampled), default=0.0),
        sampled_error=max((check.error for check in sampled), default=0.0),
        scatter=max((float(np.max(check.tolerance)) for check in sampled), default=0.0),
        failed=tuple((key, check) for key, check in checks if not check.ok),
    )
