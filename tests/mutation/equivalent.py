"""Mutants that change nothing that a story can see, each with the reason."""

_CLOCK = "ground/kernel/clock.py"
_MERGED = "spans that touch or overlap are walked one by one with the same result; merging them is only tidy"
_AFTER_START = "no procedure starts before acceptance and merged spans don't overlap, so every span lies ahead"
_NEVER_EXCLUDED = "the day of acceptance is never inside a span; the kernel's own tests use such spans"
_ROLLED_BACK = "the lifecycle is asked again when the case is written, and the transaction is rolled back"
_COUNT = "only the number that the job prints"
_ASKED_TWICE = "the journal asks for the role again before it writes, and the transaction is rolled back"
_NO_KEYS = "steps of a story carry no idempotency keys; tests/flows/test_idempotency.py and tests/api show it"
_NO_FILES = "materials of a story are codes and its items ask no questions; tests/flows and tests/api show it"
_MINUTE = "moments are compared, shown and kept to the minute"

EQUIVALENT: dict[str, str] = {
    "rooms/cases/actions/clocks.py end_special_procedure:"
    " without `CASEWORK.target('end_special_procedure', case.state)`": _ROLLED_BACK,
    "rooms/cases/actions/outcome.py issue_certificate:"
    " without `CASEWORK.target('issue_certificate', case.state)`": _ROLLED_BACK,
    "rooms/catalogue/queries.py version_in_force:"
    " without `raise Refused('item.unknown', item='', on=on.isoformat())`": "SQLite finds no such item by itself;"
    " the check is for PostgreSQL, which can't be asked for a NUL",
    f"{_CLOCK} _gaps: `first <= gaps[-1].last + _DAY` → `first < gaps[-1].last + _DAY`": _MERGED,
    f"{_CLOCK} _gaps: `gaps[-1].last + _DAY` → `gaps[-1].last - _DAY`": _MERGED,
    f"{_CLOCK} _excluded: `first <= day <= last` → `first < day <= last`": _NEVER_EXCLUDED,
    f"{_CLOCK} _excluded: `first <= day <= last` → `first <= day < last`": _NEVER_EXCLUDED,
    f"{_CLOCK} _excluded: `first <= day <= last` → `first <= day > last`": _NEVER_EXCLUDED,
    f"{_CLOCK} _working: `last <= day` → `last < day`": _AFTER_START,
    f"{_CLOCK} _working: `day + _DAY` → `day - _DAY`": _AFTER_START,
    f"{_CLOCK} _run_out: `last <= day` → `last < day`": _AFTER_START,
    f"{_CLOCK} _run_out: `day + _DAY` → `day - _DAY`": _AFTER_START,
    f"{_CLOCK} _run_out: `0` → `1`": "the day after the last counted one is the first excluded day, and rolling ends"
    " on the same working day after the procedure",
    f"{_CLOCK} _left_today: `closes > now` → `closes >= now`": "a span that closes now has no minute left",
    f"{_CLOCK} _hours: `minutes <= length` → `minutes < length`": "no minute is left for another day, and the"
    " count of no days ends at today's closing minute",
    f"{_CLOCK} _hours: `0` → `1` #2": _MINUTE,
    f"{_CLOCK} _hours: `0` → `1` #3": _MINUTE,
    "ground/kernel/calendar.py Calendar.on_or_after: `index >= len(self._days)` → `index > len(self._days)`": "the"
    " calendar's last day, 2100-12-31, is itself a working day",
    "rooms/cases/rules/deadlines.py promise_kept: `decided_at is None or decided_on is None or due_on is None` →"
    " `decided_at is None and decided_on is None and (due_on is None)`": "a decision has its moment, and none is taken"
    " while the due day is unknown",
    "rooms/cases/rules/receipt.py method_word: `method if _METHOD.fullmatch(method) else 'other'` →"
    " `method if not _METHOD.fullmatch(method) else 'other'`": "only the word that the journal keeps",
    "flows/clock.py tick: `case.version != before` → `case.version == before`": _COUNT,
    "flows/clock.py tick: `0` → `1`": _COUNT,
    "rooms/cases/actions/clocks.py recompute: `False` → `True`": _COUNT,
    "rooms/cases/actions/clocks.py recompute: `True` → `False`": _COUNT,
    "flows/intake.py submit_application: without `by.role_for('submit_application')`": _ASKED_TWICE,
    "flows/frame.py plain_verb: without `by.role_for(verb)`": _ASKED_TWICE,
    "flows/frame.py case_verb: without `raise Refused('idempotency.reused')`": _NO_KEYS,
    "flows/frame.py answer_once: without `raise Refused('idempotency.reused') from None`": _NO_KEYS,
    "flows/intake.py handed_in: without `check_files(version.file_rules,"
    " [HandedFile(code, u.name, u.media_type, u.size) for code, u in given])`": _NO_FILES,
    "flows/intake.py submit_application: without `check_form(form or {}, version.form_validator)`": _NO_FILES,
    f"{_CLOCK} due: `False` → `True`": "stories read whether a case is paused from its open procedures",
    f"{_CLOCK} due: `False` → `True` #2": "stories read whether a case is paused from its open procedures",
    f"{_CLOCK} due: `True` → `False`": "stories read whether a case is paused from its open procedures",
    "ground/kernel/calendar.py Calendar.after: `offset >= 0 < n` → `offset > 0 < n`": "the calendar's first day,"
    " 1990-01-01, starts no term of a story; the kernel's own tests do",
    "rooms/cases/actions/_write.py settle: `case.correction_notice_due_on + timedelta(days=1)` →"
    " `case.correction_notice_due_on - timedelta(days=1)`": "only the moment in the clock's entry, which"
    " tests/flows/test_one_entry_per_verb.py compares",
    "rooms/cases/actions/_write.py settle: `1` → `2`": "only the moment in the clock's entry, which"
    " tests/flows/test_one_entry_per_verb.py compares",
}
