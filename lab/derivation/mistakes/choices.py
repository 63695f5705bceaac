"""Wrong answers to the questions what is 0 and what a penalty changes."""


def flat_units(flat, n):
    """Return {key: (units, why)}: wrong answers to which of n units pass nothing back."""
    rest = [j for j in range(1, n + 1) if j not in flat]
    return {
        "active_for_flat": (
            rest,
            "Those are the units that do let the gradient through: their slope is not 0.",
        ),
        "nothing_is_flat": (
            [],
            "The gradient from above is multiplied by the slope: where one of them is 0, nothing is passed "
            "back.",
        ),
        "everything_is_flat": (
            list(range(1, n + 1)),
            "A unit passes something back if its slope is not 0 and something arrives from above.",
        ),
        "first_alone": ([1], _why_alone(1, flat, "first")),
        "last_alone": ([n], _why_alone(n, flat, "last")),
    }


def _why_alone(unit, flat, which):
    if unit in flat:
        return f"Look at every slope, not only at the {which} unit's."
    return f"Unit {unit} passes something back: its slope is not 0, and neither is what arrives from above."


def units_of_a_weight(row, column, n, *, is_silent=False):
    """Return {key: (units, why)}: wrong answers to which of n units change with the weight (row, column).

    `is_silent` says whether the weight's input is 0; then none of them changes.
    """
    into = {"no_unit": ([], "The weight leads into one of these units, and its input is not 0.")}
    if is_silent:
        into = {
            "input_forgotten": (
                [column],
                "The weight leads into that unit, but its input is 0 for this example, and 0 times anything "
                "is 0.",
            )
        }
    return into | {
        "all_units": (
            list(range(1, n + 1)),
            "Every unit adds up everything that comes from below, but with its own weights: this weight "
            "leads into one unit only.",
        ),
        "index_of_the_row": (
            [row],
            "The first index is the unit *below*, where the weight starts; the second is where it leads.",
        ),
        "next_unit": ([column % n + 1], "The second index of the weight names the unit into which it leads."),
    }


PENALTY_REASONS = {
    "only that of the weights": (
        "weights_penalised",
        "A strength of 0 changes nothing.",
    ),
    "only that of the biases": (
        "weights_and_biases_swapped",
        "It is the other way round: the penalty is a sum over weights and contains no bias.",
    ),
    "both": (
        "biases_penalised",
        "No term of the penalty contains a bias, so the gradient of the biases stays the same.",
    ),
    "neither": (
        "penalty_not_differentiated",
        "The penalty grows with the size of the weights, so it has a slope.",
    ),
}
