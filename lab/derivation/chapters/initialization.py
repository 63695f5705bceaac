"""Chapter 5: the variance recursion behind the initializers, and why zeros keep units equal."""

import dataclasses
import functools
import itertools

import numpy as np

from lab.derivation import names
from lab.derivation.evidence import Claim, loss_derivative
from lab.derivation.latex import factor, matrix, number, plain, printed, q
from lab.derivation.problem import trace
from lab.derivation.step import Line, Step, code
from lab.derivation.symbols import RISK, View, counted, shape, symbols
from lab.words import listed
from mlp import signal
from mlp.activations import ACTIVATIONS
from mlp.config import TrainConfig
from mlp.initializers import INITIALIZERS, glorot_normal, he_normal, lecun_normal, zeros
from mlp.network import Layer, backpropagate, forward, init_params, loss_and_gradients
from mlp.optimizers import sgd

SIGNS = "every choice of signs, ±σ for each weight"
REACH = 12.0  # beyond this the normal density is negligible
WIDTH, EXAMPLES, NETWORKS = 128, 12, 24
WIDTHS = (128, 64, 128, 64)
SCATTER, BIAS = 4, 2  # tolerance of a prediction: standard errors; 2/width for finite width
STEPS, ETA = 5, 0.5
SETTLED = 1e-12  # biases smaller than this differ from 0 by rounding alone


def steps(problem):
    """Return the steps about one layer, then about several, then about zeros."""
    makers = (forward_variance, second_moment, backward_variance, layers, equal_units, zeros_trained)
    return tuple(make(problem) for make in makers)


def random_signs(values, sigma):
    """Return E[(Σ_i v_i w_i)²] over all 2^n choices of w_i = ±sigma, without sampling."""
    signs = np.array(list(itertools.product((-sigma, sigma), repeat=len(values))))
    return np.mean((signs @ values) ** 2)


def forward_variance(problem):
    """E[z_j²] = σ² Σ x_i²: with σ² = 1/d, the mean of x_i² (LeCun)."""
    x, d = problem.X[:1], problem.d
    variance = INITIALIZERS["lecun_normal"].variance(d, problem.sizes[1])
    squares, in_numbers = _sum_of_squares(x, "x", variance)
    second_moment_ = variance * squares
    cross = sum(a * b * (variance if i == j else 0.0) for i, a in enumerate(x[0]) for j, b in enumerate(x[0]))
    return Step(
        key="variance_forward",
        title="What a layer does to the size of the signal",
        question="How large is a pre-activation, before anything is learned?",
        lines=(
            Line(
                r"\mathbb{E}\left[\left(\sum_i x_i W^1_{ij}\right)^2\right] = \sum_i \sum_{i'} x_i x_{i'}\, "
                r"\mathbb{E}[W^1_{ij} W^1_{i'j}]",
                rf"{d}^2 = {d * d} \text{{ terms, their sum}} \approx {number(cross)}",
                "linearity of the expectation",
                cross,
            ),
            Line(
                r"\mathbb{E}[z_j^2] = \sigma^2 \sum_i x_i^2",
                rf"{in_numbers} \approx {number(second_moment_)}",
                "independent weights of mean 0: only the terms with i = i′ remain",
                second_moment_,
            ),
            Line(
                r"\sigma^2 = \tfrac1d \;\Rightarrow\; \mathbb{E}[z_j^2] = \tfrac1d \sum_i x_i^2",
                rf"\tfrac{{1}}{{{d}}} \cdot {number(squares)} \approx {number(squares / d)}",
                "LeCun: the mean square is preserved",
                np.mean(x**2),
            ),
        ),
        claims={
            "E_z2": Claim("E[z²] of a hidden unit", second_moment_, random_signs(x[0], variance**0.5), SIGNS)
        },
        shapes=(shape("x", ("1", "d"), x.shape),),
        code=code(lecun_normal, "fan_in**-0.5"),
        entry=lambda index: in_numbers,
        symbol=lambda index: r"\mathbb{E}[z_j^2]",
        given=lambda index: rf"\sigma^2 = {number(variance)}, \; x = {matrix(x)}",
        from_given=lambda index: printed(variance) * np.square(printed(x)).sum(),
        lit=frozenset({"x", "W1", "ha1"}),
        note="For the first example and weights drawn at random, biases 0. Any distribution with mean 0 and "
        "that variance gives the same; with ±σ the expectation is a finite sum.",
    )


def second_moment(problem):
    """c = E[f(z)²] for z ~ N(0, 1), and the variance 1/(n c) of weights that preserves the mean square."""
    name, n = problem.activation, problem.sizes[1]
    f = ACTIVATIONS[name]
    c = _quadrature(f)
    keeps = 1 / (n * c)
    truth, scheme = _summed(f) if f.second_moment is None else (f.second_moment, "closed form")
    known = number(f.second_moment) if f.second_moment_latex else ""
    closed_form = Line(f.second_moment_latex, f"c = {known}", f.second_moment_rule, f.second_moment)
    return Step(
        key="second_moment",
        title="What the activation takes away",
        question="How much of the signal is left after the activation?",
        lines=(
            Line(
                r"c = \mathbb{E}[f(z)^2] = \int f(z)^2\, \varphi(z)\, dz, \qquad z \sim \mathcal{N}(0, 1)",
                rf"c \approx {number(c)}",
                f"definition, f = {name.replace('_', ' ')}",
                c,
            ),
            *((closed_form,) if f.second_moment_latex else ()),
            Line(
                r"\mathbb{E}[(z^{l+1}_j)^2] = \sigma^2\, n\, \mathbb{E}[f(z^{l})^2] = \sigma^2\, n\, c = 1 "
                r"\;\Rightarrow\; \sigma^2 = \frac{1}{n c}",
                rf"\sigma^2 = \frac{{1}}{{{n} \cdot {number(c)}}} \approx {number(keeps)}",
                "the recursion; its fixed point",
                keeps,
                "sigma2",
            ),
        ),
        claims={
            "c": Claim("E[f(z)²] for z ~ N(0, 1)", c, truth, scheme),
            "sigma2": Claim("the variance that keeps the signal", keeps, 1 / (n * truth), scheme),
        },
        code=code(he_normal, "(2 / fan_in) ** 0.5"),
        entry=lambda index: r"\int f(z)^2\, \varphi(z)\, dz",
        symbol=lambda index: "c",
        given=lambda index: r"z \sim \mathcal{N}(0, 1), \; c = \mathbb{E}[f(z)^2]",
        lit=frozenset({"f1", "ha1", "hs1"}),
        note=r"$\varphi$ is the standard normal density. For ReLU $c = \tfrac12$, so $\sigma^2 = 2/n$: He's "
        r"initializer. An activation with $f'(0) = 1$, such as tanh, hardly shrinks a small signal: with "
        r"He's variance a small signal grows from layer to layer.",
    )


def backward_variance(problem):
    """E[(Σ_k δ_k W_jk)²] = σ² Σ δ_k²: backwards, the number of units above matters (Glorot)."""
    top, (n, m), delta = problem.depth + 1, problem.sizes[-2:], trace(problem, 1).dz[-1]
    variance = INITIALIZERS["glorot_normal"].variance(n, m)
    squares, in_numbers = _sum_of_squares(delta, "d_oa", variance)
    second_moment_ = variance * squares
    s = symbols(problem.depth)
    below = plain(s.a(problem.depth, "j"))[1:-1]
    whose = names.symbol(f"d_{s.a_key(problem.depth)}", problem.depth)
    return Step(
        key="variance_backward",
        title="What a layer does to the size of the error",
        question="Which width matters in the backward pass?",
        lines=(
            Line(
                rf"\mathbb{{E}}\left[\left(\sum_k \delta_k W^{{{top}}}_{{jk}}\right)^2\right] = "
                r"\sigma^2 \sum_k \delta_k^2",
                rf"{in_numbers} \approx {number(second_moment_)}",
                "as in the forward pass: independent weights of mean 0; δ assumed independent of them",
                second_moment_,
            ),
            Line(
                rf"\mathbb{{E}}\left[\left({s.da(problem.depth, 'j')}\right)^2\right] = "
                r"\sigma^2\, m \cdot \tfrac1m \sum_k \delta_k^2",
                rf"{number(variance)} \cdot {m} \cdot {number(squares / m)} \approx {number(second_moment_)}",
                "mean square times the number of units above",
                variance * m * np.mean(delta**2),
            ),
            Line(
                r"\sigma^2\, n_{\text{in}} = 1, \; \sigma^2\, n_{\text{out}} = 1 \;\rightarrow\; "
                r"\sigma^2 = \frac{2}{n_{\text{in}} + n_{\text{out}}}",
                rf"\frac{{2}}{{{n} + {m}}} \approx {number(variance)}",
                "Glorot: the harmonic mean of the two demands",
                2 / (1 / (1 / n) + 1 / (1 / m)),
                "sigma2",
            ),
        ),
        claims={
            "E_d2": Claim(
                f"E[({whose})²] of a hidden unit",
                second_moment_,
                random_signs(delta[0], variance**0.5),
                SIGNS,
            ),
            "sigma2": Claim("Glorot's variance", variance, 2 / (n + m), "`2 / (fan_in + fan_out)`"),
        },
        shapes=(shape(r"\delta", ("1", "m"), delta.shape),),
        code=code(glorot_normal, "(2 / (fan_in + fan_out)) ** 0.5"),
        entry=lambda index: in_numbers,
        symbol=lambda index: rf"\mathbb{{E}}[(\partial L / \partial {below})^2]",
        given=lambda index: rf"\sigma^2 = {number(variance)}, \; \delta = {matrix(delta)}",
        from_given=lambda index: printed(variance) * np.square(printed(delta)).sum(),
        lit=frozenset({"oa", f"W{top}"}),
        note=r"That $\delta$ is independent of $W$ is an assumption, and not quite true: these weights also "
        r"change the logits, and with them $\delta$. In a wide layer each weight changes them only a little.",
    )


def _sum_of_squares(row, key, variance):
    """Return Σ v² over a row (1, n), and variance · Σ v² in numbers."""
    written = " + ".join(rf"{q(key, factor(v))}^2" for v in row[0])
    return sum(v * v for v in row[0]), rf"{number(variance)} \left({written}\right)"


@functools.cache
def _legendre(n):
    return np.polynomial.legendre.leggauss(n)


@functools.lru_cache(maxsize=1024)
def _quadrature(f, square=1.0, n=160):
    """Return E[f(z)²], z ~ N(0, square), by Gauss-Legendre between 0, kinks, and the ends of REACH."""
    nodes, weights = _legendre(n)
    deviation = square**0.5
    z, lengths = [], []
    for low, high in itertools.pairwise(_ends(f, deviation)):
        nearest, from_there = (high, nodes - 1) if high <= 0 else (low, nodes + 1)
        z.append(nearest + from_there * (high - low) / 2)
        lengths.append(weights * (high - low) / 2)
    z, weights = np.concatenate(z), np.concatenate(lengths)
    density = np.exp(-z * z / 2) / (2 * np.pi) ** 0.5
    return float((f(deviation * z) ** 2 * density) @ weights)


def _summed(f, n=48001):
    """Return (E[f(z)²] for z ~ N(0, 1), the rule): the trapezoid rule, or Simpson's between kinks of f."""

    def integrand(z):
        return f.textbook.value(z) ** 2 * np.exp(-z * z / 2)

    with np.errstate(all="ignore"):
        if not f.kinks:
            z, h = np.linspace(-REACH, REACH, n, retstep=True)
            return float(integrand(z).sum() * h / (2 * np.pi) ** 0.5), "trapezoid rule on other nodes"
        total = 0.0
        for low, high in itertools.pairwise(_ends(f)):
            z, h = np.linspace(low, high, n, retstep=True)
            y = integrand(z)
            total += (y[0] + y[-1] + 4 * y[1:-1:2].sum() + 2 * y[2:-1:2].sum()) * h / 3
    return float(total / (2 * np.pi) ** 0.5), "Simpson's rule between the kinks"


def _ends(f, deviation=1.0):
    return sorted({-REACH, 0.0, REACH, *(k / deviation for k in f.kinks if abs(k) < REACH * deviation)})


def layers(problem):
    """The recursion of mean squares over several wide layers, predicted and measured."""
    lines, claims = [], {}
    for name, sigma in (
        ("lecun_normal", r"\tfrac{1}{n_l}"),
        ("glorot_normal", r"\tfrac{2}{n_l + n_{l+1}}"),
        ("he_normal", r"\tfrac{2}{n_l}"),
    ):
        predicted, measured, error = _wide(problem.activation, name)
        title = name.partition("_")[0].capitalize().replace("Lecun", "LeCun")
        lines.append(
            Line(
                rf"\sigma^2 = {sigma}: \quad q_{{l+1}} = \sigma^2\, n_l\, \mathbb{{E}}[(a^{{l}})^2], \qquad "
                r"\mathbb{E}[(a^{l})^2] = \mathbb{E}[f(z^{l})^2], \; z^{l} \sim \mathcal{N}(0, q_l)",
                rf"\mathbb{{E}}[(a^{{l}})^2]: \; \text{{predicted}} {matrix(predicted)} \quad "
                rf"\text{{measured}} {matrix(measured)}",
                f"recursion of mean squares, {title}",
                predicted,
                name,
            )
        )
        claims[name] = Claim(
            f"the mean square of every layer's activations, {title}",
            predicted,
            measured,
            f"mean of {NETWORKS} networks of widths 128 and 64",
            tolerance=error,
            small=0,
            sampled=True,
        )
    return Step(
        key="variance_layers",
        title="Over many layers",
        question="Does the recursion hold in a real network?",
        lines=tuple(lines),
        claims=claims,
        code=code(signal.predict, "q = variance * units * square"),
        note="These are mean squares, not variances: activations such as ReLU's have a mean that is not 0, "
        f"and the next layer receives that mean too. The networks have hidden layers of {listed(WIDTHS)} "
        "units and this activation: the recursion holds for wide layers, and yours are narrow. Measured "
        f"values scatter: a prediction counts as right within {SCATTER} standard errors of the mean of "
        f"{NETWORKS} networks, plus a relative {BIAS}/{min(WIDTHS)} for the finite width.",
    )


@functools.lru_cache(maxsize=128)
def mean_squares(activation, initializer):
    """Return (variances, predicted, measured), a column for each hidden layer, of the wide networks.

    A row of the first two is an input: the variance of its pre-activations, and the mean square of its
    activations that follows. A row of the last is a network: the mean square of its activations.
    """
    config = TrainConfig(
        hidden_layer_sizes=WIDTHS, activation=activation, initializer=initializer, dtype="float64"
    )
    rng = np.random.default_rng(0)
    X = rng.standard_normal((EXAMPLES, WIDTH))
    variance, sizes = INITIALIZERS[initializer].variance, config.layer_sizes(WIDTH, 2)
    f, variances, predicted, squares = ACTIVATIONS[activation], [], [], np.square(X).sum(axis=1)
    for below, units in itertools.pairwise(sizes[:-1]):
        variances.append(variance(below, units) * squares)
        predicted.append(np.array([_quadrature(f, q) for q in variances[-1]]))
        squares = predicted[-1] * units
    measured = []
    for seed in range(NETWORKS):
        params = init_params(dataclasses.replace(config, init_seed=seed), WIDTH, 2)
        measured.append([np.square(a).mean() for a in forward(params, X, config).activations[:-1]])
    return np.array(variances).T, np.array(predicted).T, np.array(measured)


def _wide(activation, initializer):
    """Return (predicted, mean measured, relative tolerance) of the hidden activations' mean squares."""
    _, predicted, measured = mean_squares(activation, initializer)
    mean = measured.mean(axis=0)
    error = np.std(measured, axis=0, ddof=1) / NETWORKS**0.5
    return predicted.mean(axis=0), mean, float(SCATTER * (error / mean).max() + BIAS / min(WIDTHS))


def equal_units(problem):
    """The gradients of this network with every unit of hidden layer 1 a copy of its first unit."""
    (W, b), (V, c) = problem.params[:2]
    first = Layer(np.tile(W[:, :1], W.shape[1]), np.full_like(b, b[0]))
    second = Layer(np.tile(V[:1], (V.shape[0], 1)), c)
    params = (first, second, *problem.params[2:])
    passed = forward(params, problem.X, problem.config)
    _, gradients = loss_and_gradients(params, problem.X, problem.y, problem.without_penalty)
    h, dW, dV = passed.activations[0], gradients[0].W, gradients[1].W
    s = symbols(problem.depth, RISK)
    numeric = [loss_derivative(problem, problem.K, "W", layer, params=params) for layer in (1, 2)]
    what = "of the network with copied units"
    w1, w_j, w2 = "W^{1}_{i1}", "W^{1}_{ij}", "W^{2}_{1k}"
    return Step(
        key="equal_units",
        title="Two units with equal weights",
        question="What tells two units with the same weights apart?",
        lines=(
            Line(
                rf"{q('W1', w_j)} = {q('W1', w1)},\; {q('b1', 'b^1_j')} = {q('b1', 'b^1_1')} \;\Rightarrow\; "
                rf"{s.a(1, 'j')} = {s.a(1, '1')}",
                matrix(h, "hs1"),
                "the same function of the same inputs",
                np.tile(h[:, :1], h.shape[1]),
                "hs1",
            ),
            Line(
                rf"{q('W2', 'W^{2}_{jk}')} = {q('W2', w2)} \;\Rightarrow\; {s.dz(1, 'j')} = {s.dz(1, '1')}",
                rf"{s.dW(2)} \approx {matrix(dV, 'd_W2')}",
                "the same sum over the units above, the same slope",
                np.tile(dV[:1], (dV.shape[0], 1)),
                "d_W2",
            ),
            Line(
                rf"{s.dW(1, 'ij')} = {s.dW(1, 'i1')}",
                matrix(dW, "d_W1"),
                "equal δ, equal inputs",
                np.tile(dW[:, :1], dW.shape[1]),
            ),
        ),
        claims={
            "d_W1": Claim(f"∂R̂/∂W¹ {what}", dW, numeric[0]),
            "hs1": Claim("the copies' activations", h, _one_unit(problem, first), "one unit at a time"),
            "d_W2": Claim(f"∂R̂/∂W² {what}", dV, numeric[1]),
        },
        shapes=(shape(s.dW(1), ("d", s.width(1)), dW.shape),),
        code=code(backpropagate, "dW = np.matmul("),
        entry=lambda index: s.dW(1, f"{index[0] + 1}1"),
        symbol=lambda index: s.dW(1, counted(index)),
        given=lambda index: rf"{plain(s.dW(1, f'{index[0] + 1}1'))} = {number(dW[index[0], 0])}",
        from_given=lambda index: printed(dW[index[0], 0]),
        values=View(problem, batch=True, params=params).values,
        lit=frozenset({"ha1", "hs1", "W1", "W2"}),
        mean=True,
        params=params,
        network="with unit 1 copied over hidden layer 1",
        note="This is your network with unit 1 copied over hidden layer 1, "
        f"{f'all {problem.K} examples' if problem.K > 1 else 'and its one example'}. "
        "A step of gradient descent changes equal weights equally, so the units stay equal forever.",
    )


def zeros_trained(problem):
    """The same network from zeros, a few steps: the columns of W^1 stay equal."""
    params, losses = after_zeros(problem, STEPS)
    W, b = params[0]
    spread = W - W[:, :1]
    s, rule = symbols(problem.depth), f"equal units stay equal, {STEPS} times"
    learned = "All hidden units of a layer still compute one and the same thing."
    if not W.any() and not params[-1].W.any():
        learned = "All weights are still 0: only the output biases learn."
        if np.abs(params[-1].b).max() < SETTLED:
            learned = "Nothing is learned: every output already equals the share of its class."
    when = f"after {STEPS} steps from zeros"
    return Step(
        key="zeros_equal",
        title="A start from zeros",
        question="How many different units does a network of zeros have after training?",
        lines=(
            Line(
                rf"W^1 = 0,\; b^1 = 0: \quad {q('W1', 'W^1_{ij}')} = {q('W1', 'W^1_{i1}')} "
                r"\text{ after every step}",
                rf"{s.W(1)} \approx {matrix(W, 'W1')}",
                rule,
                spread,
            ),
            Line(
                rf"{q('b1', 'b^1_j')} = {q('b1', 'b^1_1')}",
                rf"{s.b(1)} \approx {matrix(b, 'b1')}",
                rule,
                b - b[0],
                "b",
            ),
        ),
        claims={
            "spread": Claim(f"W¹ minus its first column {when}", spread, np.zeros_like(W), "0"),
            "b": Claim(f"b¹ minus its first entry {when}", b - b[0], np.zeros_like(b), "0"),
        },
        shapes=(shape(s.W(1), ("d", s.width(1)), W.shape),),
        code=code(zeros, "np.zeros(") + code(sgd, "theta -= g"),
        values={"W1": W, "losses": np.array(losses)},
        entry=lambda index: f"{factor(W[index])} - {factor(W[index[0], 0])}",
        symbol=lambda index: rf"W^1_{{{counted(index)}}} - W^1_{{{index[0] + 1}1}}",
        lit=frozenset({"ha1", "hs1", "W1"}),
        mean=True,
        params=params,
        network=when,
        note=rf"{STEPS} steps of gradient descent, $\eta = {ETA}$; the loss goes from ${number(losses[0])}$ "
        rf"to ${number(losses[-1])}$. {learned}",
    )


def after_zeros(problem, n_steps):
    """Return (parameters, losses) after some steps of gradient descent from zeros; losses of all of these."""
    config = dataclasses.replace(problem.without_penalty, initializer="zeros")
    params, losses = init_params(config, problem.d, problem.m), []
    for step in range(n_steps + 1):
        loss, gradients = loss_and_gradients(params, problem.X, problem.y, config)
        losses.append(loss)
        if step < n_steps:
            for layer, gradient in zip(params, gradients, strict=True):
                for theta, g in zip(layer, gradient, strict=True):
                    sgd(theta, g, [], None, ETA, 0.0, 0)
    return params, losses


def _one_unit(problem, layer):
    columns = [problem.X @ layer.W[:, j] + layer.b[j] for j in range(layer.b.size)]
    return np.stack([ACTIVATIONS[problem.activation](column) for column in columns], axis=1)
