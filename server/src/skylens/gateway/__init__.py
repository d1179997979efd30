"""One request, from socket to handler and back: an ordered tuple of steps."""
