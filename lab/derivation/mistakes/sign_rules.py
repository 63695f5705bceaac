"""Why a sign is wrong where no mistake in the calculation leads to it."""

import numpy as np

EXPONENTIALS = "An output is made of exponentials, which are positive: it lies between 0 and 1."
SQUARES = "It is the expectation of a square, and no square is negative."
VANISHING = 1e-12  # below this in magnitude a number counts as 0
NEVER_NEGATIVE = {  # topic: why
    "output": EXPONENTIALS,
    "softmax_shift": EXPONENTIALS,
    "loss": "A loss is 0 where the output equals the target, and positive everywhere else.",
    "variance_forward": SQUARES,
    "variance_backward": SQUARES,
    "second_moment": SQUARES,
    "stall": "Every factor is positive: 2, σ(o), σ(o) again, and 1 − σ(o).",
}
OF_ITS_ARGUMENT = {  # topic: why the sign is that of x
    "square_sum": "The derivative of x² is 2x, which has the sign of x.",
    "absolute_sum": "The slope of |x| is 1 where x is positive and −1 where it is negative.",
}
ALWAYS_0 = {"zeros_equal": "Equal units get equal gradients, so they are still equal after every step."}
NEVER = "This activation is never negative."
KEPT = "This activation keeps the sign of the pre-activation."
BOTH_SIGNS = "Terms of both signs are added here, and the larger ones decide. Write each of them down."
NOTHING_IS_0 = "It would be 0 if a factor were 0 or the terms cancelled. Neither happens here."
MINUS_SIGNS = "Count the minus signs of the factors: an even number gives plus, an odd number gives minus."
PRODUCTS = ("weights", "through")  # topics whose numbers are products for a single example


def not_opposite(asked, index):
    """Return (key, why) against the opposite sign of an entry, or against any sign of 0; or None.

    `asked` is an Asked, and `index` the entry's index in `asked.right`.
    """
    value = asked.right[index]
    if abs(value) < VANISHING:
        return ("equal_stays_equal", ALWAYS_0[asked.topic]) if asked.topic in ALWAYS_0 else None
    if value > 0 and asked.topic in NEVER_NEGATIVE:
        return "never_negative", NEVER_NEGATIVE[asked.topic]
    if asked.topic in OF_ITS_ARGUMENT:
        return "sign_of_the_argument", OF_ITS_ARGUMENT[asked.topic]
    if asked.topic == "activation":
        if asked.f(np.linspace(-9.0, 9.0, 19)).min() >= 0:
            return "never_negative", NEVER
        if asked.z(asked.layer)[index] * value > 0:
            return "sign_of_the_argument", KEPT
    terms = _terms(asked, index)
    if (terms * value < 0).any():
        return "terms_of_both_signs", BOTH_SIGNS
    if len(terms) or (asked.topic in PRODUCTS and asked.n == 1):
        return "minus_signs_miscounted", MINUS_SIGNS
    return None


def _terms(asked, index):
    """Return the terms of the sum that an entry of a matrix product is, and its bias; none for others."""
    results = (asked.step.main, "sum")  # the sum, to which a pre-activation adds its bias
    product = next((one for one in asked.step.products if one.result in results), None)
    if product is None:
        return np.array([])
    left, right = product.operands(asked.step.values)
    row, column = index[-2:]
    bias = asked.b(asked.layer)[[column]] if asked.topic == "pre_activation" else []
    return np.concatenate([left[row] * right[:, column], bias])
