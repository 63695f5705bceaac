"""The computed answers to the questions about the bug lab; `given` offers the page's own tests and curves."""

from lab.bugs import DETECTORS, check
from lab.questions.answer import Answer
from lab.words import counted, listed, scientific

OFFERED = ("gradient_check", "one_step", "recount")  # tests to choose from
TESTS = tuple(DETECTORS[test].title for test in OFFERED)
FEW_EPOCHS = 5  # bound between the choices about the plateau
PLATEAU = 0.9  # share of the starting loss below which the plateau ends


def layers_spoiled(values, given):
    """Say in which layers of a wrong program the gradient check finds an error: first, last, or all."""
    checks, verdict = given.judged(values)
    wrong = set(check.wrong(checks, verdict))
    last = f"{len(checks) // 2}"
    in_last = {one.name for one in checks if one.name[1:] == last}
    errors = {one.name: one.smooth_error for one in checks}
    others = [f"{scientific(error)} in {name}" for name, error in errors.items() if name not in wrong]
    said = f"{check.verdict_in_words(checks, verdict)}."
    if wrong:
        of_wrong = {name: error for name, error in errors.items() if name in wrong}
        said += f" The relative error of a tensor is up to {check.largest(of_wrong)}"
        said += f"; elsewhere it is {listed(others)}." if others else "."
    return Answer(0 if not wrong & in_last else 1 if wrong <= in_last else 2, said)


def check_finds(values, given):
    """Say whether the gradient check finds the bug: yes or no."""
    finding = given.verdicts(values)["gradient_check"]
    return Answer(int(not finding.caught), finding.sentence)


def stops_or_runs(values, given):
    """Say whether the program stops, runs with a bug that a test finds, or runs with one that none finds."""
    judged, findings = given.judged(values), given.verdicts(values)
    if isinstance(judged, str):
        return Answer(0, judged)
    said = f"It runs. {_of_all(findings)}. {findings['gradient_check'].sentence}"
    return Answer(1 if _found_by(findings) else 2, said)


def any_test_finds(values, given):
    """Say whether any test finds the bug: yes or no."""
    findings = given.verdicts(values)
    said = f"{_of_all(findings)}. {findings['penalty_apart'].sentence}"
    return Answer(int(not _found_by(findings)), said)


def which_test_finds(values, given):
    """Say which of the tests OFFERED finds the bug, as an index; the first if several do."""
    findings = given.verdicts(values)
    right = next(place for place, test in enumerate(OFFERED) if findings[test].caught)
    n, only = len(findings), len(_found_by(findings)) == 1
    found_by = f"It is the only one of the {n} tests that finds it" if only else _of_all(findings)
    said = f"{found_by}. {findings[OFFERED[right]].sentence}"
    if right:
        of_check = findings["gradient_check"].sentence
        said += f" The gradient check finds nothing: {of_check[:1].lower()}{of_check[1:]}"
    return Answer(right, said)


def _found_by(findings):
    """Return the titles of the tests that find the bug, for the middle of a sentence."""
    return [DETECTORS[test].title.lower() for test, finding in findings.items() if finding.caught]


def _of_all(findings):
    found_by, n = _found_by(findings), len(findings)
    if not found_by:
        return f"None of the {n} tests finds it"
    find = "finds" if len(found_by) == 1 else "find"
    return f"{len(found_by)} of {n} tests {find} it: {'; '.join(found_by)}"


def plateau(values, given):
    """Say how long the median loss stays above PLATEAU times its start: FEW_EPOCHS, more, or all.

    `given.losses` are the median training losses of (the wrong program, the right one) by epoch, from 0.
    """
    losses, right = given.losses(values)
    last, end, end_right = len(losses) - 1, _leaves(losses), _leaves(right)
    return Answer(
        2 if end is None else int(end > FEW_EPOCHS + 1),
        f"The median training loss starts at {losses[0]:.3g}, {_left(end)} and is {losses[-1]:.3g} "
        f"after {counted(last, 'epoch')}. The right program's {_left(end_right)} and ends at "
        f"{right[-1]:.2g}.",
    )


def _leaves(losses):
    """Return the first epoch whose loss is at most PLATEAU times the first one, or None."""
    return next((epoch for epoch, loss in enumerate(losses) if not loss > PLATEAU * losses[0]), None)


def _left(epoch):
    """Return how long the plateau lasts, in words."""
    return "never leaves the plateau" if epoch is None else f"leaves it in epoch {epoch}"
