"""The steps of the derivation, one file per chapter, or two for a long one."""
