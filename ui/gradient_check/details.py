"""The derivatives that do not count in a check or do not agree, and the reasons."""

import numpy as np

from lab.words import at_most, scientific
from mlp.checks.judgement import CAUSES, ROUNDINGS
from mlp.checks.numerical import UNIT_ROUNDOFF
from ui.gradient_check.setup import step_text

MIXED = (
    "its numerical derivative mixes two branches, so it does not count (relative error",
    "their numerical derivatives mix two branches, so they do not count (relative errors up to",
)
SMALL = "The derivative itself is small,", "The derivatives themselves are small, down to"
SMALL_SHARE = 0.01  # of the largest derivative: below it, one is called small
FLOORS = {  # the rounding error of one derivative, by scheme
    "central": "u·max(1, |L|)/h with L = {loss:.3g}",
    "forward": "2u·max(1, |L|)/h with L = {loss:.3g}",
    "complex": "u·max(1, |∂L/∂θ|) with |∂L/∂θ| up to {largest:.3g}",
}


def details(plan, result):
    """Return sentences on the derivatives that do not count or do not agree, and why."""
    check, judgement = result
    sentences = []
    u = UNIT_ROUNDOFF[plan.precision]
    sums = ""
    if plan.scheme == "complex" and judgement.beside > 1:
        sums = f", times {judgement.beside:.3g}, the largest Σ|a||W| + |b| of a unit,"
    for cause in ("kink", "rounding", "truncation", "unresolved", "too long"):
        mask = judgement.cause == CAUSES.index(cause)
        if not mask.any():
            continue
        relative, one = scientific(check.relative_error[mask].max()), mask.sum() == 1
        errors = "its error is" if one else "their errors are"
        if cause == "kink":
            text = (
                f"**{_are(mask, 'crosses', 'cross')} a kink** (×) within h = {step_text(plan.step)}: "
                f"{MIXED[0] if one else MIXED[1]} {relative})."
            )
        elif cause == "rounding":
            largest = np.abs(check.analytic[np.isfinite(check.relative_error)]).max()
            formula = FLOORS[plan.scheme].format(loss=judgement.loss, largest=largest)
            text = (
                f"**{_are(mask)} at the rounding floor** (·): relative errors up to {relative}, but absolute "
                f"errors of at most {at_most(check.error[mask].max(), 2)}, and rounding alone leaves "
                f"{judgement.floor:.1e}: {formula}{sums} and u = {u:.1e} (allowed: {ROUNDINGS:.0f} times "
                f"that). {_sizes(check.analytic, mask)}"
            )
        elif cause == "truncation":
            text = (
                f"**{_are(mask)} due to truncation** (·), with relative errors up to {relative}: at h/2 "
                f"{errors} {judgement.shrinkage:.1f}× smaller, and theory predicts "
                f"{2 if plan.scheme == 'forward' else 4}× for the {plan.scheme} scheme. The error of a wrong "
                "gradient would not shrink."
            )
        elif cause == "too long":
            text = (
                f"**{_are(mask, 'differs', 'differ')} because h is too long** (·), with relative errors up "
                f"to {relative}: {'it agrees' if one else 'they agree'} with the complex step in float64, "
                "which has no truncation."
            )
        else:
            text = (
                f"**{_are(mask)} hidden** (·): {errors} no larger than what truncation and rounding leave in "
                "others."
            )
        sentences.append(text)
    zero = check.error == 0
    if zero.any():
        n_both = int((zero & (check.analytic == 0)).sum())
        of_them = "" if n_both == zero.sum() else f" {n_both:,} of them"
        because = f",{of_them} because both are 0" if n_both else ""
        sentences.append(f"{_are(zero, 'agrees', 'agree')} to the last bit (0){because}.")
    return sentences


def _sizes(analytic, mask):
    """Return a sentence on the sizes of these derivatives: small only if they are beside the largest one."""
    sizes, one = np.abs(analytic[mask]), mask.sum() == 1
    least, most = scientific(sizes.min()), scientific(sizes.max())
    if sizes.max() < SMALL_SHARE * np.abs(analytic[np.isfinite(analytic)]).max():
        return f"{SMALL[0] if one else SMALL[1]} {least}."
    if least == most:
        return f"The derivative itself is {least}." if one else f"The derivatives are all {least}."
    return f"The derivatives are between {least} and {most}."


def _are(mask, singular="is", plural="are"):
    n = int(mask.sum())
    return f"{n:,} {singular if n == 1 else plural}"
