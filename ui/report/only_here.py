"""Sentences about what a click on the page does: nothing in a report can be clicked, so it lacks them."""

SENTENCES = set()


def only_here(sentence):
    """Return a sentence, or a part of one, that reports leave out; call it when a module is imported."""
    SENTENCES.add(sentence)
    return sentence


def without(text):
    """Return a text without the sentences that are only for the page."""
    for sentence in sorted(SENTENCES, key=len, reverse=True):
        text = text.replace(sentence, "")
    return text
