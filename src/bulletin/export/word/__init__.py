"""Word: an executed notebook as an official document after GB/T 9704—2012."""
