"""Every way the house says no: one table, the source of `docs/refusals.md` and of every error page and API problem.

`status` is the HTTP status that faces answer; `sentence` says what is wrong, `advice` what to do next (both msgids),
`basis` names the article or the rule of the house.
"""

from yimen.ground.kernel.refusal import Refusal
from yimen.ground.kernel.refusal_tables import (
    authority,
    committee,
    consultation,
    exchange,
    guides,
    orders,
    places,
    registers,
    stationing,
)
from yimen.ground.kernel.text import gettext_noop as _

__all__ = ["REFUSALS", "Refusal"]

LAW = "行政许可法"

REFUSALS: dict[str, Refusal] = {
    # who
    "permission.denied": Refusal(
        403,
        _("You are not allowed to do this."),
        _("Ask a colleague who holds this duty, or sign in with the right account."),
        f"{LAW} 第二十二条至第二十六条",
    ),
    "permission.sign_in": Refusal(
        401, _("Please sign in first."), _("Sign in and try again; what you entered stays in the form."), "—"
    ),
    "token.expired": Refusal(
        401, _("Your access token is not valid or has expired."), _("Ask for a new token and send it again."), "—"
    ),
    "account.unknown": Refusal(
        422, _("There is no open account with this name."), _("Check the name of the account."), "—"
    ),
    "separation.same_person": Refusal(
        409,
        _("Another person must do this step: whoever examined, accepted or asked may not also approve or confirm."),
        _("Hand the case to a second authorised person."),
        "意见二（三）“一审一核”",
    ),
    "rate.limited": Refusal(
        429,
        _("Too many attempts in a short time."),
        _("Wait until the time named is over, then try again."),
        "—",
    ),
    "membership.exists": Refusal(
        409,
        _("This account already acts for the enterprise, or is invited to."),
        _("Revoke the present mandate first if it should change."),
        "—",
    ),
    "membership.not_found": Refusal(
        404,
        _("There is no such mandate, or it is not yours to see."),
        _("Open the list of your enterprises again."),
        "—",
    ),
    "membership.last_owner": Refusal(
        409,
        _("The last owner of an enterprise can't leave it."),
        _("Ask the window to enter another owner first."),
        "—",
    ),
    # the thing
    "conflict.stale": Refusal(
        409,
        _("Somebody changed this after you opened it."),
        _("Open it again, read what changed and repeat your step if it still fits."),
        "—",
    ),
    "transition.not_allowed": Refusal(
        409,
        _("This step is not possible in the present state."),
        _("Look at its history and choose one of the steps offered there."),
        f"{LAW} 第四章",
    ),
    "case.not_found": Refusal(
        404, _("There is no such case, or it is not yours to see."), _("Check the case number."), "—"
    ),
    "document.being_made": Refusal(
        503,
        _("The paper is being prepared."),
        _("Try again in a few seconds; nothing is lost."),
        "—",
    ),
    "document.not_made": Refusal(
        503,
        _("The paper could not be made as a PDF."),
        _("Print the page of the paper instead, and tell the centre's administrator."),
        "—",
    ),
    "idempotency.reused": Refusal(
        422,
        _("The same Idempotency-Key was sent before with another content."),
        _("Send a new key with a new request."),
        "—",
    ),
    # application
    "item.unknown": Refusal(404, _("There is no such item."), _("Search the item list for the right code."), "—"),
    "item.not_in_force": Refusal(
        422,
        _("This item is not in force on that day."),
        _("Look up the items that are in force today."),
        f"{LAW} 第五条",
    ),
    "draft.not_found": Refusal(
        404,
        _("There is no such draft."),
        _("It may have been handed in or have ended: look at your cases, or begin again from the guide."),
        "—",
    ),
    "draft.handed_in": Refusal(
        409,
        _("This draft has already been handed in."),
        _("Open the case in “My cases”."),
        "—",
    ),
    "draft.too_many": Refusal(
        422,
        _("You have too many drafts."),
        _("Hand in or throw away one of them first."),
        "—",
    ),
    "draft.too_large": Refusal(
        422,
        _("What you typed is too long to be kept."),
        _("Shorten the answers, or put the text into a file among the materials."),
        "—",
    ),
    "ready_text.not_found": Refusal(
        404,
        _("There is no such ready text."),
        _("Somebody of your organ may have taken it away: open the list of ready texts again."),
        "—",
    ),
    "ready_text.empty": Refusal(
        422,
        _("A ready text has between 1 and 1000 characters."),
        _("Type the text, or shorten it."),
        "—",
    ),
    "ready_text.too_many": Refusal(
        422,
        _("Your organ has fifty ready texts for this field."),
        _("Change one of them, or take one away first."),
        "—",
    ),
    "material.unknown": Refusal(
        422,
        _("The guide of this item has no material with this code."),
        _("Use the codes of the material list in the guide."),
        f"{LAW} 第三十条",
    ),
    "material.file_kind": Refusal(
        422,
        _("This kind of file can't be handed in for this material."),
        _("Save or scan it as one of the kinds that the guide names for this material, and upload it again."),
        "—",
    ),
    "material.file_size": Refusal(
        422,
        _("The file is larger than this material allows."),
        _("Make it smaller (scan at 150 dpi), or split it into several files."),
        "—",
    ),
    "material.too_many_files": Refusal(
        422,
        _("There are more files than this material allows."),
        _("Remove some, or put several pages into one PDF file."),
        "—",
    ),
    "material.not_in_guide": Refusal(
        422,
        _("Only what the published guide requires may be demanded."),
        _("Ask only for materials that the guide names as required."),
        f"{LAW} 第三十一条、第七十二条",
    ),
    "reason.missing": Refusal(
        422, _("A reason must be given."), _("Write the reason that the applicant will read."), f"{LAW} 第三十八条"
    ),
    "input.invalid": Refusal(
        422,
        _("Something in the request is missing or not understood."),
        _("Correct the fields named and send again."),
        "—",
    ),
    "input.malformed": Refusal(400, _("The request could not be read."), _("Send well-formed JSON in UTF-8."), "—"),
    "input.too_large": Refusal(
        413, _("The request is larger than allowed."), _("Send less at once; upload files one by one."), "—"
    ),
    "input.wrong_media_type": Refusal(
        415,
        _("The request has the wrong media type."),
        _("Send JSON with Content-Type application/json; upload files as multipart/form-data."),
        "—",
    ),
    "path.unknown": Refusal(
        404, _("There is nothing at this address."), _("Look up the address in the API's description."), "—"
    ),
    "method.not_allowed": Refusal(
        405, _("This address does not take this method."), _("Use one of the methods in the Allow header."), "—"
    ),
    "server.busy": Refusal(
        503, _("The server is too busy at the moment; nothing was changed."), _("Send the same request again."), "—"
    ),
    "server.error": Refusal(
        500,
        _("Something went wrong on our side; nothing was changed."),
        _("Try again later and tell the centre the id of the request."),
        "—",
    ),
    "form.invalid": Refusal(
        422,
        _("Some answers in the form are missing or do not fit."),
        _("Correct the answers named and send again; nothing you entered is lost."),
        f"{LAW} 第二十九条",
    ),
    "applicant.invalid": Refusal(
        422,
        _("The applicant's name or identity number is not right."),
        _("Compare the number with the document, also its last check character."),
        "GB 11643、GB 32100",
    ),
    "organ.unknown": Refusal(
        422, _("There is no organ with this code."), _("Look up the code in the list of organs."), "—"
    ),
    "applicant.no_address": Refusal(
        422,
        _("The applicant has left no address for this way of telling."),
        _("Hand the notice over, print it, or note the applicant's e-mail address first."),
        f"{LAW} 第三十二条",
    ),
    # files
    "file.unknown": Refusal(
        422, _("There is no such uploaded file."), _("Upload the file again and use its new id."), "—"
    ),
    "file.empty": Refusal(422, _("The file is empty (0 bytes)."), _("Choose the right file and upload it again."), "—"),
    "file.too_large": Refusal(
        413, _("The file is larger than allowed."), _("Make it smaller (scan at 150 dpi) or split it."), "—"
    ),
    "file.wrong_type": Refusal(
        422,
        _("This type of file can't be taken."),
        _("Upload a PDF, JPEG, PNG, or an Office or OFD document."),
        "—",
    ),
    "file.macros": Refusal(
        422,
        _("This document holds macros, which are programs."),
        _("Save it without macros (.docx, .xlsx, .pptx) or as a PDF, and upload that."),
        "—",
    ),
    "file.unpacks_too_far": Refusal(
        422,
        _("This document unpacks to far more than it shows, as only harmful files do."),
        _("Save it as a PDF and upload that, or hand it in on paper."),
        "—",
    ),
    "file.bad_name": Refusal(422, _("The file's name can't be used."), _("Rename the file and upload it again."), "—"),
    # treatments on receipt
    "correction.second_notice": Refusal(
        409,
        _("Corrections may be asked for only once, all together."),
        _("Decide on what has been handed in, or hold it only for what the first notice named."),
        f"{LAW} 第三十二条第一款第四项、第七十二条第四项",
    ),
    "correction.too_late": Refusal(
        409,
        _("The five working days for asking corrections are over; the application counts as accepted."),
        _("Go on with the examination; you may invite a voluntary supplement."),
        f"{LAW} 第三十二条第一款第四项",
    ),
    "acceptance.too_late": Refusal(
        409,
        _("The application already counts as accepted; acceptance can no longer be refused."),
        _("Examine the case and decide on its merits."),
        f"{LAW} 第三十二条第一款第四项",
    ),
    # clocks
    "special_procedure.not_in_item": Refusal(
        422,
        _("This special procedure is not provided for in the item."),
        _("Choose a procedure that the item names with its legal basis."),
        f"{LAW} 第四十五条",
    ),
    "special_procedure.too_late": Refusal(
        409,
        _("The statutory time limit has passed; the clock can no longer be stopped."),
        _("Decide the case now."),
        f"{LAW} 第四十二条、第四十五条",
    ),
    "special_procedure.already_open": Refusal(
        409,
        _("A procedure of this kind is already open in this case."),
        _("End it before you start another of the same kind."),
        f"{LAW} 第四十五条",
    ),
    "special_procedure.kind_needed": Refusal(
        422,
        _("Several special procedures are open; say which one ends."),
        _("Name the kind of procedure."),
        f"{LAW} 第四十五条",
    ),
    "special_procedure.open": Refusal(
        409,
        _("A special procedure is still open; the case can't be decided before it ends."),
        _("Record the end of the procedure first."),
        f"{LAW} 第四十五条、第四十八条",
    ),
    "extension.not_provided": Refusal(
        422, _("This item provides no extension."), _("Decide within the limit."), f"{LAW} 第四十二条"
    ),
    "extension.wrong_approver": Refusal(
        403,
        _("Only the approver that the law names may extend the limit."),
        _("Ask the head of the organ (or the government for joint handling)."),
        f"{LAW} 第四十二条",
    ),
    "extension.already_used": Refusal(
        409, _("The limit has already been extended once."), _("Decide within the extended limit."), f"{LAW} 第四十二条"
    ),
    "extension.too_late": Refusal(
        409,
        _("The statutory limit has passed; it can no longer be extended."),
        _("Decide the case now."),
        f"{LAW} 第四十二条",
    ),
    "extension.too_long": Refusal(
        422, _("The extension is longer than the law allows."), _("Choose fewer days."), f"{LAW} 第四十二条"
    ),
    "clock.out_of_range": Refusal(
        422, _("This day lies outside the calendar."), _("Use a day between 1990 and 2100."), f"{LAW} 第八十二条"
    ),
    "certificate.not_found": Refusal(
        404, _("There is no certificate with this number."), _("Compare the number with the document."), "—"
    ),
    # publication of decisions
    "publication.not_found": Refusal(
        404,
        _("No published decision has this number."),
        _("Compare the number, or search the list of decisions."),
        f"{LAW} 第四十条",
    ),
    "publication.withdrawn": Refusal(
        410,
        _("This decision is no longer published."),
        _("Ask the organ that made the decision if you need to know more."),
        f"{LAW} 第五条",
    ),
    "publication.no_decision": Refusal(
        409,
        _("There is no decision in this case that could be published."),
        _("Decide the case first."),
        f"{LAW} 第四十条",
    ),
    "publication.unchanged": Refusal(
        409,
        _("What is published already agrees with the record."),
        _("Correct the record first, then the publication."),
        f"{LAW} 第四十条",
    ),
    # calendar
    "notice.not_found": Refusal(
        404, _("There is no such year notice."), _("Look it up in the list of notices."), f"{LAW} 第八十二条"
    ),
    "calendar.invalid": Refusal(
        422,
        _("The list of days is not right."),
        _("Each day must lie in or next to the year of the notice and appear once."),
        f"{LAW} 第八十二条",
    ),
    "law.not_in_force": Refusal(
        422,
        _("No rule of law is on record for this limit on that day."),
        _("Check the date, or have the centre's office enter the rule that was valid then."),
        f"{LAW} 第八十三条",
    ),
    # catalogue
    "item.exists": Refusal(
        409, _("There is an item with this code already."), _("Open that item, or choose another code."), "—"
    ),
    "version.not_draft": Refusal(
        409,
        _("Only a draft can be published; this version is published or withdrawn."),
        _("Write a new version of the guide."),
        f"{LAW} 第五条",
    ),
    "version.ends_in_past": Refusal(
        422,
        _("A version can't end before today: cases were received under it."),
        _("Choose today or a later day."),
        f"{LAW} 第五条",
    ),
    "version.overlap": Refusal(
        409,
        _("Another published version is in force on some of these days."),
        _("Choose days that no other published version covers."),
        f"{LAW} 第五条",
    ),
    "version.incomplete": Refusal(
        422,
        _("The version can't be published: something the law requires is missing."),
        _("Complete the fields named."),
        f"{LAW} 第三十条",
    ),
    **registers.REFUSALS,
    **orders.REFUSALS,
    **authority.REFUSALS,
    **committee.REFUSALS,
    **places.REFUSALS,
    **stationing.REFUSALS,
    **consultation.REFUSALS,
    **exchange.REFUSALS,
    **guides.REFUSALS,
}
