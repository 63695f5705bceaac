"""The picture of a surface, its contour lines, and the colours of the paths."""

import base64
import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from support.measuring import peak_of

from lab.optimization import bowl, surface
from lab.optimization.paths import Path
from mlp import OPTIMIZERS, TrainConfig
from ui.charts import palette
from ui.optimization import frames, setup, valley
from ui.optimization.schedules import rates_frame
from ui.optimization.steepness import rates_at


def alpha(values):
    """The opacity of each pixel of a surface's picture, the lowest row of the values first."""
    data = frames.picture(np.array(values)).partition(",")[2]
    return np.array(Image.open(io.BytesIO(base64.b64decode(data))))[::-1, :, 3]


def test_the_picture_is_darker_where_the_loss_is_higher_and_transparent_where_it_is_not_finite():
    seen = alpha([[1.0, 10.0], [np.nan, 100.0]])
    assert seen[1, 0] == 0
    assert 0 < seen[0, 0] < seen[0, 1] < seen[1, 1] < 255
    steps = np.diff([int(seen[0, 0]), int(seen[0, 1]), int(seen[1, 1])])
    assert abs(steps[0] - steps[1]) <= 1, "a factor of ten is the same step everywhere"
    assert (alpha(np.full((2, 2), np.nan)) == 0).all()
    assert (alpha(np.ones((2, 2))) > 0).all()
    assert (alpha([[0.0, 1.0], [1.0, 1.0]])[0, 1:] > alpha([[0.0, 1.0], [1.0, 1.0]])[0, 0]).all()


def test_contour_lines_lie_where_the_loss_has_their_level_and_not_where_it_is_lost():
    window = ((-2.0, 2.0), (-1.0, 1.0))
    x, y = np.meshgrid(*surface.centres(window, 40))
    values = 1 + x**2 + 4 * y**2
    found = frames.contours(values, window)
    assert found["level"].nunique() == frames.MOST_LEVELS
    at = 1 + found["x"].astype(float) ** 2 + 4 * found["y"].astype(float) ** 2
    np.testing.assert_allclose(at, found["level"], rtol=0.01)
    ratios = np.diff(np.log(sorted(found["level"].unique())))
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-3)
    nought = np.where(values == values.min(), 0.0, values)  # no level of it is 0, which has no logarithm
    lowest, highest = frames.contours(nought, window)["level"].agg(["min", "max"])
    # 12 levels between a millionth of the largest loss and that loss: the ends of 13 equal factors
    np.testing.assert_allclose(
        [lowest, highest], values.max() * 1e-6 ** np.array([12 / 13, 1 / 13]), rtol=1e-5
    )
    lost = np.where(x > 0, np.nan, values)
    assert frames.contours(lost, window)["x"].max() < 0.1
    assert frames.contours(np.full((5, 5), np.nan), window).empty
    assert frames.contours(np.ones((5, 5)), window).empty


def test_each_optimizer_has_its_colour_and_two_paths_of_one_have_two():
    alone = {name: setup.colours([name])[name] for name in OPTIMIZERS}
    assert len(set(list(alone.values())[:6])) == 6
    assert setup.colours(["adam × 0.1"])["adam × 0.1"] == alone["adam"]
    found = setup.colours(["sgd", "sgd × 3", "sgd × 10", "adam", "adam × 2", "rmsprop"])
    assert len(set(found.values())) == 6
    assert {name: found[name] for name in ("sgd", "adam", "rmsprop")}.items() <= alone.items()
    assert set(found.values()) == set(palette.OPTIMIZERS)
    assert list(found) == ["sgd", "sgd × 3", "sgd × 10", "adam", "adam × 2", "rmsprop"]
    alone = dict(list(alone.items())[:6])
    many = setup.colours([*alone, "adam × 2"])
    assert many == alone | {"adam × 2": alone["adam"]}, "there are no more"


@pytest.mark.parametrize("kappa", [1, 50])
def test_the_rings_of_the_bowl_are_equally_high_each_half_as_high_as_the_one_before(kappa):
    rings = valley.ellipses(kappa)
    u, v = (rings[["x", "y"]].to_numpy(float) @ bowl.AXES).T
    height = 0.5 * (u**2 + v**2 / kappa)
    means = [height[rings["line"] == line].mean() for line in range(valley.RINGS)]
    for line in range(valley.RINGS):
        np.testing.assert_allclose(height[rings["line"] == line], means[line], rtol=1e-4)
    np.testing.assert_allclose(np.divide(means[1:], means[:-1]), 0.5, rtol=1e-4)
    assert means[0] == pytest.approx(0.5 * (1 / kappa + 1 / kappa), rel=1e-4), "where the descents begin"


def test_the_rates_of_300_000_epochs_are_figured_only_where_they_are_drawn():
    config = TrainConfig(epochs=300_000, schedule="cosine", cycle_steps=1)
    asked = np.array([0, 150_000, 300_000])

    def drawn():
        return rates_at(asked, config, 770), rates_frame(config, [config], 770)

    assert peak_of(drawn) < 4e6
    rates, frame = drawn()
    last = 300_000 * 25 - 1  # the last epoch's last step has a rate still above the least
    middle, least = (config.learning_rate + config.learning_rate_min) / 2, config.learning_rate_min
    np.testing.assert_allclose(rates, [config.learning_rate, middle, least], rtol=1e-6)
    assert (frame["step"].iloc[0], frame["step"].iloc[-1]) == (0, last)


def test_the_points_of_each_path_lie_in_the_plane_with_their_own_epoch_step_and_loss():
    paths = {
        "sgd": Path(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 1]), np.array([0, 7]), None),
        "adam": Path(np.array([[5.0, 6.0]]), np.array([2]), np.array([14]), 3),
    }
    plane = SimpleNamespace(coordinates=lambda points: points * (10, 100))
    frame = frames.paths(paths, plane, {"sgd": np.array([0.5, 0.25]), "adam": np.array([0.75])})
    assert [tuple(row) for row in frame.itertuples(index=False)] == [
        (10, 200, "sgd", 0, 0, 0.5),
        (30, 400, "sgd", 1, 7, 0.25),
        (50, 600, "adam", 2, 14, 0.75),
    ]
    assert frame.columns.tolist() == ["a", "b", "path", "epoch", "step", "loss"]
