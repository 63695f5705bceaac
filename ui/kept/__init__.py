"""What a browser keeps for a visit, so that it survives a reload: the questions that were answered."""
