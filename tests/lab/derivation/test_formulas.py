"""The formulas of the derivation as a textbook has them, for two hidden layers, line by line."""

import re

from derived import steps_of

from lab.derivation import Problem, plain
from lab.derivation.chapters.losses import LINES
from mlp.losses import LOSSES

# without braces and spaces of LaTeX, a derivative as ∂L/∂x; below each key, the lines of its step
FORMULAS = r"""
= sigmoid_tanh
\tfrac12(\tanh\tfracx2 + 1) = \tfrac12(\frace^x/2 - e^-x/2e^x/2 + e^-x/2 + 1)
\tfrac12(\tanh\tfracx2 + 1) = \tfrac12(\frac1 - e^-x1 + e^-x + 1)
\tfrac12(\tanh\tfracx2 + 1) = \tfrac12 \cdot \frac(1 - e^-x) + (1 + e^-x)1 + e^-x
\tfrac12(\tanh\tfracx2 + 1) = \frac11 + e^-x = \sigma(x)
= log_sigmoid
\ln \sigma(x) = \ln \frac11 + e^-x
\ln \sigma(x) = -\ln(1 + e^-x)
\ln \sigma(x) = -softplus(-x)
= sigmoid_slope
\sigma'(x) = \fracddx (1 + e^-x)^-1 = \frace^-x(1 + e^-x)^2
\sigma'(x) = \frac11 + e^-x \cdot \frace^-x1 + e^-x
\sigma'(x) = \sigma(x)(1 - \sigma(x))
= tanh_slope
\tanh'(x) = \frac(e^x + e^-x)(e^x + e^-x) - (e^x - e^-x)(e^x - e^-x)(e^x + e^-x)^2
\tanh'(x) = 1 - \tanh^2(x)
= sign_cases
x > 0: 1[x > 0] - 1[x < 0] = 1 - 0 = 1
x < 0: 1[x > 0] - 1[x < 0] = 0 - 1 = -1
x = 0: 1[x > 0] - 1[x < 0] = 0 - 0 = 0
sign(x) = 1[x > 0] - 1[x < 0]
= absolute_slope
x > 0: |x| = x \Rightarrow |x|' = 1
x < 0: |x| = -x \Rightarrow |x|' = -1
|x|' = sign(x), \quad x \ne 0
= rect_slope
x > 0: rect(x) = x \Rightarrow rect'(x) = 1
x < 0: rect(x) = 0 \Rightarrow rect'(x) = 0
rect'(x) = 1[x > 0], \quad x \ne 0
= softplus_slope
softplus'(x) = \fracddx \ln(1 + e^x) = \frace^x1 + e^x
softplus'(x) = \frac11 + e^-x = \sigma(x)
= leaky_relu_slope
x > 0: f(x) = x \Rightarrow f'(x) = 1
x < 0: f(x) = 0.01x \Rightarrow f'(x) = 0.01
f'(x) = 1[x > 0] + 0.011[x < 0], \quad x \ne 0
= gelu_slope
f(x) = \tfracx2(1 + \tanh u), \qquad u = \sqrt2/\pi(x + 0.044715 x^3)
u' = \sqrt2/\pi(1 + 3 \cdot 0.044715 x^2)
f'(x) = \tfrac12(1 + \tanh u) + \tfracx2 \fracddx \tanh u
f'(x) = \tfrac12(1 + \tanh u) + \tfracx2(1 - \tanh^2 u) u'
= square_sum
∂/∂x_i \sum_i' x_i'^2 = \sum_i' ∂x_i'^2/∂x_i
∂/∂x_i \sum_i' x_i'^2 = 2 x_i
\nabla \sum_i x_i^2 = 2 x
= absolute_sum
∂/∂x_i \sum_i' |x_i'| = \sum_i' ∂|x_i'|/∂x_i
∂/∂x_i \sum_i' |x_i'| = sign(x_i)
\nabla \sum_i |x_i| = sign(x)
= softmax_jacobian
p_k = \frace^o_kS, \qquad S = \sum_k' e^o_k'
∂p_k/∂o_l = \frac1[k = l] e^o_k S - e^o_k e^o_lS^2
k = l: p_k (1 - p_k), \qquad k \ne l: -p_k p_l
∂p/∂o = diag(p) - p p^\top
\sum_k ∂p_k/∂o_l = 0
= softmax_shift
\frace^o_k + c\sum_k' e^o_k' + c = \frace^c e^o_ke^c \sum_k' e^o_k'
softmax(o + c) = softmax(o)
= sigmoid_careful
\sigma(x) = \frace^x1 + e^x
\sigma(x) = \frac11 + e^-x
= softplus_careful
softplus(x) = \ln(1 + e^x)
softplus(x) = \max(x, 0) + log1p(e^-|x|)
= log_sigmoid_careful
\ln \sigma(x)
-softplus(-x)
= softmax_careful
p_k = \frace^o_k\sum_k' e^o_k'
p_k = \frace^o_k - \max o\sum_k' e^o_k' - \max o
= log_sum_exp_careful
-\ln p_1 = -\ln \frace^o_1\sum_k e^o_k
-\ln p_1 = \ln \sum_k e^o_k - \max o - (o_1 - \max o)
= hidden_pre_activation
h^a,1 = x W^1 + b^1
h^a,1_j = \sum_i=1^d x_i W^1_ij + b^1_j
= hidden_activation
h^s,1 = f(h^a,1)
h^s,1_j = \tanh(h^a,1_j)
= hidden_pre_activation.2
h^a,2 = h^s,1 W^2 + b^2
h^a,2_j = \sum_i=1^d_1 h^s,1_i W^2_ij + b^2_j
= hidden_activation.2
h^s,2 = f(h^a,2)
h^s,2_j = \tanh(h^a,2_j)
= output_pre_activation
o^a = h^s,2 W^3 + b^3
o^a_k = \sum_j=1^d_2 h^s,2_j W^3_jk + b^3_k
= output
o^s = softmax(o^a)
o^s_k = \frace^o^a_k\sum_k'=1^m e^o^a_k'
e^x > 0 \Rightarrow o^s_k > 0
\sum_k o^s_k = \frac\sum_k e^o^a_k\sum_k'=1^m e^o^a_k' = 1
= loss
L = -\ln o^s_y
L = -\ln \frace^o^a_y\sum_k'=1^m e^o^a_k'
L = -o^a_y + \ln \sum_k'=1^m e^o^a_k'
= output_delta
∂L/∂o^a_k = -∂o^a_y/∂o^a_k + ∂/∂o^a_k \ln \sum_k'=1^m e^o^a_k'
∂L/∂o^a_k = -1[k = y] + \frac1\sum_k'=1^m e^o^a_k' ∂/∂o^a_k \sum_k'=1^m e^o^a_k'
∂L/∂o^a_k = -1[k = y] + \frace^o^a_k\sum_k'=1^m e^o^a_k'
∂L/∂o^a_k = o^s_k - 1[k = y]
∂L/∂o^a = o^s - onehot(y)
= output_weights
∂L/∂W^3_jk = \sum_k'=1^m ∂L/∂o^a_k' ∂o^a_k'/∂W^3_jk
∂L/∂W^3_jk = ∂L/∂o^a_k ∂o^a_k/∂W^3_jk
∂L/∂W^3_jk = ∂L/∂o^a_k h^s,2_j
∂L/∂b^3_k = ∂L/∂o^a_k ∂o^a_k/∂b^3_k = ∂L/∂o^a_k \cdot 1
∂L/∂W^3 = (h^s,2)^\top ∂L/∂o^a
∂L/∂b^3 = ∂L/∂o^a
= hidden_output.2
∂L/∂h^s,2_j = \sum_k=1^m ∂L/∂o^a_k ∂o^a_k/∂h^s,2_j
∂L/∂h^s,2_j = \sum_k=1^m ∂L/∂o^a_k W^3_jk
∂L/∂h^s,2 = ∂L/∂o^a (W^3)^\top
= hidden_delta.2
∂L/∂h^a,2_j = ∂L/∂h^s,2_j ∂h^s,2_j/∂h^a,2_j
f'(h^a,2_j) = ∂h^s,2_j/∂h^a,2_j = 1 - (h^s,2_j)^2
∂L/∂h^a,2_j = ∂L/∂h^s,2_j f'(h^a,2_j)
∂L/∂h^a,2 = ∂L/∂h^s,2 \odot f'(h^a,2)
= hidden_weights.2
∂L/∂W^2_ij = \sum_j'=1^d_2 ∂L/∂h^a,2_j' ∂h^a,2_j'/∂W^2_ij
∂L/∂W^2_ij = ∂L/∂h^a,2_j ∂h^a,2_j/∂W^2_ij
∂L/∂W^2_ij = ∂L/∂h^a,2_j h^s,1_i
∂L/∂b^2_j = ∂L/∂h^a,2_j ∂h^a,2_j/∂b^2_j = ∂L/∂h^a,2_j \cdot 1
∂L/∂W^2 = (h^s,1)^\top ∂L/∂h^a,2
∂L/∂b^2 = ∂L/∂h^a,2
= hidden_output
∂L/∂h^s,1_i = \sum_j=1^d_2 ∂L/∂h^a,2_j ∂h^a,2_j/∂h^s,1_i
∂L/∂h^s,1_i = \sum_j=1^d_2 ∂L/∂h^a,2_j W^2_ij
∂L/∂h^s,1 = ∂L/∂h^a,2 (W^2)^\top
= hidden_delta
∂L/∂h^a,1_j = ∂L/∂h^s,1_j ∂h^s,1_j/∂h^a,1_j
f'(h^a,1_j) = ∂h^s,1_j/∂h^a,1_j = 1 - (h^s,1_j)^2
∂L/∂h^a,1_j = ∂L/∂h^s,1_j f'(h^a,1_j)
∂L/∂h^a,1 = ∂L/∂h^s,1 \odot f'(h^a,1)
= hidden_weights
∂L/∂W^1_ij = \sum_j'=1^d_1 ∂L/∂h^a,1_j' ∂h^a,1_j'/∂W^1_ij
∂L/∂W^1_ij = ∂L/∂h^a,1_j ∂h^a,1_j/∂W^1_ij
∂L/∂W^1_ij = ∂L/∂h^a,1_j x_i
∂L/∂b^1_j = ∂L/∂h^a,1_j ∂h^a,1_j/∂b^1_j = ∂L/∂h^a,1_j \cdot 1
∂L/∂W^1 = (x)^\top ∂L/∂h^a,1
∂L/∂b^1 = ∂L/∂h^a,1
= inputs
∂L/∂x_i = \sum_j=1^d_1 ∂L/∂h^a,1_j ∂h^a,1_j/∂x_i
∂L/∂x_i = \sum_j=1^d_1 ∂L/∂h^a,1_j W^1_ij
∂L/∂x = ∂L/∂h^a,1 (W^1)^\top
= batch_mean
∂\hat R/∂W^3_jk = ∂/∂W^3_jk \frac1K \sum_n=1^K L^(n) = \frac1K \sum_n=1^K ∂L^(n)/∂W^3_jk
\frac12K \sum_n=1^2K ∂L^(n)/∂W^3_jk = \frac1K \sum_n=1^K ∂L^(n)/∂W^3_jk
= batch_delta
∂\hat R/∂o^a_nk = \frac1K \sum_n'=1^K ∂L^(n')/∂o^a_nk = \frac1K ∂L^(n)/∂o^a_nk
∂\hat R/∂o^a = \frac1K [ \partial L^(1) / \partial o^a_1 \\ \vdots \\ \partial L^(K) / \partial o^a_K ]
= batch_outer
∂\hat R/∂W^3 = \sum_n=1^K (h^s,2_n)^\top ∂\hat R/∂o^a_n
∂\hat R/∂W^3_jk = \sum_n=1^K h^s,2_nj ∂\hat R/∂o^a_nk
∂\hat R/∂W^3 = (h^s,2)^\top ∂\hat R/∂o^a
∂\hat R/∂b^3 = \sum_n=1^K ∂\hat R/∂o^a_n = 1^\top ∂\hat R/∂o^a
= recursion
\delta^l_j = \sum_k \delta^l+1_k W^l+1_jk f'(z^l_j), \qquad \delta^l = ∂\hat R/∂z^l
∂\hat R/∂h^a,2 = (∂\hat R/∂o^a (W^3)^\top) \odot f'(h^a,2)
∂\hat R/∂h^a,1 = (∂\hat R/∂h^a,2 (W^2)^\top) \odot f'(h^a,1)
= every_layer
∂\hat R/∂W^l = (a^l-1)^\top \delta^l, \qquad ∂\hat R/∂b^l = 1^\top \delta^l, \qquad a^0 = x
∂\hat R/∂W^1 = (x)^\top ∂\hat R/∂h^a,1
∂\hat R/∂b^1 = 1^\top ∂\hat R/∂h^a,1
∂\hat R/∂W^2 = (h^s,1)^\top ∂\hat R/∂h^a,2
∂\hat R/∂b^2 = 1^\top ∂\hat R/∂h^a,2
∂\hat R/∂W^3 = (h^s,2)^\top ∂\hat R/∂o^a
∂\hat R/∂b^3 = 1^\top ∂\hat R/∂o^a
= elastic_net
J(\theta) = \hat R(\theta) + \sum_l (\lambda_1 \sum_i,j |W^l_ij| + \lambda_2 \sum_i,j (W^l_ij)^2)
∂J/∂W^1_ij = ∂\hat R/∂W^1_ij + ∂/∂W^1_ij (\lambda_1 |W^1_ij| + \lambda_2 (W^1_ij)^2)
∂J/∂W^1_ij = ∂\hat R/∂W^1_ij + \lambda_1 sign(W^1_ij) + 2 \lambda_2 W^1_ij
∂J/∂W^1 = ∂\hat R/∂W^1 + \lambda_1 sign(W^1) + 2 \lambda_2 W^1
∂J/∂W^2 = ∂\hat R/∂W^2 + \lambda_1 sign(W^2) + 2 \lambda_2 W^2
∂J/∂W^3 = ∂\hat R/∂W^3 + \lambda_1 sign(W^3) + 2 \lambda_2 W^3
∂J/∂b^1 = ∂\hat R/∂b^1
= chain_of_layers
∂L/∂x = ∂L/∂o^a (W^3)^\top diag(f'(h^a,2)) (W^2)^\top diag(f'(h^a,1)) (W^1)^\top
= sigmoid_cross_entropy.output
o^s = \sigma(o^a)
o^s_k = \frac11 + e^-o^a_k
e^x > 0 \Rightarrow o^s_k > 0
= sigmoid_cross_entropy.loss
L = -\sum_k=1^m [T_k \ln o^s_k + (1 - T_k) \ln(1 - o^s_k)]
L = \sum_k=1^m [T_k softplus(-o^a_k) + (1 - T_k) softplus(o^a_k)]
L = \sum_k=1^m [softplus(o^a_k) - T_k o^a_k]
= sigmoid_cross_entropy.delta
∂L/∂o^a_k = ∂/∂o^a_k softplus(o^a_k) - T_k ∂o^a_k/∂o^a_k
∂L/∂o^a_k = o^s_k - T_k
∂L/∂o^a = o^s - onehot(y)
= sigmoid_squared_error.output
o^s = \sigma(o^a)
o^s_k = \frac11 + e^-o^a_k
e^x > 0 \Rightarrow o^s_k > 0
= sigmoid_squared_error.loss
L = \sum_k=1^m (o^s_k - T_k)^2
L = \sum_k=1^m (\sigma(o^a_k) - T_k)^2
= sigmoid_squared_error.delta
∂L/∂o^a_k = 2(o^s_k - T_k) ∂o^s_k/∂o^a_k
∂L/∂o^a_k = 2(o^s_k - T_k) o^s_k(1 - o^s_k)
∂L/∂o^a = 2(o^s - onehot(y)) \odot o^s \odot (1 - o^s)
= factor_that_stays
∂L_\textCE/∂o^a_k = \fraco^s_k - T_ko^s_k(1 - o^s_k) \sigma'(o^a_k) = o^s_k - T_k
∂L_\textSE/∂o^a_k = 2(o^s_k - T_k) \sigma'(o^a_k) = 2 \sigma'(o^a_k) ∂L_\textCE/∂o^a_k
2 \sigma'(o^a_k) \le \tfrac12
= variance_forward
\mathbbE[(\sum_i x_i W^1_ij)^2] = \sum_i \sum_i' x_i x_i' \mathbbE[W^1_ij W^1_i'j]
\mathbbE[z_j^2] = \sigma^2 \sum_i x_i^2
\sigma^2 = \tfrac1d \Rightarrow \mathbbE[z_j^2] = \tfrac1d \sum_i x_i^2
= second_moment
c = \mathbbE[f(z)^2] = \int f(z)^2 \varphi(z) dz, \qquad z \sim \mathcalN(0, 1)
\mathbbE[(z^l+1_j)^2] = \sigma^2 n \mathbbE[f(z^l)^2] = \sigma^2 n c = 1 \Rightarrow \sigma^2 = \frac1n c
= variance_backward
\mathbbE[(\sum_k \delta_k W^3_jk)^2] = \sigma^2 \sum_k \delta_k^2
\mathbbE[(∂L/∂h^s,2_j)^2] = \sigma^2 m \cdot \tfrac1m \sum_k \delta_k^2
\sigma^2 n_\textin = 1, \sigma^2 n_\textout = 1 arrow \sigma^2 = \frac2n_\textin + n_\textout
= equal_units
W^1_ij = W^1_i1, b^1_j = b^1_1 \Rightarrow h^s,1_j = h^s,1_1
W^2_jk = W^2_1k \Rightarrow ∂\hat R/∂h^a,1_j = ∂\hat R/∂h^a,1_1
∂\hat R/∂W^1_ij = ∂\hat R/∂W^1_i1
= zeros_equal
W^1 = 0, b^1 = 0: \quad W^1_ij = W^1_i1 \text after every step
b^1_j = b^1_1
= momentum_unrolled
v_t = \mu v_t-1 + g_t, \qquad v_0 = 0
v_t = \mu^2 v_t-2 + \mu g_t-1 + g_t = \dots = \sum_s=1^t \mu^t-s g_s
\theta_t = \theta_0 - \eta \sum_r=1^t v_r
= momentum_constant
v_t = \sum_s=1^t \mu^t-s g
v_t = g \frac1 - \mu^t1 - \mu
v_t \to \fracg1 - \mu
= adam_moments
m_t = \beta_1 m_t-1 + (1 - \beta_1) g_t
m_t = (1 - \beta_1) \sum_r=1^t \beta_1^t-r g_r
s_t = \beta_2 s_t-1 + (1 - \beta_2) g_t^2
s_t = (1 - \beta_2) \sum_r=1^t \beta_2^t-r g_r^2
= adam_correction
m_t = (1 - \beta_1) \sum_r=1^t \beta_1^t-r g = g (1 - \beta_1^t)
\hat m_t = \fracm_t1 - \beta_1^t = g
s_t = (1 - \beta_2) \sum_r=1^t \beta_2^t-r g^2 = g^2 (1 - \beta_2^t)
\hat s_t = \fracs_t1 - \beta_2^t = g^2
= adam_update
\theta_t = \theta_t-1 - \eta \frac\hat m_t\sqrt\hat s_t + \varepsilon
\theta_1 = \theta_0 - \eta \fracg_1|g_1| + \varepsilon \approx \theta_0 - \eta sign(g_1)
"""


def bare(latex):
    """A formula of the steps as it is written above."""
    text = re.sub(r"[{}]|\\,|\\;|\\operatorname|\\left|\\right|\\mathbf", "", plain(latex))
    text = text.replace(r"\beginbmatrix", "[").replace(r"\endbmatrix", "]")
    text = text.replace(r"\frac\partial \partial ", "∂/∂")
    text = re.sub(r"\\frac\\partial (.+?)\\partial ([^\s,)\\]+)", r"∂\1/∂\2", text)
    return re.sub(r"\s+", " ", text).strip()


def test_every_line_is_the_textbooks():
    expected = {}
    for line in FORMULAS.strip().splitlines():
        if line.startswith("= "):
            lines = expected.setdefault(line.removeprefix("= "), [])
        else:
            lines.append(line)
    problem = Problem(hidden_layer_sizes=(3, 2), activation="tanh", l1=0.1, l2=0.2)
    steps = steps_of(problem)
    defined = {f"{name}.{part}" for name in set(LOSSES) - set(LINES) for part in ("output", "loss", "delta")}
    assert len(expected) > len(steps.keys() - defined) - 5, "write the lines of a new step into FORMULAS"
    for key, lines in expected.items():
        assert [bare(line.latex) for line in steps[key].lines] == lines, key
