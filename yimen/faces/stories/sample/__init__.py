"""The sample centre: units, items, people and cases that show every state, made through the flows like real ones.

Everything comes from `data/sample` (its SOURCES.md says what is fact); this package only reads it and plays it.
"""

from yimen.faces.stories.sample.load import Loaded, load_sample

__all__ = ["Loaded", "load_sample"]
