"""The whole specification of a drawing, which Altair has checked."""


def to_dict(drawing, **_):
    """A drawing's specification with its data; Altair raises an error where it is not valid."""
    return drawing.chart().to_dict(validate=True)
