"""The values of a sweep's fields in order, of charts whose frames have a trial for each."""

from lab.sweeps.field_values import in_order


def of_fields(frame, *names):
    """{field: its values}, of a chart against the first of these fields."""
    return {name: in_order(frame[name]) for name in names}


def of_map(frame, x, y):
    """{field: its labels}, of a map by the fields x and y."""
    return {x: in_order(frame["x"]), y: in_order(frame["y"])}
