"""Every write that a person, a system or the clock can cause: one module per chapter, one function per verb.

intake → examination → outcome is the order in which a case happens; clock, calendar, setup, importing and evidence
stand beside it. `registry.VERBS` lists them all; the API, the scenarios and the generated docs read it.
"""
