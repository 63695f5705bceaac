"""Texts read as values: what a link, a box of the sidebar and the terminal accept, by the same rules.

Numbers are written with ASCII digits and a decimal point: 0.3, .3, 3e-1; whole numbers have digits alone.
A decimal comma is refused, and the sentence writes the number with a point. The layers of one penalty
are separated by semicolons, 0;0.001. Commas separate them too where no comma can be a decimal one:
0.001,0.01 is read, 0,001 is refused with both of its readings written out.
"""

import re
from dataclasses import fields

from data import DataConfig
from lab.links.limits import OverLimit
from mlp import TrainConfig

DATA_FIELDS = {field.name: field for field in fields(DataConfig)}
TRAIN_FIELDS = {field.name: field for field in fields(TrainConfig)}
PENALTIES = ("l1", "l2")
MOST_DIGITS = 18  # of a whole number: what 64 bits hold
MOST_UNITS_DIGITS = 9  # of a layer's units
MOST_LAYERS_READ = 1000  # of a text such as 8x99999999999
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
AFTER_COMMA = re.compile(r"[0-9]+(?:[eE][+-]?[0-9]+)?")
WHOLE = re.compile(r"[+-]?[0-9]+")


class Misread(ValueError):
    """A text that could be read otherwise than it was meant; the message writes its readings out."""


def cut(text, start=40, end=20):
    """A text, of a long one its beginning and its end."""
    return text if len(text) <= start + end else f"{text[:start]}…{text[-end:]}"


def quoted(text, start=40, end=20):
    """A visitor's text as a sentence shows it: in quotes, and cut."""
    return repr(cut(text, start, end))


def number(text):
    """The number that `text` writes; raises ValueError where it writes none."""
    text = text.strip()
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{quoted(text)} is not a number.")
    return float(text)


def whole(text):
    """The whole number that `text` writes, of at most MOST_DIGITS digits; raises ValueError."""
    text = text.strip()
    if not WHOLE.fullmatch(text) or len(text.lstrip("+-0")) > MOST_DIGITS:
        raise ValueError(f"{quoted(text)} is not a whole number of up to {MOST_DIGITS} digits.")
    return int(text)


def flag(text):
    """True or False, in any case of letters; raises ValueError."""
    if text.strip().lower() not in ("true", "false"):
        raise ValueError(f"{quoted(text)} is neither true nor false.")
    return text.strip().lower() == "true"


def with_point(text):
    """A number written with a decimal comma, with a point instead; None where that is no number."""
    pointed = text.strip().replace(",", ".")
    return pointed if "," in text and NUMBER.fullmatch(pointed) else None


def field_text(value):
    """A field's value as text: the shortest that reads back the same."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        if len(value) > 3 and len(set(value)) == 1 and isinstance(value[0], int):
            return f"{value[0]}x{len(value)}"
        penalties = any(isinstance(item, float) for item in value)
        return (";" if penalties else ",").join(field_text(item) for item in value) or "none"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


def parse_field(name, text):
    """The value that `text` gives the field `name`; raises ValueError in one sentence, OverLimit where it
    can be read and is too large.
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
        return {bool: flag, int: whole, float: number}[type(default)](text)
    except (OverLimit, Misread):
        raise
    except ValueError:
        pointed = with_point(text) if isinstance(default, float) else None
        if pointed and ";" not in text:
            raise Misread(f"{name} is {quoted(text)}; allowed: a decimal point, as in {pointed}.") from None
        too_long = isinstance(default, int) and WHOLE.fullmatch(text)
        allowed = f"whole numbers of up to {MOST_DIGITS} digits" if too_long else _example(name, default)
        raise ValueError(f"{name} is {quoted(text)}; allowed: {allowed}.") from None


def _layer_sizes(text):
    """The sizes of "8,8,4", of "8x2,4", or of "none"."""
    sizes = []
    for part in [] if text == "none" else re.split("[,-]", text.replace("×", "x")):
        size, repeated, times = (one.strip() for one in part.partition("x"))
        if not (WHOLE.fullmatch(size) and (not repeated or WHOLE.fullmatch(times))):
            raise ValueError
        if len(times.lstrip("+0")) > MOST_DIGITS or (repeated and int(times) > MOST_LAYERS_READ - len(sizes)):
            raise OverLimit(
                "hidden_layer_sizes",
                f"hidden_layer_sizes is {quoted(text)}; allowed: up to {MOST_LAYERS_READ:,} hidden layers.",
            )
        if len(size.lstrip("+0")) > MOST_UNITS_DIGITS:
            raise OverLimit(
                "hidden_layer_sizes",
                f"hidden_layer_sizes is {quoted(text)}; allowed: layers of fewer than "
                f"{10**MOST_UNITS_DIGITS:,} units.",
            )
        if repeated and int(times) < 1:
            raise ValueError
        sizes += [int(size)] * (int(times) if repeated else 1)
        if len(sizes) > MOST_LAYERS_READ:
            raise OverLimit(
                "hidden_layer_sizes",
                f"hidden_layer_sizes is {quoted(text)}; allowed: up to {MOST_LAYERS_READ:,} hidden layers.",
            )
    return tuple(sizes)


def _penalties(name, text):
    """One number, or a tuple of several; raises Misread where a comma may be a decimal one."""
    parts = [part.strip() for part in text.split(";")]
    if len(parts) > 1 or "," not in text:
        if "," in text and all(NUMBER.fullmatch(part) or with_point(part) for part in parts):
            raise Misread(
                f"{name} is {quoted(text)}; allowed: decimal points, as in {cut(text.replace(',', '.'))}."
            )
        values = tuple(map(number, parts))
        return values[0] if len(values) == 1 else values
    parts = [part.strip() for part in text.split(",")]
    values = tuple(map(number, parts))
    joined = _joined(parts)
    if len(joined) == len(parts):
        return values
    decimal = tuple(map(number, joined))
    raise Misread(
        f"{name} is {quoted(text)}, which can be read in two ways; allowed: {_meaning(decimal)}, or "
        f"{_meaning(values)}."
    )


def _joined(parts):
    """The numbers of a text separated at its commas, each comma that can be a decimal one taken as such."""
    joined = []
    for part in parts:
        if joined and WHOLE.fullmatch(joined[-1]) and AFTER_COMMA.fullmatch(part):
            joined[-1] += f".{part}"
        else:
            joined.append(part)
    return joined


def _meaning(values):
    """A penalty as it should be written, and what that means."""
    if len(values) == 1:
        return f"{field_text(values[0])} for one penalty"
    each = [f"{field_text(value)} on layer {number}" for number, value in enumerate(values, start=1)]
    if len(each) > 3:
        return f"{cut(field_text(values))} for {len(each)} layers"
    return f"{field_text(values)} for {', '.join(each[:-1])} and {each[-1]}"


def _example(name, default):
    if name == "hidden_layer_sizes":
        return (
            'whole numbers separated by commas, one per hidden layer, such as "16", "8,8" or "64x10", '
            'or "none"'
        )
    if name in PENALTIES:
        return 'a number such as "0.001", or one per layer separated by semicolons, such as "0;0.001"'
    kinds = {bool: "true or false", int: "a whole number", float: "a number"}
    return f"{kinds[type(default)]}, such as {field_text(default)}"
