"""Formats that an item's JSON Schema may ask for beside the standard's own; pages, API and import check alike.

`region`: code of a county or town that exists. `credit-code`: a unified social credit code (GB 32100) whose check digit
fits. `money`: an amount in yuan with two decimals, kept as text so that no cent is lost.
"""

import re

from jsonschema import Draft202012Validator, FormatChecker

from yimen.ground.engines import regions
from yimen.ground.kernel.identifiers import check_credit_code

FORMATS = FormatChecker(())
FORMATS.checkers = dict(Draft202012Validator.FORMAT_CHECKER.checkers)
_MONEY = re.compile(r"(?:0|[1-9]\d{0,14})\.\d{2}", re.ASCII)


@FORMATS.checks("region")
def _is_region(value: object) -> bool:
    return not isinstance(value, str) or regions.is_address(value)


@FORMATS.checks("credit-code")
def _is_credit_code(value: object) -> bool:
    return not isinstance(value, str) or check_credit_code(value) is None


@FORMATS.checks("money")
def _is_money(value: object) -> bool:
    return not isinstance(value, str) or _MONEY.fullmatch(value) is not None
