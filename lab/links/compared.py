"""Compare on the page of decision boundaries: the experiment with two to six values of one field."""

from data import offered
from lab.links.experiment import with_settings
from lab.links.fields import FIELDS
from lab.links.reading import BOTH_PENALTIES, Unusable, field_text, parse_field
from lab.words import counted

COMPARABLE = (BOTH_PENALTIES, *(name for name in FIELDS if name != "dtype"))
LEAST, MOST = 2, 6


def names(field):
    """Return the names of the fields that the choice `field` varies."""
    return ("l1", "l2") if field == BOTH_PENALTIES else (field,)


def experiments(experiment, field, text):
    """Return {value as text: Experiment} of values separated by /; raise ValueError, one sentence.

    The values are counted before they are read.
    """
    texts = [part.strip() for part in (text or "").split("/") if part.strip()]
    if field == "split":
        sentence = "split cannot be compared here, as its values contain the / that separates them."
        raise Unusable("compare", field, "other fields", sentence=sentence)
    if not LEAST <= len(texts) <= MOST:
        given = f"{counted(len(texts), 'value')} {'is' if len(texts) == 1 else 'are'} given"
        raise Unusable("values", text, f"{LEAST} to {MOST}, separated by /", given)
    varied = {}
    for part in texts:
        value = parse_field(names(field)[0], part)
        if field == "name" and value not in (names_here := offered("decision_boundary")):
            raise Unusable("name", value, ", ".join(names_here))
        varied[field_text(value)] = with_settings(experiment, [(name, value) for name in names(field)])
    if len(varied) < LEAST:
        given = "Only 1 value is given, more than once"
        raise Unusable("values", text, f"{LEAST} to {MOST} different ones", given)
    return varied
