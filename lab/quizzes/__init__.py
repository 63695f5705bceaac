"""Questions for a learning platform: one question with many seeds, and feedback for each known mistake.

`of_derivation` creates the Items; `moodle.xml` and `gift.text` write them.
"""
