"""What the bowl shows, in sentences."""

from lab.words import counted

MILLIONTH = "to come within a millionth of its first distance from the bottom"

SIX_DIGITS = 5e-7  # a rate rounded to six digits is off by no more


def speed(kappa, steps):
    """Return how many steps gradient descent and momentum need, of {optimizer: steps or None}."""
    plain, fast = steps["sgd"], steps["momentum"]
    if plain is None or fast is None:
        return f"With κ = {kappa:,}, gradient descent and momentum do not both arrive in the steps drawn."
    said = f"With κ = {kappa:,}, gradient descent at its best needs {counted(plain, 'step')} {MILLIONTH}"
    if plain == fast:
        return f"{said}, and momentum just as many."
    ratio = plain / fast
    return f"{said}; momentum needs {fast:,}: {_times(ratio)} {'fewer' if ratio > 1 else 'more'}."


def _times(ratio):
    return f"{max(ratio, 1 / ratio):.3g} times"


def agreement(theory, measured):
    """Return in words whether measured rates, {optimizer: rate}, equal the theoretical ones to six digits."""
    off = [name for name in theory if not abs(measured[name] - theory[name]) <= SIX_DIGITS]
    if not off:
        return (
            "For gradient descent, momentum and Nesterov the measured rate equals the theoretical one to "
            "six digits."
        )
    return f"The measured rate differs from the theoretical one in the first six digits for {', '.join(off)}."


def one_step(rate, steps):
    """Return what one-step momentum does with the η and μ of momentum, and at its own best.

    `rate` is the factor per step with those; `steps` is {optimizer: steps at its best, or None}.
    """
    texts = (f"{rate:.{digits}g}" for digits in range(3, 17))
    factor = next((text for text in texts if text != "1"), "1")
    shared = f"multiplies the distance by {factor} per step in the long run"
    if float(factor) > 1:
        shared += ": it diverges"
    own, fast, plain = (steps[name] for name in ("one_step_momentum", "momentum", "sgd"))
    said = f"With the η and μ that suit momentum, one-step momentum {shared}."
    if None in (own, fast, plain):
        return said
    return (
        f"{said} With its own best η and μ it needs {counted(own, 'step')}, momentum {fast:,}, gradient "
        f"descent {plain:,}."
    )
