"""What every register says."""

from yimen.ground.kernel.refusal import Refusal
from yimen.ground.kernel.text import gettext_noop as _

REFUSALS: dict[str, Refusal] = {
    "thing.not_found": Refusal(
        404,
        _("There is no such record, or it is not yours to see."),
        _("Go back to the list and choose a record from there."),
        "—",
    ),
    "staff.unknown": Refusal(
        422,
        _("There is no person of the staff with this account name."),
        _("Look up the account name in the list of the staff."),
        "—",
    ),
    "window.unknown": Refusal(422, _("There is no such window."), _("Look it up in the list of windows."), "—"),
}
