"""One small script a peer: the same work in its own way, one JSON object as the last line."""
