"""Words of questions, published answers and answer limits."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "question": (
        _("Question"),
        _("Questions"),
        _("Questions of the public appear here as soon as they are asked or noted down."),
    ),
    "faq": (_("Published answer"), _("Published answers"), _("Answers that were published for everybody appear here.")),
    "answer_limit": (
        _("Answer limit"),
        _("Answer limits"),
        _("Until the committee sets a limit, questions are answered within the product's own."),
    ),
}
VERBS = {
    "ask_question": _("Ask a question"),
    "note_question": _("Note a question down"),
    "take_question": _("Take the question"),
    "hand_over_question": _("Hand the question over"),
    "accept_question": _("Accept the question"),
    "decline_question": _("Decline the question"),
    "extend_question": _("Extend the time for the answer"),
    "answer_question": _("Answer the question"),
    "reveal_asker": _("Show who asked"),
    "ask_again": _("Ask once more"),
    "rate_answer": _("Rate the answer"),
    "publish_question": _("Publish for everybody"),
    "withdraw_faq": _("Take the published answer back"),
    "set_answer_limit": _("Set an answer limit"),
}
WARNINGS = {
    "note_question": _("Whoever notes a question down was asked first and is responsible until somebody accepts it."),
    "answer_question": _("The answer is shown to the asker at once and can't be changed."),
    "reveal_asker": _("That you were shown who asked, and your reason, stay on record."),
    "publish_question": _("Everybody can read what you publish: no names, numbers or addresses of people."),
}
QUESTIONS = {
    "question": (_("Question"), ""),
    "answer": (_("Answer"), ""),
    "channel": (_("How it was asked"), ""),
    "contact": (_("How to reach the asker"), _("A telephone or an e-mail address; an e-mail address gets the answer.")),
    "ask_question.title": (_("What is it about?"), _("In one line.")),
    "ask_question.text": (_("Your question"), ""),
    "note_question.title": (_("What is it about?"), _("In one line.")),
    "note_question.text": (_("The question"), _("In the asker's own words.")),
    "note_question.name": (_("Who asked"), ""),
    "answer_question.text": (_("Answer"), _("In everyday words: what to do, where, with what, until when.")),
    "ask_again.text": (_("What is still not clear?"), ""),
    "rate_answer.text": (_("What could be better?"), ""),
    "rate_answer.score": (_("How satisfied are you?"), _("From 1, very dissatisfied, to 5, very satisfied.")),
    "score": (_("How satisfied are you?"), ""),
    "to": (_("To whom?"), _("That person becomes responsible by accepting it.")),
    "publish_question.title": (_("The question in one line"), _("As somebody would search for it.")),
    "publish_question.text": (_("The question"), _("Without anything of the person who asked.")),
    "amount": (_("How many days"), ""),
    "unit": (_("Counted in"), ""),
    "extension": (_("May be extended once by"), _("In the same days; 0: not.")),
    "set_answer_limit.basis": (_("Basis"), _("The decision or rule of the centre.")),
}
FACTS = {
    "number": _("Number"),
    "channel": _("How it was asked"),
    "asker": _("Who asked"),
    "contact": _("How to reach the asker"),
    "first_asked": _("Asked first"),
    "responsible": _("Responsible"),
    "offered_to": _("Offered to"),
    "chain": _("Hand-overs"),
    "giver": _("From"),
    "receiver": _("To"),
    "outcome": _("Outcome"),
    "asked_on": _("Asked"),
    "extended": _("Extended"),
    "answered_on": _("Answered"),
    "answer": _("Answer"),
    "rounds": _("Times asked"),
    "score": _("Rating"),
    "published": _("Published for everybody"),
    "question": _("Question"),
    "published_on": _("Published"),
    "amount": _("How many days"),
    "unit": _("Counted in"),
    "extension": _("May be extended once by"),
    "question.text": _("Question"),
    "question.due_on": _("To be answered by"),
}
VALUES = {
    "state.asked": _("waits for somebody to take it"),
    "state.taken": _("being answered"),
    "state.answered": _("answered"),
    "state.withdrawn": _("taken back"),
    "channel.online": _("Online"),
    "channel.telephone": _("By telephone"),
    "channel.desk": _("At a desk"),
    "outcome.waiting": _("waits"),
    "outcome.accepted": _("accepted"),
    "outcome.declined": _("declined"),
    "outcome.overtaken": _("answered before"),
    "unit.working_days": _("working days"),
    "unit.natural_days": _("natural days"),
}
GROUPS = ((_("Consultation"), ("question", "faq", "answer_limit")),)
# The five grades of the national rating of services, the best first.
SCORES = (
    ("5", _("Very satisfied")),
    ("4", _("Satisfied")),
    ("3", _("Basically satisfied")),
    ("2", _("Dissatisfied")),
    ("1", _("Very dissatisfied")),
)
# Work lists of the office: (name, what an empty one says).
LISTS = {
    "offered": (_("Offered to me"), _("Nobody has offered you a question.")),
    "mine": (_("Mine to answer"), _("You are responsible for no open question.")),
    "unowned": (_("Nobody has taken"), _("Every question has somebody who is responsible for it.")),
    "late": (_("Late"), _("No answer is late.")),
    "open": (_("All open"), _("No question is open.")),
    "answered": (_("Answered ones"), _("No question has been answered yet.")),
}
