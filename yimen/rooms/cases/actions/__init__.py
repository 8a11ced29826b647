"""The verbs of casework: decide (rules) → guarded write → journal. Called by flows only."""
