"""Pages that anybody may open, and an applicant's own."""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from yimen.faces.web.views import (
    account,
    announcements,
    apply,
    ask,
    decisions,
    drafts,
    duty,
    guide_papers,
    guides,
    health,
    home,
    journal,
    my,
    opendata,
    orders,
    places,
    powers,
    promises,
    services,
    track,
    verify,
)


class CodeConverter(StringConverter):
    """An item's code: text of any scheme, slashes included (rules §7.2)."""

    regex = r"[^\r\n]{1,200}?"


register_converter(CodeConverter, "code")

urlpatterns = [
    path("", home.home, name="home"),
    path("items/", guides.items, name="items"),
    path("suggest/", guides.suggest, name="suggest"),
    path("items/<code:code>/apply/", drafts.apply, name="apply"),
    path("items/<code:code>/list/", guides.my_list, name="guide_list"),
    path("drafts/<str:key>/", drafts.draft, name="draft_go_on"),
    path("drafts/<str:key>/discard/", drafts.discard, name="draft_discard"),
    path("drafts/<str:key>/<slug:step>/", drafts.draft, name="draft"),
    path("items/<code:code>.jsonld", opendata.item_jsonld, name="item_jsonld"),
    path("items/<code:code>/guide.pdf", guide_papers.guide_as_pdf, name="guide_pdf"),
    path("items/<code:code>/files/<slug:key>/", guides.guide_file, name="guide_file"),
    path("items/<code:code>/", guides.guide, name="guide"),
    path("opendata/", opendata.opendata_page, name="opendata"),
    path("opendata/catalogue.json", opendata.catalogue_json, name="opendata_json"),
    path("opendata/catalogue.csv", opendata.catalogue_csv, name="opendata_csv"),
    path("opendata/catalogue.jsonld", opendata.catalogue_jsonld, name="opendata_jsonld"),
    path("track/", track.track, name="track"),
    path("my/", my.my_cases, name="my"),
    path("my/questions/", ask.mine, name="my_questions"),
    path("my/<str:number>/", my.my_case, name="my_case"),
    path("my/<str:number>/correction/", my.correct, name="my_correction"),
    path("my/<str:number>/withdraw/", my.withdraw, name="my_withdraw"),
    path("ask/", ask.ask, name="ask"),
    path("ask/follow/", ask.follow, name="question_follow"),
    path("ask/<str:number>/", ask.question, name="question"),
    path("faq/", ask.faqs, name="faqs"),
    path("faq.atom", ask.feed, name="faq_feed"),
    path("faq/<int:key>/", ask.faq, name="faq"),
    path("cases/<str:number>/received/", apply.received, name="received"),
    path("cases/<str:number>/receipt/", apply.receipt, name="receipt"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<str:number>/", verify.verify, name="verify_number"),
    path("subjects/", powers.subjects, name="subjects"),
    path("authorisations/", powers.authorisations, name="authorisations"),
    path("decisions/", decisions.published, name="decisions"),
    path("decisions.atom", decisions.feed, name="decisions_feed"),
    path("decisions/<str:number>/", decisions.decision, name="decision"),
    path("announcements/", announcements.announcements, name="announcements"),
    path("announcements.atom", announcements.feed, name="announcements_feed"),
    path("announcements/<int:key>/", announcements.announcement, name="announcement"),
    path("duty/", duty.duty, name="duty"),
    path("promises/", promises.promises, name="promises"),
    path("promises/reports/", promises.report, name="breach"),
    path("promises/<int:key>/report/", promises.report_new, name="breach_new"),
    path("orders/", orders.listed, name="orders"),
    path("orders.atom", orders.feed, name="orders_feed"),
    path("orders/<str:key>/", orders.one, name="order"),
    path("windows/", places.windows, name="windows"),
    path("windows/<int:key>/", places.window, name="window"),
    path("windows/<int:key>/photo/<int:posting>/", places.photo, name="window_photo"),
    path("stations/", places.stations, name="stations"),
    path("services/", services.services, name="services"),
    path("journal/heads/", journal.heads, name="journal_heads"),
    path("journal/heads.json", journal.heads_json, name="journal_heads_json"),
    path("sign-in/", account.sign_in, name="sign_in"),
    # The names under which allauth looks for the same two doors.
    path("sign-in/", account.sign_in, name="account_login"),
    path("sign-out/", account.sign_out, name="account_logout"),
    path("sign-in/persona/", account.as_persona, name="as_persona"),
    path("sign-out/", account.sign_out, name="sign_out"),
    path("account/", include("yimen.faces.web.account_urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.show_metrics, name="metrics"),
]
