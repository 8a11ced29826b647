"""What the exchange of the catalogue and the quarantine say."""

from yimen.ground.kernel.refusal import Refusal
from yimen.ground.kernel.text import gettext_noop as _

REFUSALS: dict[str, Refusal] = {
    "catalogue.unreadable": Refusal(
        422,
        _("A row of the exported catalogue can't be understood; nothing was taken over."),
        _("Look at the named table, line and column; or export the catalogue anew."),
        "—",
    ),
    "row.settled": Refusal(
        409,
        _("This row does not wait any more: it was taken or laid aside."),
        _("Go back to the list of rows that wait."),
        "—",
    ),
    "row.still_wrong": Refusal(
        422,
        _("The row still can't be taken."),
        _("Mend the cell that the reason names and try again; the row goes on waiting."),
        "—",
    ),
}
