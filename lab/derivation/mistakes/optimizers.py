"""Mistakes with momentum and Adam."""

from lab.derivation.chapters.optimizers import MANY, MU, RATES, STEPS, trained
from lab.derivation.mistakes.rule import mistake
from mlp.optimizers import ADAM_DECAY_1 as B1
from mlp.optimizers import ADAM_DECAY_2 as B2


@mistake(
    "momentum_unrolled",
    "That is the last gradient alone. The velocity also contains the earlier ones, times powers of μ.",
)
def velocity_forgotten(at):
    return _gradients(at)[-1]


@mistake(
    "momentum_unrolled", "You used the old velocity, but the newest gradient is added *before* the step."
)
def old_velocity(at):
    return _weighted(_gradients(at)[:-1], MU)


@mistake("momentum_unrolled", "You added all gradients in full. Each step multiplies the older ones by μ.")
def nothing_forgotten(at):
    return _gradients(at).sum(axis=0)


@mistake(
    "momentum_unrolled",
    "You gave the oldest gradient the most weight, but it has been multiplied by μ most often.",
)
def oldest_counts_most(at):
    return _weighted(_gradients(at)[::-1], MU)


@mistake(
    "momentum_unrolled", "You multiplied by 1 − μ. Adam's average does that; this velocity is a plain sum."
)
def averaged_velocity(at):
    return (1 - MU) * at.right


@mistake(
    "momentum_unrolled",
    "You multiplied by the learning rate. That happens when θ moves, not in the velocity.",
)
def rate_in_the_velocity(at):
    return RATES["momentum"] * at.right


@mistake(
    "momentum_unrolled",
    "You kept two gradients. With momentum *every* earlier gradient still counts a little.",
)
def one_step_back_only(at):
    g = _gradients(at)
    return g[-1] + MU * g[-2]


@mistake(
    "momentum_constant",
    "That is one gradient. The velocity is the sum of all so far, each times a power of μ.",
)
def one_gradient(at):
    return _gradients(at)[0]


@mistake("momentum_constant", "You added as many whole gradients as there were steps; older ones count less.")
def gradients_in_full(at):
    return MANY * _gradients(at)[0]


@mistake("momentum_constant", "The denominator 1 − μ of the geometric series is missing.")
def denominator_of_the_series_forgotten(at):
    return (1 - MU**MANY) * _gradients(at)[0]


@mistake("momentum_constant", "You multiplied by 1 − μ. The geometric series divides by it.")
def series_multiplied(at):
    return (1 - MU) * _gradients(at)[0]


@mistake(
    "adam_moments", "The factor $1 - \\beta_1$ is missing: that is a sum, as in momentum, not an average."
)
def sum_for_average(at):
    return _weighted(_gradients(at, "adam"), B1)


@mistake(
    "adam_moments", "You used $\\beta_2$, which belongs to the squares. This average is over the gradients."
)
def other_decay(at):
    return (1 - B2) * _weighted(_gradients(at, "adam"), B2)


@mistake("adam_moments", "You have divided by $1 - \\beta_1^t$ already. That correction comes next.")
def corrected_already(at):
    return at.right / (1 - B1**STEPS)


@mistake("adam_moments", "You gave the oldest gradient the most weight; the newest should have it.")
def weights_reversed(at):
    return (1 - B1) * _weighted(_gradients(at, "adam")[::-1], B1)


@mistake(
    "adam_moments",
    "That is the plain mean of the gradients. Adam's average starts at 0 and gives the newest gradient the "
    "most weight.",
)
def plain_mean(at):
    return _gradients(at, "adam").mean(axis=0)


@mistake("adam_moments", "You averaged the squares. That is the other average, $s$.")
def squares_averaged(at):
    return (1 - B2) * _weighted(_gradients(at, "adam") ** 2, B2)


@mistake("adam_correction", "That is $m$ uncorrected: it still has to be divided by $1 - \\beta_1^t$.")
def not_corrected(at):
    return at.right * (1 - B1**STEPS)


@mistake("adam_correction", "You multiplied by $1 - \\beta_1^t$. The average is too small, so divide.")
def multiplied_for_divided(at):
    return at.right * (1 - B1**STEPS) ** 2


@mistake(
    "adam_correction",
    "You divided by $1 - \\beta_1$: that is right after one step only. After t steps it is $1 - \\beta_1^t$.",
)
def corrected_for_one_step(at):
    return at.right * (1 - B1**STEPS) / (1 - B1)


@mistake("adam_correction", "You used $\\beta_2$, which belongs to the squares.")
def corrected_by_the_other_decay(at):
    return at.right * (1 - B1**STEPS) / (1 - B2**STEPS)


@mistake("adam_step", "That step goes uphill: θ moves *against* the gradient.")
def uphill(at):
    return -at.right


@mistake("adam_step", "The root is missing: $\\hat m$ is divided by $\\sqrt{\\hat s}$, not by $\\hat s$.")
def root_forgotten(at):
    m, s = _moments(at)
    return -RATES["adam"] * m / s


@mistake(
    "adam_step", "You did not divide by $\\sqrt{\\hat s}$, the size that the gradients have had on average."
)
def not_divided_by_the_size(at):
    return -RATES["adam"] * _moments(at)[0]


@mistake("adam_step", "The learning rate is missing.")
def rate_forgotten(at):
    return at.right / RATES["adam"]


@mistake("adam_step", "You used the uncorrected averages: each is first divided by its $1 - \\beta^t$.")
def averages_not_corrected(at):
    return at.right * (1 - B1**STEPS) / (1 - B2**STEPS) ** 0.5


@mistake(
    "momentum_unrolled momentum_constant adam_moments adam_correction",
    "The number is right, but its sign is wrong.",
)
def sign_of_the_average(at):
    return -at.right


def adam_step(problem):
    """Return θ_t − θ_{t−1} of the last of Adam's first steps, for every parameter, from the engine's θ."""
    theta = trained(problem, "adam").theta
    return theta[-1] - theta[-2]


def _moments(at):
    m, s = trained(at.problem, "adam").state
    return m / (1 - B1**STEPS), s / (1 - B2**STEPS)


def _gradients(at, name="momentum"):
    return trained(at.problem, name).g


def _weighted(g, decay):
    return sum(decay ** (len(g) - 1 - s) * row for s, row in enumerate(g))
