"""The loss over a plane of parameters, paths on it, its curvature, and a bowl with a known optimum."""
