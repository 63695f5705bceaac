"""Mistakes in what the program returns."""

from lab.diagnosis.mistake import mistake
from mlp.network import Layer


@mistake(
    "all",
    "The list of gradients is in reversed order: backpropagation computes the last layer's first.",
)
def last_layer_first(at, found):
    return found[::-1]


@mistake("all", "The gradients are shifted by one layer: an index off by one.")
def one_layer_shifted(at, found):
    return [*found[1:], found[0]]


@mistake("all", "These are steps, -η times the gradient. Save the gradients themselves.")
def steps_for_gradients(at, found):
    rate = at.config.rate_pieces()[0][0]
    return [Layer(-rate * dW, -rate * db) for dW, db in found]


@mistake("all", "The gradients are multiplied by η. Save the gradients themselves.")
def times_the_rate(at, found):
    rate = at.config.rate_pieces()[0][0]
    return [Layer(rate * dW, rate * db) for dW, db in found]


@mistake("all", "Everything has the wrong sign, the penalty too.")
def everything_negative(at, found):
    return [Layer(-dW, -db) for dW, db in found]
