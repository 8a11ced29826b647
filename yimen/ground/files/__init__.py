"""Files: a content-addressed store. The name of a file is the SHA-256 of its bytes; an upload is a row about it."""
