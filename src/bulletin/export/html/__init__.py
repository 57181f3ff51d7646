"""HTML: the reviewers' page and the period's front page."""
