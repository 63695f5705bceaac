"""The verdict in words: what the check proves, what it set apart and why."""

import numpy as np
import streamlit as st

from lab.words import counted
from mlp.checks.judgement import CAUSES, HAPPY, ROUNDINGS, has_kinks
from mlp.checks.step_sweep import UNIT_ROUNDOFF
from ui.gradient_check.setup import step_text
from ui.gradient_check.theory import SOURCE


def sentence(asked, subject, result):
    """(st.success or its like, icon, sentence): what the check proves."""
    check, found = result
    relative = float(check.relative_error[found.worst])
    smooth = not has_kinks(subject.config)
    n = f"{len(check.index):,}"
    match found.kind:
        case "not finite":
            return (
                st.error,
                ":material/error:",
                (
                    "**Not numbers.** Of this network some derivatives are not finite: it has diverged, "
                    "or the step is too small for the number format."
                ),
            )
        case "wrong":
            return (
                st.error,
                ":material/error:",
                (
                    f"**Probably wrong.** The largest unexplained relative error of {n} derivatives is "
                    f"{relative:.1e}, above 1e-2."
                ),
            )
        case "uncomfortable":
            return (
                st.warning,
                ":material/warning:",
                (
                    "**This should make you feel uncomfortable.** The largest unexplained relative error "
                    f"of {n} derivatives is {relative:.1e}, between 1e-4 and 1e-2."
                ),
            )
        case "blind":
            return st.warning, ":material/visibility_off:", _blind(asked, check, found)
        case "usual" if unexplained(found):
            kind = "too high for a smooth objective" if smooth else "usually okay for one with kinks"
            return (
                (st.warning if smooth else st.success),
                ":material/rule:",
                (
                    f"**Below 1e-4: {kind}.** The largest unexplained relative error of {n} derivatives is "
                    f"{relative:.1e}."
                ),
            )
        case "usual":
            return (
                st.success,
                ":material/check_circle:",
                (
                    f"**No error found; one below {found.resolution:.0e} would not have been.** {n} "
                    "derivatives agree as far as this scheme, step and precision can tell: a difference "
                    f"of less than {found.resolution:.0e} of the largest derivative is lost in truncation "
                    "and rounding."
                ),
            )
    happy = float(check.relative_error[found.cause == 0].max(initial=0.0))
    if relative <= HAPPY:
        return (
            st.success,
            ":material/check_circle:",
            (f"**Be happy.** The largest relative error of {n} derivatives is {relative:.1e}, below 1e-7."),
        )
    return (
        st.success,
        ":material/check_circle:",
        (
            f"**Be happy.** {_count(found, 'agrees'):,} of {n} derivatives agree within {happy:.1e}, below "
            "1e-7; the others differ by no more than the check itself is uncertain by."
        ),
    )


def details(asked, subject, result):
    """Sentences on what was set apart, and why."""
    check, found = result
    told = []
    h, u = step_text(asked.step), UNIT_ROUNDOFF[asked.precision]
    where = {cause: found.cause == CAUSES.index(cause) for cause in CAUSES}
    if where["kink"].any():
        worst = check.relative_error[where["kink"]].max()
        told.append(
            f"**{_are(where['kink'], 'crosses', 'cross')} a kink** (×) within h = {h}: there the numerical "
            f"derivative is that of no single branch, and does not count (relative error up to {worst:.1e})."
        )
    if where["rounding"].any():
        some = where["rounding"]
        formula = "u" if asked.scheme == "complex" else f"u·max(1, |L|)/h with L = {found.loss:.3g}"
        told.append(
            f"**{_are(some)} at the rounding floor** (·): relative errors up to "
            f"{check.relative_error[some].max():.1e}, but absolute errors of at most "
            f"{check.error[some].max():.1e}, where {formula} and u = {u:.1e} leave {found.floor:.1e} "
            f"(allowed: {ROUNDINGS:.0f} times that). The derivatives themselves are small, down to "
            f"{np.abs(check.analytic[some]).min():.1e}."
        )
    if where["truncation"].any():
        some = where["truncation"]
        told.append(
            f"**{_are(some)} truncation** (·), up to {check.relative_error[some].max():.1e}: at h/2 their "
            f"errors are {found.shrinkage:.1f}× smaller, and the {asked.scheme} scheme promises "
            f"{2 if asked.scheme == 'forward' else 4}. The error of a wrong gradient would stay."
        )
    if where["unresolved"].any():
        told.append(
            f"**{_are(where['unresolved'])} hidden** (·): their errors are no larger than those that "
            "truncation and rounding leave of others."
        )
    zero = check.error == 0
    if zero.any():
        nothing = int((zero & (check.analytic == 0)).sum())
        because = f", {nothing:,} of them because both are 0" if nothing else ""
        told.append(f"{_are(zero, 'agrees', 'agree')} to the last bit (0){because}.")
    return told


def show_verdict(asked, subject, result):
    """The verdict, then what was set apart."""
    kind, icon, words = sentence(asked, subject, result)
    kind(words, icon=icon)
    told = details(asked, subject, result)
    if told:
        st.markdown("\n".join(f"- {line}" for line in told))
    st.markdown(f":small[Judged by the bands of {SOURCE} (1e-7, 1e-4, 1e-2).]")


def map_title(asked, subject, result):
    """What was checked, and how."""
    n, total, n_examples = len(result.check.index), subject.n_parameters, len(subject.y)
    count = f"all {n:,}" if n == total else f"{n:,} of {total:,}"
    when = f" after {counted(subject.epoch, 'epoch')}" if subject.epoch else ""
    return (
        f"Relative errors of {count} derivatives{when}: {asked.scheme}, h = {step_text(asked.step)}, "
        f"{asked.precision}, {counted(n_examples, 'example')}"
    )


def unexplained(found):
    """How many relative errors have no cause but the gradient."""
    return _count(found, "unexplained")


def _blind(asked, check, found):
    """Why this check cannot tell, and what would."""
    if not np.isfinite(found.resolution):
        if np.abs(check.analytic).max(initial=0.0) == 0:
            return "**Nothing to compare.** All derivatives checked are 0."
        return (
            f"**This check cannot tell.** All {len(check.index):,} parameters cross a kink within h = "
            f"{step_text(asked.step)}. Take a smaller step."
        )
    floor = ROUNDINGS * found.floor
    rounding = found.resolution * np.abs(check.analytic).max() <= 1.01 * floor
    cure = "Take a larger step, float64, or the complex step" if rounding else "Take a smaller step"
    cause = "rounding" if rounding else "truncation"
    share = f"{found.resolution:.1%}" if found.resolution < 1 else f"{found.resolution:.0f} times"
    return (
        f"**This check cannot tell.** Nothing contradicts the gradient, but at h = {step_text(asked.step)} "
        f"in {asked.precision} {cause} hides any error of up to {share} of the largest derivative. {cure}."
    )


def _are(mask, one="is", many="are"):
    n = int(mask.sum())
    return f"{n:,} {one if n == 1 else many}"


def _count(found, cause):
    return int((found.cause == CAUSES.index(cause)).sum())
