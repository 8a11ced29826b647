"""Jobs: the clock, the worker and the commands of the command line; thin, every write goes through flows."""
