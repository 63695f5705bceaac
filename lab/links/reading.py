"""Parse the texts of links, sidebar boxes and the terminal into values, and write values as text.

Numbers have ASCII digits and a decimal point: 0.3, .3, 3e-1; whole numbers have digits only. A decimal comma
is refused, and the sentence shows the number with a point. The layers of a penalty are separated by
semicolons, 0;0.001, or by commas if none of them can be a decimal comma: 0.001,0.01 is accepted, 0,001 is
refused with both of its readings spelled out. A learning rate that changes, 0.1@0;0.01@30, is each rate with
the epoch from which it holds.
"""

import re
from dataclasses import fields

from data import DataConfig
from mlp import TrainConfig
from mlp.config import NotAllowed

DATA_FIELDS = {field.name: field for field in fields(DataConfig)}
TRAIN_FIELDS = {field.name: field for field in fields(TrainConfig)}
PENALTIES = ("l1", "l2")
PIECEWISE = "learning_rate"  # may be a number, or one from each of several epochs on
BOTH_PENALTIES = "l1 and l2"  # an option of Compare
MOST_DIGITS = 18  # of a whole number, so that it fits into 64 bits
MOST_UNITS_DIGITS = 9  # of the number of units of a layer
MOST_LAYERS_READ = 1000  # a text such as 8x99999999999 must not fill the memory
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
AFTER_COMMA = re.compile(r"[0-9]+(?:[eE][+-]?[0-9]+)?")
WHOLE = re.compile(r"[+-]?[0-9]+")


class Unusable(ValueError):
    """A value of a link that cannot be used.

    `field` is the config field or the link's parameter, `allowed` says in words what it can be. The message
    is "fault; allowed: …", where the fault is "field is value" unless given, or the given `sentence`.
    """

    def __init__(self, field, value, allowed, fault="", sentence=""):
        super().__init__(field, value, allowed, fault, sentence)
        self.field, self.value, self.allowed = field, value, allowed

    def __str__(self):
        *_, fault, sentence = self.args
        return sentence or f"{fault or f'{self.field} is {quoted(self.value)}'}; allowed: {self.allowed}."


class Misread(Unusable):
    """A text with more than one possible meaning; `allowed` spells out its readings."""


class OverLimit(Unusable):
    """A readable value is too large."""


def cut(text):
    """Return a text, or the beginning and end of a long one with … between."""
    return text if len(text) <= 60 else f"{text[:40]}…{text[-20:]}"


def quoted(text):
    """Return a visitor's text as shown in a sentence: in quotes and cut."""
    return repr(cut(text))


def number(text):
    """Return the number written in `text`; raise ValueError if it is not one."""
    text = text.strip()
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{quoted(text)} is not a number.")
    return float(text)


def whole(text):
    """Return the whole number written in `text`; raise ValueError if it is not one of up to MOST_DIGITS."""
    text = text.strip()
    if not WHOLE.fullmatch(text) or len(text.lstrip("+-0")) > MOST_DIGITS:
        raise ValueError(f"{quoted(text)} is not a whole number of up to {MOST_DIGITS} digits.")
    return int(text)


def flag(text):
    """Return True for "true" and False for "false", in upper or lower case; else raise ValueError."""
    if text.strip().lower() not in ("true", "false"):
        raise ValueError(f"{quoted(text)} is neither true nor false.")
    return text.strip().lower() == "true"


def with_point(text):
    """Return a number written with a decimal comma with a point instead; None if the text is not one."""
    pointed = text.strip().replace(",", ".")
    return pointed if "," in text and NUMBER.fullmatch(pointed) else None


def field_text(value):
    """Return a field's value as the shortest text that `parse_field` reads back as the same value."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        if value and isinstance(value[0], tuple):
            return ";".join(f"{field_text(rate)}@{epoch}" for rate, epoch in value)
        if len(value) > 3 and len(set(value)) == 1 and isinstance(value[0], int):
            return f"{value[0]}x{len(value)}"
        penalties = any(isinstance(item, float) for item in value)
        return (";" if penalties else ",").join(field_text(item) for item in value) or "none"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


def sentence_of(problem):
    """Return the sentence of a NotAllowed or other ValueError; a tuple in it is shown as a link writes it."""
    if isinstance(problem, NotAllowed) and isinstance(problem.value, tuple):
        return f"{problem.field} is {cut(field_text(problem.value))}; allowed: {problem.allowed}."
    return str(problem)


def rate_in_words(rate):
    """Return a TrainConfig's learning rate in words: "0.1", or "0.1, from epoch 30 on 0.01"."""
    if not isinstance(rate, tuple):
        return f"{rate:g}"
    (first, _), *others = rate
    return ", ".join([f"{first:g}", *(f"from epoch {epoch:,} on {later:g}" for later, epoch in others)])


def parse_field(name, text):
    """Return the value that `text` gives the field `name`.

    Raise ValueError with a one-sentence message; OverLimit if the value can be read but is too large.
    """
    default = (DATA_FIELDS | TRAIN_FIELDS)[name].default
    if isinstance(default, str):
        return text if name == "points" else text.strip()
    text = text.strip()
    try:
        if name == "hidden_layer_sizes":
            return _layer_sizes(text)
        if name in PENALTIES:
            return _penalties(name, text)
        if name == PIECEWISE and "@" in text:
            return _pieces(text)
        return {bool: flag, int: whole, float: number}[type(default)](text)
    except Unusable:
        raise
    except ValueError:
        pointed = with_point(text) if isinstance(default, float) else None
        if pointed and ";" not in text:
            raise Misread(name, text, f"a decimal point, as in {pointed}") from None
        too_long = type(default) is int and WHOLE.fullmatch(text)
        allowed = (
            f"whole numbers of up to {MOST_DIGITS} digits" if too_long else _example(name, default, text)
        )
        raise Unusable(name, text, allowed) from None


def _layer_sizes(text):
    """Return the layer sizes of "8,8,4", "8x2,4" or "none" as a tuple; raise ValueError or OverLimit."""
    sizes = []
    for part in [] if text == "none" else re.split("[,-]", text.replace("×", "x")):
        size, repeated, times = (piece.strip() for piece in part.partition("x"))
        times = times if repeated else "1"
        if not (WHOLE.fullmatch(size) and WHOLE.fullmatch(times)):
            raise ValueError
        if len(times.lstrip("+0")) > MOST_DIGITS or int(times) > MOST_LAYERS_READ - len(sizes):
            raise OverLimit("hidden_layer_sizes", text, f"up to {MOST_LAYERS_READ:,} hidden layers")
        if len(size.lstrip("+0")) > MOST_UNITS_DIGITS:
            allowed = f"layers of fewer than {10**MOST_UNITS_DIGITS:,} units"
            raise OverLimit("hidden_layer_sizes", text, allowed)
        if int(times) < 1:
            raise ValueError
        sizes += [int(size)] * int(times)
    return tuple(sizes)


def _penalties(name, text):
    """Return one number, or a tuple of several; raise Misread if a comma may be a decimal comma."""
    parts = [part.strip() for part in text.split(";")]
    if len(parts) > 1 or "," not in text:
        if "," in text and all(NUMBER.fullmatch(part) or with_point(part) for part in parts):
            raise Misread(name, text, f"decimal points, as in {cut(text.replace(',', '.'))}")
        values = tuple(map(number, parts))
        return values[0] if len(values) == 1 else values
    parts = [part.strip() for part in text.split(",")]
    values = tuple(map(number, parts))
    joined = _joined(parts)
    if len(joined) == len(parts):
        return values
    decimal = tuple(map(number, joined))
    fault = f"{name} is {quoted(text)}, which can be read in two ways"
    raise Misread(name, text, f"{_meaning(decimal)}, or {_meaning(values)}", fault)


def _pieces(text):
    """Return the learning rate of "0.1@0;0.01@30" as in a TrainConfig; raise Unusable or ValueError."""
    pieces = [[side.strip() for side in part.split("@")] for part in text.split(";")]
    pointed = [[with_point(rate) or rate, *epoch] for rate, *epoch in pieces]
    if pointed != pieces and all(NUMBER.fullmatch(rate) for rate, *_ in pointed):
        right = ";".join(map("@".join, pointed))
        raise Misread(PIECEWISE, text, f"decimal points, as in {cut(right)}")
    read = tuple((number(rate), whole(epoch)) for rate, epoch in pieces)
    try:
        return TrainConfig(learning_rate=read).learning_rate
    except NotAllowed as problem:
        raise Unusable(PIECEWISE, text, problem.allowed) from None


def _joined(parts):
    """Return the numbers as texts, with every comma that can be a decimal comma read as one."""
    joined = []
    for part in parts:
        if joined and WHOLE.fullmatch(joined[-1]) and AFTER_COMMA.fullmatch(part):
            joined[-1] += f".{part}"
        else:
            joined.append(part)
    return joined


def _meaning(values):
    """Return a penalty as it should be written, and its meaning, in words."""
    if len(values) == 1:
        return f"{field_text(values[0])} for one penalty"
    each = [f"{field_text(value)} on layer {number}" for number, value in enumerate(values, start=1)]
    if len(each) > 3:
        return f"{cut(field_text(values))} for {len(each)} layers"
    return f"{field_text(values)} for {', '.join(each[:-1])} and {each[-1]}"


def _example(name, default, text):
    if name == "hidden_layer_sizes":
        return (
            'whole numbers separated by commas, one per hidden layer, such as "16", "8,8" or "64x10", '
            'or "none"'
        )
    if name in PENALTIES:
        return 'a number such as "0.001", or one per layer separated by semicolons, such as "0;0.001"'
    if name == PIECEWISE and "@" in text:
        return 'rates with the epochs from which they hold, separated by semicolons, such as "0.1@0;0.01@30"'
    kinds = {bool: "true or false", int: "a whole number", float: "a number"}
    return f"{kinds[type(default)]}, such as {field_text(default)}"


def name_and_factor(text):
    """Return ("adam", 0.1) for "adam*0.1" and ("adam", 1.0) for "adam"; raise ValueError otherwise."""
    name, times, factor = text.replace("×", "*").replace(" ", "").partition("*")
    return name, number(factor) if times else 1.0
