"""Why a numerical derivative has two errors: the formulas and the words of the page's end."""

FORMULAS = (
    r"\frac{L(\theta + h) - L(\theta)}{h} = L'(\theta) + \frac{h}{2} L''(\theta) + \dots",
    r"\frac{L(\theta + h) - L(\theta - h)}{2h} = L'(\theta) + \frac{h^2}{6} L^{(3)}(\theta) + \dots",
    r"\frac{\operatorname{Im} L(\theta + ih)}{h} = L'(\theta) - \frac{h^2}{6} L^{(3)}(\theta) + \dots",
    r"\text{error} \approx \underbrace{c\, h^p}_{\text{truncation}} + "
    r"\underbrace{u\, \max(1, |L|) / h}_{\text{rounding}}, \qquad h_{\text{best}} \sim u^{1/(p+1)}",
)
EXPLAINED = (
    "A long step sees the curvature of the loss: truncation, of order $h$ for the forward and $h^2$ for "
    "the central difference. A short one subtracts two numbers that agree in all but their last digits: "
    "what is left is their rounding, divided by $h$. $u$ is the unit roundoff, 1.1e-16 in float64 and "
    "6.0e-8 in float32. The complex step (Squire & Trapp, 1998) reads the derivative off an imaginary "
    "part: nothing is subtracted, so the step may be 1e-20."
)
SOURCE = "[CS231n, Gradient checks](https://cs231n.github.io/neural-networks-3/#gradcheck)"
BANDS = (
    "The bands are those of Stanford's notes, " + SOURCE + ": a relative error above 1e-2 usually means "
    "the gradient is probably wrong; between 1e-2 and 1e-4 should make you feel uncomfortable; below 1e-4 "
    "is usually okay for objectives with kinks, but too high for smooth ones (tanh and softmax); 1e-7 and "
    "less: be happy. The deeper the network, the larger the errors."
)
