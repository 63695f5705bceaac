"""Charts of several layers, put together without Altair's copies: it copies every layer four times.

`benchmarks.ablation` has a row without this, and `python -m benchmarks.page_cpu` measures what a page costs;
tests compare every such chart with Altair's.
"""

import altair as alt


class Layers:
    """A chart of plain `alt.Chart`s in `layer`, the first below, with top-level `params` and properties."""

    data = None  # each layer has its own

    def __init__(self, layer, params, properties):
        self.layer, self._params, self._properties = list(layer), params, properties

    def altair(self):
        """Return the same chart by Altair."""
        first, *others = self.layer
        return alt.layer(first.add_params(*self._params), *others, **self._properties)

    def to_dict(self, **options):
        """Return Altair's specification, which it can validate."""
        return self.altair().to_dict(**options)

    def spec(self):
        """Return the specification, put together of those of the layers.

        Vega-Lite wants parameters at the top; a selection there names the view that it is made in.
        """
        params = [one.param.to_dict() for one in self._params]
        layers = [one.to_dict(validate=False, context={"top_level": False}) for one in self.layer]
        for number, layer in enumerate(layers):
            for param in layer.pop("params", ()):
                if "select" in param:
                    layer["name"] = f"layer_{number}"
                    param["views"] = [layer["name"]]
                params.append(param)
        top = {name: _plain(value) for name, value in self._properties.items()}
        if all(layer["data"] == layers[0]["data"] for layer in layers):
            top["data"] = layers[0]["data"]
            for layer in layers:
                del layer["data"]
        if params:
            top["params"] = params
        return {"$schema": alt.SCHEMA_URL, "layer": layers, **top}


def layered(*layers, params=(), **properties):
    """Return the Layers with these parameters and properties, such as a title and a height."""
    return Layers(layers, params, properties)


def _plain(value):
    return value.to_dict() if hasattr(value, "to_dict") else value
