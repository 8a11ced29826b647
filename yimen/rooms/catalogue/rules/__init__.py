"""Rules of the catalogue: pure, no database, no clock."""
