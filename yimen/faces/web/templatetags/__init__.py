"""Words and small parts for the templates."""
