"""One view a page, thin: read, call one flow, render."""
