"""事项调整 Change orders of the State Council, the province or a law, and what they do to items."""
