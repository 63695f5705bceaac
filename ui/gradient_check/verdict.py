"""The verdict in words: what the check proves, what does not count and why; and the theory behind it."""

import numpy as np
import streamlit as st

from lab.words import counted
from mlp.checks.judgement import CAUSES, HAPPY, ROUNDINGS, has_kinks
from mlp.checks.numerical import UNIT_ROUNDOFF
from ui.gradient_check.setup import step_text

SOURCE = "[CS231n, Gradient checks](https://cs231n.github.io/neural-networks-3/#gradcheck)"
FORMULAS = (
    r"\frac{L(\theta + h) - L(\theta)}{h} = L'(\theta) + \frac{h}{2} L''(\theta) + \dots",
    r"\frac{L(\theta + h) - L(\theta - h)}{2h} = L'(\theta) + \frac{h^2}{6} L^{(3)}(\theta) + \dots",
    r"\frac{\operatorname{Im} L(\theta + ih)}{h} = L'(\theta) - \frac{h^2}{6} L^{(3)}(\theta) + \dots",
    r"\text{error} \approx \underbrace{c\, h^p}_{\text{truncation}} + "
    r"\underbrace{u\, \max(1, |L|) / h}_{\text{rounding}}, \qquad h_{\text{best}} \sim u^{1/(p+1)}",
)
EXPLANATIONS = (
    "A long step sees the curvature of the loss: truncation, of order $h$ for the forward and $h^2$ for "
    "the central difference. A short one subtracts two numbers that agree in all but their last digits: "
    "what is left is their rounding, divided by $h$. $u$ is the unit roundoff, 1.1e-16 in float64 and "
    "6.0e-8 in float32. The complex step (Squire & Trapp, 1998) reads the derivative off an imaginary "
    "part: nothing is subtracted, so the step may be 1e-20.",
    "The bands are those of Stanford's notes, " + SOURCE + ": a relative error above 1e-2 usually means "
    "the gradient is probably wrong; between 1e-2 and 1e-4 should make you feel uncomfortable; below 1e-4 "
    "is usually okay for objectives with kinks, but too high for smooth ones (tanh and softmax); 1e-7 and "
    "less: be happy. The deeper the network, the larger the errors.",
)
LOOKS = {  # of each kind of verdict: the element that shows it, and its icon
    "not finite": (st.error, ":material/error:"),
    "wrong": (st.error, ":material/error:"),
    "uncomfortable": (st.warning, ":material/warning:"),
    "blind": (st.warning, ":material/visibility_off:"),
    "unexplained, smooth": (st.warning, ":material/rule:"),
    "unexplained, with kinks": (st.success, ":material/rule:"),
    "usual": (st.success, ":material/check_circle:"),
    "happy": (st.success, ":material/check_circle:"),
}


def sentence(plan, subject, result):
    """Return (st.success or its like, icon, sentence): what the check proves."""
    check, judgement = result
    kind, resolution = judgement.kind, judgement.resolution
    if kind == "usual" and count(judgement, "unexplained"):
        kind = f"unexplained, {'with kinks' if has_kinks(subject.config) else 'smooth'}"
    relative, n = float(check.relative_error[judgement.worst]), f"{len(check.index):,}"
    largest = f"The largest unexplained relative error of {n} derivatives is {relative:.1e}"
    words = {
        "not finite": "**Not numbers.** Some derivatives of this network are not finite: it has diverged, or "
        "the step is too small for the number format.",
        "wrong": f"**Probably wrong.** {largest}, above 1e-2.",
        "uncomfortable": f"**This should make you feel uncomfortable.** {largest}, between 1e-4 and 1e-2.",
        "unexplained, smooth": f"**Below 1e-4: too high for a smooth objective.** {largest}.",
        "unexplained, with kinks": f"**Below 1e-4: usually okay for one with kinks.** {largest}.",
        "usual": f"**No error found. Errors below {resolution:.0e} would go unnoticed.** {n} derivatives "
        "agree as far as this scheme, step and precision can tell: a difference of less than "
        f"{resolution:.0e} of the largest derivative is lost in truncation and rounding.",
        "happy": f"**Be happy.** The largest relative error of {n} derivatives is {relative:.1e}, below "
        "1e-7.",
    }
    if kind == "blind":
        text = _blind(plan, check, judgement)
    elif kind == "happy" and relative > HAPPY:
        agree = check.relative_error[judgement.cause == CAUSES.index("agrees")]
        text = (
            f"**Be happy.** {len(agree):,} of {n} derivatives agree within {agree.max(initial=0.0):.1e}, "
            "below 1e-7; the others differ by less than the check's own uncertainty."
        )
    else:
        text = words[kind]
    return *LOOKS[kind], text


def details(plan, result):
    """Return sentences on the derivatives that do not count or do not agree, and why."""
    check, judgement = result
    sentences = []
    u = UNIT_ROUNDOFF[plan.precision]
    for cause in ("kink", "rounding", "truncation", "unresolved"):
        mask = judgement.cause == CAUSES.index(cause)
        if not mask.any():
            continue
        relative = f"{check.relative_error[mask].max():.1e}"
        if cause == "kink":
            text = (
                f"**{_are(mask, 'crosses', 'cross')} a kink** (×) within h = {step_text(plan.step)}: their "
                "numerical derivatives mix two branches and do not count (relative errors up to "
                f"{relative})."
            )
        elif cause == "rounding":
            formula = "u" if plan.scheme == "complex" else f"u·max(1, |L|)/h with L = {judgement.loss:.3g}"
            text = (
                f"**{_are(mask)} at the rounding floor** (·): relative errors up to {relative}, but absolute "
                f"errors of at most {check.error[mask].max():.1e}, where {formula} and u = {u:.1e} leave "
                f"{judgement.floor:.1e} (allowed: {ROUNDINGS:.0f} times that). The derivatives themselves "
                f"are small, down to {np.abs(check.analytic[mask]).min():.1e}."
            )
        elif cause == "truncation":
            text = (
                f"**{_are(mask)} truncation** (·), up to {relative}: at h/2 their errors are "
                f"{judgement.shrinkage:.1f}× smaller, and the {plan.scheme} scheme promises "
                f"{2 if plan.scheme == 'forward' else 4}. The error of a wrong gradient would stay."
            )
        else:
            text = (
                f"**{_are(mask)} hidden** (·): their errors are no larger than what truncation and "
                "rounding leave in others."
            )
        sentences.append(text)
    zero = check.error == 0
    if zero.any():
        n_both = int((zero & (check.analytic == 0)).sum())
        because = f", {n_both:,} of them because both are 0" if n_both else ""
        sentences.append(f"{_are(zero, 'agrees', 'agree')} to the last bit (0){because}.")
    return sentences


def show_verdict(plan, subject, result):
    """Show the verdict, then what does not count."""
    show, icon, words = sentence(plan, subject, result)
    show(words, icon=icon)
    sentences = details(plan, result)
    if sentences:
        st.markdown("\n".join(f"- {line}" for line in sentences))
    st.markdown(f":small[Judged by the bands of {SOURCE} (1e-7, 1e-4, 1e-2).]")


def map_title(plan, subject, result):
    """Return what was checked, and how."""
    n, total = len(result.check.index), subject.n_parameters
    derivatives = f"all {n:,}" if n == total else f"{n:,} of {total:,}"
    when = f" after {counted(subject.epoch, 'epoch')}" if subject.epoch else ""
    return (
        f"Relative errors of {derivatives} derivatives{when}: {plan.scheme}, h = {step_text(plan.step)}, "
        f"{plan.precision}, {counted(len(subject.y), 'example')}"
    )


def count(judgement, cause):
    """Return how many derivatives have this cause."""
    return int((judgement.cause == CAUSES.index(cause)).sum())


def _blind(plan, check, judgement):
    """Return why this check cannot tell, and what would."""
    h, largest = step_text(plan.step), np.abs(check.analytic).max(initial=0.0)
    if not np.isfinite(judgement.resolution):
        if largest == 0:
            return "**Nothing to compare.** All derivatives checked are 0."
        return (
            f"**This check cannot tell.** All {len(check.index):,} parameters cross a kink within h = {h}. "
            "Take a smaller step."
        )
    cause, cure = "truncation", "Take a smaller step"
    if judgement.resolution * largest <= 1.01 * ROUNDINGS * judgement.floor:
        cause, cure = "rounding", "Take a larger step, float64, or the complex step"
    resolution = judgement.resolution
    share = f"{resolution:.1%}" if resolution < 1 else f"{resolution:.0f} times"
    return (
        f"**This check cannot tell.** Nothing contradicts the gradient, but at h = {h} in {plan.precision} "
        f"{cause} hides any error of up to {share} of the largest derivative. {cure}."
    )


def _are(mask, singular="is", plural="are"):
    n = int(mask.sum())
    return f"{n:,} {singular if n == 1 else plural}"
