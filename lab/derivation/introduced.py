"""Symbols of a task that neither the head of the problem sheet nor its table introduces, in Markdown."""

from lab.derivation.latex import q

SIGMA = r"$\sigma(x) = 1 / (1 + e^{-x})$"
SOFTPLUS = r"$\operatorname{softplus}(x) = \ln(1 + e^{x})$"
DIAGONAL = r"$\operatorname{diag}(v)$ is the matrix with the row $v$ on its diagonal and 0 elsewhere"
ALL_PARAMETERS = r"$\theta$ are all weights and biases"
VECTOR = r"$x$ is a plain vector, with one axis: the $d$ inputs of the first example"
SOFTMAX = r"$p = \operatorname{softmax}(o)$, $p_k = e^{o_k} / \sum_{k'} e^{o_{k'}}$"
TWO_LOSSES = (
    r"$L_{\text{CE}}$ is cross-entropy and $L_{\text{SE}}$ is squared error with no ½ in front, "
    "both of sigmoid outputs"
)
DRAWN = (
    r"$\sigma^2$ is the variance of the weights, which are drawn independently with mean 0; "
    r"$\mathbb{E}$ is the mean over all draws"
)
BETWEEN = r"weights lead from $n_{\text{in}}$ units to $n_{\text{out}}$"
VELOCITY = (
    r"$\theta_t$ are the parameters after step $t$, all in one vector, $g_t$ is their gradient at step $t$, "
    r"$v_t = \mu\, v_{t-1} + g_t$ with $v_0 = 0$, and $\theta_t = \theta_{t-1} - \eta\, v_t$, "
    r"where $\mu$ is the momentum and $\eta$ is the learning rate. Of two indices the first is the step and "
    "the second the parameter"
)
AVERAGES = (
    r"$g_t$ is the gradient at step $t$, one vector for all parameters; its two averages are "
    r"$m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t$ "
    r"and $s_t = \beta_2 s_{t-1} + (1 - \beta_2)\, g_t^2$, with $m_0 = s_0 = 0$. "
    "Of two indices the first is the step and the second the parameter"
)
CORRECTED = (
    rf"{AVERAGES}. Corrected they are $\hat m_t = m_t / (1 - \beta_1^t)$ and "
    r"$\hat s_t = s_t / (1 - \beta_2^t)$"
)

INTRODUCED = {  # {key of a step: clauses separated by semicolons}
    "sigmoid_tanh": SIGMA,
    "log_sigmoid": f"{SIGMA}; {SOFTPLUS}",
    "sigmoid_slope": SIGMA,
    "rect_slope": r"$\operatorname{rect}(x) = \max(0, x)$",
    "softplus_slope": f"{SOFTPLUS}; {SIGMA}",
    "leaky_relu_slope": r"$f(x) = x$ for $x > 0$, and $f(x) = 0.01\, x$ for $x < 0$",
    "gelu_slope": r"$f(x) = \tfrac{x}{2}\,(1 + \tanh u)$; $u = \sqrt{2/\pi}\,(x + 0.044715\, x^3)$",
    "square_sum": VECTOR,
    "absolute_sum": VECTOR,
    "softmax_jacobian": (
        rf"{SOFTMAX}, where $o$ and $p$ are plain vectors, with one axis; $S = \sum_{{k'}} e^{{o_{{k'}}}}$; "
        f"{DIAGONAL}"
    ),
    "softmax_shift": r"$o$ is a row of logits, and $c$ is a number",
    "sigmoid_careful": SIGMA,
    "softplus_careful": SOFTPLUS,
    "log_sigmoid_careful": f"{SIGMA}; {SOFTPLUS}",
    "softmax_careful": SOFTMAX,
    "log_sum_exp_careful": SOFTMAX,
    "empirical_risk": rf"{ALL_PARAMETERS}, and $n_\theta$ is their number",
    "gradient_descent": r"$\theta$ are the parameters, $\eta$ is the learning rate, and $u$ is a direction",
    "batch_mean": r"$L^{(n)}$ is the loss of example $n$, and $\sum_{n=1}^{2K}$ takes every example twice",
    "batch_delta": r"$L^{(n)}$ is the loss of example $n$",
    "recursion": (
        r"$z^l$ are the pre-activations of layer $l$, and $\delta^l = \partial \hat R / \partial z^l$"
    ),
    "every_layer": (
        r"$z^l$ are the pre-activations and $a^l$ the activations of layer $l$, and "
        r"$\delta^l = \partial \hat R / \partial z^l$"
    ),
    "elastic_net": ALL_PARAMETERS,
    "chain_of_layers": DIAGONAL,
    "factor_that_stays": f"{TWO_LOSSES}, summed over the classes; {SIGMA}",
    "stall": f"{TWO_LOSSES}, for one logit $o$ and its target $T$; {SIGMA}",
    "variance_forward": f"{DRAWN}; $z_j$ is a hidden pre-activation, with bias 0; {BETWEEN}",
    "second_moment": (
        rf"{DRAWN}; $c = \mathbb{{E}}[f(z)^2]$ for $z \sim \mathcal{{N}}(0, 1)$, whose density is "
        rf"$\varphi$; $z^l$ are the "
        f"pre-activations of layer $l$, and $n$ is its number of units; {BETWEEN}. "
        r"Biases are 0, and every $z^l_i \sim \mathcal{N}(0, 1)$"
    ),
    "variance_backward": (
        rf"{DRAWN}; $\delta = \partial L / \partial o^a$, taken to be independent of the weights; {BETWEEN}"
    ),
    "variance_layers": (
        rf"{DRAWN}; $n_l$ is the number of units of layer $l$, $z^l$ are its pre-activations, "
        r"$q_l = \mathbb{E}[(z^l)^2]$ and $a^l = f(z^l)$. Biases are 0, and layers are so wide that "
        r"$z^l \sim \mathcal{N}(0, q_l)$"
    ),
    "momentum_unrolled": VELOCITY,
    "momentum_constant": f"{VELOCITY}. At every step $g_t = g$, the same row",
    "adam_moments": AVERAGES,
    "adam_correction": f"{CORRECTED}. At every step $g_t = g$",
    "adam_update": (
        rf"{CORRECTED}. The parameters after step $t$ are "
        r"$\theta_t = \theta_{t-1} - \eta\, \hat m_t / (\sqrt{\hat s_t} + \varepsilon)$, "
        r"where $\eta$ is the learning rate and $\varepsilon = 10^{-8}$"
    ),
}

OF_FUNCTIONS = {r"\operatorname{softplus}": SOFTPLUS, r"\sigma(": SIGMA, r"\sigma'": SIGMA}


def functions(text):
    """Return the sentence on the functions of a text in Markdown that it uses and does not define, or ""."""
    clauses = dict.fromkeys(clause for name, clause in OF_FUNCTIONS.items() if name in text)
    missing = [clause for clause in clauses if clause not in text]
    return f"Here {' and '.join(missing)}." if missing else ""


LOSSES = r"$L$ is the vector of a minibatch's losses, and the minibatch has one example"
SHAPED = {  # {key of a step: a clause that a question about a shape needs, by the problem's sizes}
    "square_sum": r"$x$ is a plain vector of $d = {d}$ inputs",
    "absolute_sum": r"$x$ is a plain vector of $d = {d}$ inputs",
    "softmax_jacobian": r"$o$ and $p = \operatorname{{softmax}}(o)$ are plain vectors, for $m = {m}$ classes",
    "softmax_shift": r"$o$ is a matrix with one row, the logits of one example, for $m = {m}$ classes",
    "variance_backward": r"$\delta = \partial L / \partial o^a$ for the first example",
    "momentum_unrolled": r"$v_t$ is the velocity and $g_t$ the gradient of all parameters, in one vector",
    "adam_moments": r"$m_t$ and $s_t$ are Adam's averages for all parameters, each in one vector",
}


def of_shape(problem, step, shape):
    """Return the sentence that a question about this Shape of a step starts with; "" if it needs none."""
    clause = LOSSES if shape.symbol == q("L", "L") else SHAPED.get(step.key, "")
    return f"Here {clause.format(d=problem.d, m=problem.m)}." if clause else ""


def introduction(step, known=""):
    """Return the sentence that introduces a task's symbols, without clauses in the text `known`; or ""."""
    clauses = INTRODUCED.get(step.key, "").split("; ")
    new = "; ".join(clause for clause in clauses if clause not in known)
    return f"Here {new}." if new else ""
