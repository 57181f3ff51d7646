"""The rules, a module each or a few that are alike."""
