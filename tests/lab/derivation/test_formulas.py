"""The formulas of the network's chapters as a textbook has them, for two hidden layers, line by line."""

import re

from derived import chapters_of

from lab.derivation import CHAPTERS, Problem, plain

# without braces and spaces of LaTeX, a derivative as ∂L/∂x; below each key, the lines of its step
FORMULAS = r"""
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
∂\hat R/∂W^l = (a^l-1)^\top \delta^l, \qquad ∂\hat R/∂b^l = 1^\top \delta^l
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
    steps = {step.key: step for step in chapters_of(problem, CHAPTERS[1:3])}
    assert len(expected) >= 20
    for key, lines in expected.items():
        assert [bare(line.latex) for line in steps[key].lines] == lines, key
