"""Where records may come from: a file a kind of source."""
