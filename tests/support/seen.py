"""What a reader sees of a chart: a small reader of Vega-Lite that computes each mark from the sent tables.

It resolves fields, filters, calculations, conditions, and the scales of colours, shapes and widths, so a test
says which mark is drawn where, in which colour and with which words, not from which column.
"""

import json
import re
from bisect import bisect_right
from types import SimpleNamespace

import expressions
import numpy as np
from legible import luminance

NAMES = re.compile(r"[A-Za-z_]\w*")
BY_ROW = re.compile(r"luminance\(background\) > 0\.5 \? (\{.*\})\[(.*)\] : (\{.*\})\[\2\]")
CHANNELS = {"tooltip", "condition"}


def seen(drawing, at_epoch=None, **signals):
    """[Layer, …] of a drawing from the bottom up, where the timeline has sent the text `at_epoch`."""
    return _Chart(drawing, at_epoch, signals).layers()


def marks(drawing, kind, at_epoch=None, **signals):
    """The layers of marks of this kind, from the bottom up."""
    return [layer for layer in seen(drawing, at_epoch, **signals) if layer.kind == kind]


def axis(drawing, channel):
    """(title, type of scale, ends, format of its numbers) of the one axis of all layers; None where not said.

    Ends and formats that differ between layers are an error, because Vega would merge them; so are ends that
    were chosen and that Vega may round, or stretch to 0.
    """
    spec = drawing.parts().specification()
    encodings = [layer["encoding"].get(channel, {}) for layer in spec.get("layer", [spec])]
    scales = [one["scale"] for one in encodings if one.get("scale")]
    for name in ("nice", "zero"):
        assert not any(scale.get(name) for scale in scales if "domain" in scale), f"{channel} is {name}"

    def only(values):
        values = [value for value in values if value]
        assert all(value == values[0] for value in values), f"{channel} has several: {values}"
        return values[0] if values else None

    title = only(one.get("title") for one in encodings)
    formats = only((one.get("axis") or {}).get("format") for one in encodings)
    return (
        title,
        only(scale.get("type") for scale in scales),
        only(scale.get("domain") for scale in scales),
        formats,
    )


class Layer(SimpleNamespace):
    """Marks of one kind; `style` is what all of them have, `encoding` the specification's."""

    def __call__(self, *channels):
        """What each mark has in these channels: tuples, or single values of one channel."""
        rows = [tuple(self.values(channel, row) for channel in channels) for row in self.rows]
        return [row[0] for row in rows] if len(channels) == 1 else rows

    def values(self, channel, row):
        if channel == "tooltip":
            tips = self.encoding.get("tooltip", [])
            tips = tips if isinstance(tips, list) else [tips]
            return {tip.get("title", tip["field"]): _formatted(row[tip["field"]], tip) for tip in tips}
        encoded = self.encoding.get(channel)
        if encoded is None:
            return self.chart.styled(self.style.get(channel), row)
        found = self.chart.resolved(encoded, row)
        return _formatted(found, encoded) if channel == "text" else found


class _Chart:
    def __init__(self, drawing, at_epoch, signals):
        parts = drawing.parts()
        assert isinstance(parts.title, str)
        self.spec, self.frames = parts.specification(), parts.frames()
        self.known = {"at_epoch": at_epoch and Text(at_epoch), "background": "#FFFFFF"} | signals
        self.themed = "background" in signals
        for param in self.spec.get("params", []):
            if "value" in param:
                self.known.setdefault(param["name"], param["value"])
            elif "expr" in param and param["name"] != "height":
                self.known[param["name"]] = evaluated(param["expr"], self.known)

    def layers(self):
        return [self.layer(one) for one in self.spec.get("layer", [self.spec])]

    def layer(self, spec):
        mark = spec["mark"] if isinstance(spec["mark"], dict) else {"type": spec["mark"]}
        data = spec.get("data", self.spec.get("data"))
        rows = data["values"] if "values" in data else self.frames[data["name"]].to_dict("records")
        rows = [dict(row) for row in rows]
        for step in spec.get("transform", []):
            rows = self.transformed(rows, step)
        return Layer(kind=mark["type"], style=mark, encoding=spec.get("encoding", {}), rows=rows, chart=self)

    def transformed(self, rows, step):
        if isinstance(step.get("filter"), dict):  # the selection of a mark under the pointer
            name = step["filter"]["param"]
            return [row for row in rows if row["id"] == self.known.get(name)]
        if "filter" in step:
            return [row for row in rows if self.of(step["filter"], row)]
        if "calculate" in step:
            return [row | {step["as"]: self.of(step["calculate"], row)} for row in rows]
        if "flatten" in step:
            (name,) = step["flatten"]
            return [row | {name: one} for row in rows for one in row[name]]
        (window,) = step["window"]
        assert window["op"] == "row_number"
        return [row | {window["as"]: number} for number, row in enumerate(rows, start=1)]

    def of(self, said, row):
        return evaluated(said, self.known | {"datum": Row(row)})

    def styled(self, given, row):
        """What a mark has; of a colour by row, see `ui.charts.label_colours`, that of the light theme.

        With a signal `background`, every expression has its value in that theme.
        """
        said = given.get("expr", "") if isinstance(given, dict) else ""
        if by_row := BY_ROW.fullmatch(said):
            table = by_row[1 if self.of("luminance(background) > 0.5", row) else 3]
            return json.loads(table)[
                str(self.of(by_row[2], row)).replace("True", "true").replace("False", "false")
            ]
        return self.of(said, row) if said and (self.themed or "datum." in said) else given

    def resolved(self, encoded, row):
        condition = encoded.get("condition")
        if condition and self.of(condition["test"], row):
            return condition["value"]
        for name in ("value", "datum"):
            if name in encoded:
                return encoded[name]
        return _scaled(row[encoded["field"]], encoded.get("scale") or {})


def _scaled(value, scale):
    ends, shades = scale.get("domain"), scale.get("range")
    if not shades:
        return value
    if scale.get("type") == "threshold":
        return shades[bisect_right(ends, value)]
    if len(ends) == len(shades) and value in ends:
        return shades[ends.index(value)]
    if isinstance(shades[0], str):
        return None if isinstance(value, str) else _between(value, ends, shades)
    return float(np.interp(value, ends, shades))


def _between(value, ends, shades):
    """A colour between those at the ends of a scale."""
    parts = [[int(shade[i : i + 2], 16) for shade in shades] for i in (1, 3, 5)]
    return "#" + "".join(f"{round(float(np.interp(value, ends, part))):02X}" for part in parts)


def _formatted(value, encoded):
    said = encoded.get("format")
    return value if said is None or isinstance(value, str) else format(value, said.replace("~", ""))


class Text(str):
    """A text that the browser reads as a number after a plus."""

    def __pos__(self):
        return float(self)

    def __eq__(self, other):
        return str(self) == (f"{other:g}" if isinstance(other, float) else other)

    __hash__ = str.__hash__


class Words(str):
    """A text of an expression, to which a number can be added."""

    def __add__(self, other):
        return Words(str(self) + str(other))

    __hash__ = str.__hash__


class Row(dict):
    """A row whose columns are attributes, as in an expression of Vega."""

    __getattr__ = dict.__getitem__


def _indexof(values, one):
    if isinstance(values, str):
        return values.find(one)
    return values.index(one) if one in values else -1


FUNCTIONS = {"length": len, "max": max, "min": min, "abs": abs, "indexof": _indexof, "Words": Words} | {
    "split": lambda text, by: [*map(Text, text.split(by) if by else text)],
    "substring": lambda text, start, end: text[int(start) : int(end)],
    "parseInt": int,
    "format": lambda value, said: format(value, said),
    "luminance": luminance,
    "isValid": lambda value: value is not None and not np.isnan(value),
    "isFinite": np.isfinite,
}


def evaluated(said, known):
    """The value of one of our own expressions, which Python reads once ?: is put in its words."""
    return expressions.value(expressions.parsed(_in_python(said)), FUNCTIONS | known)


def _in_python(said):
    before, sign, after = _parted(said, "?")
    if sign:
        one, _, other = _parted(after, ":")
        return f"({_in_python(one)} if {_in_python(before)} else {_in_python(other)})"
    out, text = [], said
    while match := re.search(r"'[^']*'|\(", text):
        out.append(text[: match.start()])
        if match[0] != "(":
            out.append(f"Words({match[0]})")
            text = text[match.end() :]
            continue
        inside, _, rest = _parted(text[match.end() :], ")")
        parts = []
        while inside:
            part, _, inside = _parted(inside, ",")
            parts.append(_in_python(part))
        out.append(f"({', '.join(parts)})")
        text = rest
    plain = "".join([*out, text])
    return plain.replace("||", " or ").replace("&&", " and ").replace("===", "==").strip()


def _parted(said, sign):
    """(before, sign, after) of a sign that is in no brackets and no quotes; like str.partition."""
    depth, quoted = 0, False
    for place, letter in enumerate(said):
        quoted ^= letter == "'"
        if quoted:
            continue
        if depth == 0 and letter == sign:
            return said[:place], sign, said[place + 1 :]
        depth += (letter in "([") - (letter in ")]")
    return said, "", ""
