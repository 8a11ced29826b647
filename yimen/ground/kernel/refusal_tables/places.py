"""Organs, windows and postings."""

from yimen.ground.kernel.refusal import Refusal
from yimen.ground.kernel.text import gettext_noop as _

LAW = "行政许可法"

REFUSALS: dict[str, Refusal] = {
    "day.past": Refusal(
        422,
        _("This day is past: what moves powers or people can't be dated back."),
        _("Choose today or a later day."),
        f"{LAW} 第二十二条",
    ),
    "organ.exists": Refusal(
        409, _("There is an organ with this code already."), _("Open that organ, or choose another code."), "—"
    ),
    "organ.confirmed": Refusal(
        409, _("This organ was confirmed before."), _("Nothing needs to be done."), f"{LAW} 第二十二条"
    ),
    "organs.missing": Refusal(422, _("No organ is named."), _("Name the organ."), "—"),
    "name.exists": Refusal(
        409,
        _("Another name begins on this day already."),
        _("Look at the names of the organ and choose another day."),
        "—",
    ),
    "succession.exists": Refusal(
        409,
        _("These powers have been given to another organ already."),
        _("Look at the successions of the organ; enter a succession for the organ that holds the powers."),
        f"{LAW} 第二十五条",
    ),
    "succession.circle": Refusal(
        409,
        _("The powers would come back to the organ that gives them away."),
        _("Name an organ that does not itself pass them on to this one."),
        f"{LAW} 第二十五条",
    ),
    "succession.other_item": Refusal(
        422,
        _("An item named here is not one of this organ."),
        _("Name items of this organ, or leave them out to pass on all powers."),
        f"{LAW} 第二十五条",
    ),
    "section.exists": Refusal(
        409, _("The organ has a section of this name already."), _("Choose another name."), "意见二（二）"
    ),
    "section.licensing_exists": Refusal(
        409,
        _("The organ has its licensing section already: there is one for all items."),
        _("Merge the items into the section that is there."),
        f"{LAW} 第二十六条第一款；意见二（二）",
    ),
    "section.unknown": Refusal(422, _("There is no such section."), _("Look it up in the list of sections."), "—"),
    "hall.exists": Refusal(
        409, _("There is a hall of this name already."), _("Open that hall, or choose another name."), "—"
    ),
    "hall.unknown": Refusal(
        422, _("There is no hall of this name."), _("Look it up in the list of halls, or register the hall."), "—"
    ),
    "window.exists": Refusal(409, _("The hall has a window of this number already."), _("Choose another number."), "—"),
    "window.closed": Refusal(
        409, _("This window is closed on that day."), _("Choose a window that is open."), "意见三（一）"
    ),
    "window.not_comprehensive": Refusal(
        409,
        _("Only a comprehensive window is shared by several organs."),
        _("Register a comprehensive window, and open that one to the organs."),
        "意见三（一）",
    ),
    "posting.one_place": Refusal(
        422, _("A posting is to a window or to a section."), _("Name one of the two."), "意见二（二）"
    ),
    "posting.other_organ": Refusal(
        422,
        _("The window or section serves another organ than the person’s."),
        _("Choose a place of the person’s own organ."),
        f"{LAW} 第二十二条",
    ),
    "photo.not_an_image": Refusal(
        422, _("The photo is not a JPEG or PNG picture."), _("Choose a picture of one of these kinds."), "—"
    ),
    "staff.exists": Refusal(
        409, _("An account with this name exists already."), _("Choose another account name."), "—"
    ),
}
