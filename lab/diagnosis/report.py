"""A Diagnosis in words: what is most likely wrong, the evidence, and where to look."""

import math

from lab.diagnosis import compare
from lab.diagnosis.mistakes import MISTAKES
from lab.words import counted, listed

NAMED = 1e-4  # relative difference up to which a factor is said to be one that has a name


def headline(found):
    """Return one sentence: what is most likely wrong with the gradients, or that nothing is."""
    n = counted(len(found.rows), "array")
    if found.state == compare.RIGHT:
        worst = max(found.rows, key=lambda row: row.error)
        apart = (
            "identical"
            if worst.error == 0
            else f"within {worst.error:.0e} of its length, {worst.name} at worst"
        )
        return f"Your gradients are right: {_all(len(found.rows))} {apart}."
    if found.state == compare.CAUSED:
        return f"{_made(found.causes[0])} to {_digits(found.error)}."
    if found.state == compare.HALF_PRECISION:
        return (
            "Your gradients are right but for rounding: all your numbers have the precision of "
            "float16. Compute in float32 or float64."
        )
    if found.state == compare.FEW_DIGITS:
        return (
            f"Your gradients agree to {_digits(found.error)} and no further. Save more digits, "
            "or compute in float64; then a small mistake can be told from rounding."
        )
    tried = "alone" + (", in one layer, or in pairs" if found.in_pairs else " or in one layer")
    if found.state == compare.PARTLY:
        explains = f"One that would explain {listed(found.explained)}: {_what(found.causes[0])}"
        return f"No known mistake explains all of the {n}. {explains}"
    return f"None of the {len(MISTAKES)} known mistakes, {tried}, gives your numbers."


def _all(n):
    return "the only array is" if n == 1 else f"all {n} arrays agree with the lab's; each is"


def _made(cause):
    one = len(cause.mistakes) == 1
    which = "this mistake" if one else "these two mistakes"
    return f"With {which} the lab's own program gives your numbers,"


def _what(cause):
    where = f" In layer {cause.layer} alone." if cause.layer else ""
    return " And: ".join(one.says for one in cause.mistakes) + where


def causes(found):
    """Return what each cause says; those after the first cannot be told apart from it here."""
    return [_what(cause) for cause in found.causes]


def _digits(error):
    """Return to how many digits an error agrees, such as "6 digits"; at most 15, those of float64."""
    n = 15 if error <= 1e-15 else max(0, math.floor(-math.log10(error)))
    return counted(n, "digit")


def start(found, n_layers):
    """Return a sentence on where the error begins on the way back, or "" where nothing is wrong."""
    wrong = {int(row.name[2:]): row.name for row in found.rows if not row.agrees}
    if not wrong:
        return ""
    layer = max(wrong)
    names = listed([row.name for row in found.rows if not row.agrees and int(row.name[2:]) == layer])
    if layer == n_layers:
        return f"The error is there in the output layer already, in {names}: look at δ of the output first."
    above = listed([f"layer {number}" for number in range(layer + 1, n_layers + 1)])
    return (
        f"{above[0].upper()}{above[1:]} is right; the error begins in layer {layer}, in {names}."
        if (layer + 1 == n_layers)
        else f"{above[0].upper()}{above[1:]} are right; the error begins in layer {layer}, in {names}."
    )


def evidence(row, config, n_examples, n_classes):
    """Return what can be said of one array beside the right one, in a sentence."""
    if row.error == math.inf:
        return f"{row.name} has numbers that are not finite."
    if row.agrees:
        return f"{row.name} agrees to {_digits(row.error)}."
    if row.transposed:
        return f"{row.name} is the transpose of ours."
    if math.isnan(row.factor):
        return f"{row.name} should be 0."
    if row.factor == 0 and row.rest == 0:
        return f"{row.name} is 0."
    if row.rest <= NAMED:
        name = _factor(row.factor, config, n_examples, n_classes)
        return f"{row.name} is ours × {name}, to {_digits(row.rest)}."
    return f"{row.name} differs by {row.error:.2g} of its length."


def _factor(factor, config, n_examples, n_classes):
    """Return a factor as a number, with what it is where that is known."""
    rate = config.rate_pieces()[0][0]
    known = {
        n_examples: "the batch size",
        1 / n_examples: "1 / the batch size",
        n_classes: "the number of classes",
        1 / n_classes: "1 / the number of classes",
        n_examples / n_classes: "the batch size / the number of classes",
        rate: "the learning rate",
        -rate: "minus the learning rate",
    }
    for value, name in known.items():
        if math.isclose(factor, value, rel_tol=NAMED):
            return f"{factor:.6g}, {name}"
        if math.isclose(factor, -value, rel_tol=NAMED):
            return f"{factor:.6g}, minus {name}"
    return f"{factor:.6g}"


def hidden(found):
    """Return a sentence on the mistakes that would not show in these gradients, or ""."""
    if not found.n_hidden:
        return ""
    return (
        f"{found.n_hidden} of the {len(MISTAKES)} known mistakes would change nothing here, so they cannot "
        "be seen. Other settings show more of them: a penalty, two hidden layers, more examples."
    )
