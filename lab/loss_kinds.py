"""What is true of a loss, asked of its entry in LOSSES: a sentence that depends on it is said of no other."""

from mlp.losses import LOSSES, SIGMOID, SOFTMAX

SQUARED = LOSSES["sigmoid_squared_error"]


def has_probabilities(loss):
    """Return whether the outputs are probabilities: of softmax or of the logistic function."""
    return loss.output in (SOFTMAX, SIGMOID)


def gradient_is_error(loss):
    """Return whether the derivative with respect to the logits is output minus target."""
    return loss.gradient_latex == "{p} - {t}"


def is_cross_entropy(loss):
    """Return whether the loss is softmax's or the logistic function's cross-entropy.

    With either output, a derivative p - T belongs to no other loss, up to a constant.
    """
    return has_probabilities(loss) and gradient_is_error(loss)


def is_squared_error(loss):
    """Return whether the loss is Σ_k (p_k - T_k)², of any output."""
    return loss.latex == SQUARED.latex


def has_factor_of_error(loss):
    """Return whether output minus target is a factor in the derivative."""
    return gradient_is_error(loss) or is_squared_error(loss)


def is_sigmoid_squared_error(loss):
    """Return whether the loss is the squared error of logistic outputs."""
    return loss.output is SIGMOID and is_squared_error(loss)


def has_sign_of_error(loss):
    """Return whether ∂ℓ/∂o is negative for the right class and positive for every other one."""
    return is_cross_entropy(loss) or is_sigmoid_squared_error(loss)
