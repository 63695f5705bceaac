"""What is sent of a chart of layers, beside what Altair makes of the same layers."""

import copy

from ui.frame import show


def assert_as_altair(chart):
    """The same but for Altair's names of views, its configuration and the order of parameters."""
    chart, by_altair = copy.copy(chart), chart.altair()
    chart.layer = [layer.copy(deep=False) for layer in chart.layer]
    for one in (chart, by_altair):
        show._name(one, {})
    ours, theirs = chart.spec(), by_altair.to_dict(validate=False)
    del theirs["config"]
    assert _plain(ours) == _plain(theirs)


def _plain(spec):
    """The specification with its views named by the numbers of their layers, and parameters by name."""
    number = {layer["name"]: n for n, layer in enumerate(spec["layer"]) if "name" in layer}
    layers = [layer | {"name": number.get(layer.get("name"))} for layer in spec["layer"]]
    params = [
        param | {"views": [number.get(view) for view in param["views"]]} if param.get("views") else param
        for param in spec.get("params", ())
    ]
    return spec | {"layer": layers, "params": sorted(params, key=lambda param: param["name"])}
