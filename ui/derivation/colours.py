"""The colours of a derivation's quantities."""

from ui.charts import palette


def colour_of(key):
    """Return the colour of a quantity; its gradient and its Jacobian have the same colour."""
    bare = key.removeprefix("d_").removeprefix("J_").replace("risk", "L")
    colour = palette.QUANTITIES.get(bare) or palette.QUANTITIES.get(bare.rstrip("0123456789"))
    return colour or palette.NEUTRAL
