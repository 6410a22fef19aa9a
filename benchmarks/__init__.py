"""`make bench`: Penstock beside the other ways to score the same models on the same rows."""
