"""What is said of an entry of a step's matrices: its name, where it is given, and what it is used in."""

import pytest
from derived import steps_of

from lab.derivation import Problem
from lab.derivation.sources import workings

UNEVEN = Problem(d=2, hidden_layer_sizes=(4, 3), m=5, K=6, activation="tanh", l1=0.1, l2=0.3, seed=3)
EVERY_EXAMPLE = "Given: a 1 for every example. It is used in ∂R̂/∂b¹₁, ∂R̂/∂b¹₂, ∂R̂/∂b¹₃ and ∂R̂/∂b¹₄."


def cell(key, equation, matrix, at):
    """The cell of the n-th matrix, 0 the result, of the n-th equation of a step."""
    rows = workings(UNEVEN, steps_of(UNEVEN)[key])[equation]["matrices"][matrix]["rows"]
    (found,) = [one for row in rows for one in row if one and one["at"] == at]
    return found


@pytest.mark.parametrize(
    ("key", "equation", "matrix", "at", "name", "said"),
    [
        ("hidden_pre_activation", 0, 1, (0, 1), "x₂",
         "Given: an input. It is used in h¹ᵃ₁, h¹ᵃ₂, h¹ᵃ₃ and h¹ᵃ₄."),
        ("hidden_pre_activation.2", 0, 0, (0, 2), "h²ᵃ₃", ""),
        ("hidden_pre_activation.2", 0, 1, (0, 3), "h¹ˢ₄", "It is used in h²ᵃ₁, h²ᵃ₂ and h²ᵃ₃."),
        ("hidden_pre_activation.2", 0, 2, (3, 2), "W²₄₃", "Given: a weight. It is used in h²ᵃ₃."),
        ("hidden_pre_activation.2", 0, 3, (0, 2), "b²₃", "Given: a bias. It is used in h²ᵃ₃."),
        ("output_pre_activation", 0, 1, (0, 2), "h²ˢ₃", "It is used in 5 entries of oᵃ."),
        ("batch_mean", 0, 0, (2, 4), "∂R̂/∂W³₃₅", ""),
        ("batch_mean", 0, 2, (2, 4), "∂L⁽²⁾/∂W³₃₅", "It is used in ∂R̂/∂W³₃₅."),
        ("elastic_net", 0, 2, (1, 3), "sign(W¹₂₄)", "It is used in ∂J/∂W¹₂₄."),
        ("elastic_net", 0, 3, (1, 3), "W¹₂₄", "Given: a weight. It is used in ∂J/∂W¹₂₄."),
        ("elastic_net", 3, 1, (0, 5), "1", EVERY_EXAMPLE),
        ("elastic_net", 3, 2, (5, 3), "∂R̂/∂h¹ᵃ₆₄", "It is used in ∂R̂/∂b¹₄."),
        ("hidden_weights.2", 0, 1, (3, 0), "h¹ˢ₄", "It is used in ∂L/∂W²₄₁, ∂L/∂W²₄₂ and ∂L/∂W²₄₃."),
        ("batch_outer", 0, 5, (2, 4), "a · δ of example 5", "It is used in ∂R̂/∂W³₃₅."),
        ("batch_outer", 1, 1, (2, 5), "h²ˢ₆₃", "It is used in 5 entries of ∂R̂/∂W³."),
        ("recursion", 1, 2, (2, 3), "W²₄₃", "Given: a weight. It is used in 6 entries of ∂R̂/∂h¹ᵃ."),
        ("zeros_equal", 0, 1, (1, 3), "W¹₂₄",
         "Given: the value after 4 steps from zeros. It is used in W¹₂₄ after 5 steps."),
        ("momentum_constant", 0, 1, (0, 46), "g₄₇",
         "Given: the gradient, the same at every step. Parameter 47 is b³₅. It is used in v₃₀,₄₇."),
        ("momentum_constant", 1, 0, (0, 46), "v₄₇ in the end", "Parameter 47 is b³₅."),
        ("variance_layers", 1, 1, (23, 3), "network 24, layer 4",
         "Given: the mean square of a network’s activations, measured. "
         "It is used in measured, LeCun, layer 4."),
    ],
)  # fmt: skip
def test_an_entry_is_named_and_says_what_it_is_used_in(key, equation, matrix, at, name, said):
    found = cell(key, equation, matrix, at)
    assert (found["name"], found["said"]) == (name, said)


def test_of_the_loss_only_the_right_class_is_used():
    y = int(UNEVEN.y[0])
    for k in range(5):
        used = "It is used in L." if k == y else "It is not used in L."
        assert cell("loss", 0, 1, (0, k))["said"] == used


def test_an_entry_lights_its_place_on_the_graph_and_that_of_its_sources():
    weight = cell("hidden_weights.2", 0, 0, (3, 2))
    assert weight["lit"] == ["hs1.3>ha2.2", "hs1.3", "ha2.2"]
    assert weight["sources"] == [[1, 3, 0], [2, 0, 2]]
    assert cell("hidden_pre_activation.2", 0, 2, (3, 2))["lit"] == ["hs1.3>ha2.2"]
    assert cell("hidden_pre_activation.2", 0, 2, (3, 2))["sources"] == [[0, 0, 2]]
    activation = cell("hidden_pre_activation.2", 0, 1, (0, 3))
    assert activation["lit"] == ["hs1.3", "ha1.3", "ha1.3>hs1.3"]
