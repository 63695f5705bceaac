"""Questions for a learning platform: many seeds of one question, with the feedback of each known mistake.

`of_derivation` makes the Items, `moodle.xml` and `gift.text` write them.
"""
