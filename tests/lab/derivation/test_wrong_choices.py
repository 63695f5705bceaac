"""Wrong choices: shapes, units and signs that mistakes lead to, for a network whose widths all differ."""

import numpy as np
import pytest
from derived import steps_of

from lab.derivation import Problem
from lab.derivation.mistakes import Asked, choices, shapes, signs

UNEVEN = Problem(d=2, hidden_layer_sizes=(4, 3), m=5, K=6, activation="tanh", l1=0.1, l2=0.3, seed=3)
EQUAL = Problem(d=2, hidden_layer_sizes=(3, 3), m=3, K=6, activation="tanh", seed=5)


@pytest.mark.parametrize(
    ("key", "place", "expected"),
    [
        ("hidden_pre_activation.2", 1, {  # W², (4, 3) between 2 and 5
            "columns_convention": "(3, 4)", "layer_below": "(4, 4)", "layer_above": "(4, 5)",
            "bias_as_a_row": "(5, 3)", "square": "(3, 3)", "own_axis": "(4, 3, 1)"}),
        ("hidden_pre_activation.2", 2, {  # b²
            "row_for_vector": "(1, 3)", "layer_below": "(4,)", "layer_above": "(5,)", "hessian": "(3, 3)",
            "own_axis": "(3, 1)"}),
        ("hidden_pre_activation.2", 3, {  # z²
            "column_for_row": "(3, 1)", "row_per_example": "(6, 3)", "row_axis_dropped": "(3,)",
            "layer_below": "(1, 4)", "layer_above": "(1, 5)", "square": "(3, 3)", "own_axis": "(1, 3, 1)"}),
        ("loss", 0, {  # the logits have no layer above
            "column_for_row": "(5, 1)", "row_per_example": "(6, 5)", "row_axis_dropped": "(5,)",
            "layer_below": "(1, 3)", "square": "(5, 5)", "own_axis": "(1, 5, 1)"}),
        ("loss", 1, {
            "row_for_vector": "(1, 1)", "one_per_class": "(1, 5)", "no_axis": "()"}),
        ("batch_outer", 0, {  # (h^s)ᵀ, whose last number counts examples
            "transpose_forgotten": "(6, 3)", "turned_one_column": "(3, 1)", "own_axis": "(3, 6, 1)"}),
        ("hidden_weights", 0, {  # xᵀ
            "transpose_forgotten": "(1, 2)", "turned_axis_dropped": "(2,)", "own_axis": "(2, 1, 1)"}),
        ("inputs", 1, {  # (W¹)ᵀ, whose last number counts no units of its own layer
            "transpose_forgotten": "(2, 4)", "turned_bias_as_a_column": "(4, 3)", "square": "(2, 2)",
            "own_axis": "(4, 2, 1)"}),
        ("softmax_jacobian", 0, {  # p, before there is a network
            "row_for_vector": "(1, 5)", "hessian": "(5, 5)", "own_axis": "(5, 1)"}),
        ("softmax_jacobian", 1, {  # ∂p/∂o, of which no number is "the loss"
            "diagonal_alone": "(5,)", "one_probability": "(1, 5)", "own_axis": "(5, 5, 1)"}),
        ("batch_outer", 1, {
            "examples_as_columns": "(5, 6)", "one_row": "(1, 5)", "gradient_as_a_number": "(1,)",
            "layer_below": "(6, 3)", "square": "(5, 5)", "own_axis": "(6, 5, 1)"}),
        ("inputs", 2, {  # ∂L/∂x, which has no layer below
            "column_for_row": "(2, 1)", "row_per_example": "(6, 2)", "row_axis_dropped": "(2,)",
            "gradient_as_a_number": "(1,)", "layer_above": "(1, 4)", "square": "(2, 2)",
            "own_axis": "(1, 2, 1)"}),
    ],
)  # fmt: skip
def test_shapes(key, place, expected):
    step = steps_of(UNEVEN)[key]
    assert {one.key: one.answer for one in shapes.shapes(Asked(UNEVEN, step), step.shapes[place])} == expected


def test_a_shape_that_a_mistake_leaves_as_it_is_is_not_offered():
    step = steps_of(EQUAL)["hidden_pre_activation.2"]
    found = {one.key: one.answer for one in shapes.shapes(Asked(EQUAL, step), step.shapes[1])}
    assert found == {"bias_as_a_row": "(4, 3)", "own_axis": "(3, 3, 1)"}


def test_units_that_are_wrong_answers():
    given = {key: units for key, (units, _) in choices.flat_units([2], 4).items()}
    assert given == {
        "active_for_flat": [1, 3, 4],
        "nothing_is_flat": [],
        "everything_is_flat": [1, 2, 3, 4],
        "first_alone": [1],
        "last_alone": [4],
    }
    for flat in ([], [2], [1, 2], [3, 4], [4]):
        why = {key: why for key, (_, why) in choices.flat_units(flat, 4).items()}
        assert why["first_alone"].startswith("Look at every slope" if 1 in flat else "Unit 1 passes")
        assert why["last_alone"].startswith("Look at every slope" if 4 in flat else "Unit 4 passes something")
    for column, following in ((2, 3), (4, 1)):
        given = {key: units for key, (units, _) in choices.units_of_a_weight(3, column, 4).items()}
        assert given == {
            "all_units": [1, 2, 3, 4],
            "index_of_the_row": [3],
            "no_unit": [],
            "next_unit": [following],
        }
        silent = choices.units_of_a_weight(3, column, 4, is_silent=True)
        assert "no_unit" not in silent, "that is right where the input is 0"
        assert silent["input_forgotten"][0] == [column]


@pytest.mark.parametrize("key", ["output_weights", "hidden_delta.2"])
def test_minus_signs_are_miscounted_in_a_product_of_one_example(key, monkeypatch):
    monkeypatch.setattr("lab.derivation.mistakes.rule.MISTAKES", {})
    asked = Asked(UNEVEN, steps_of(UNEVEN)[key])
    for index in np.ndindex(asked.right.shape):
        opposite = "negative" if asked.right[index] > 0 else "positive"
        expected = [("minus_signs_miscounted", opposite), ("nothing_is_0", "0")]
        assert [(one.key, one.answer) for one in signs(asked, index)] == expected
