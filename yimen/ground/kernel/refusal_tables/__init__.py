"""Refusal codes by field of work; `kernel.refusals.REFUSALS` joins them."""
