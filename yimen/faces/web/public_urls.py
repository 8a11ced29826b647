"""Pages that anybody may open, and an applicant's own."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from yimen.faces.web.views import account, health, home, journal, verify


class CodeConverter(StringConverter):
    """An item's code: text of any scheme, slashes included (rules §7.2)."""

    regex = r"[^\r\n]{1,200}?"


register_converter(CodeConverter, "code")

urlpatterns = [
    path("", home.home, name="home"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<str:number>/", verify.verify, name="verify_number"),
    path("journal/heads/", journal.heads, name="journal_heads"),
    path("journal/heads/heads.json", journal.heads_json, name="journal_heads_json"),
    path("sign-in/", account.sign_in, name="sign_in"),
    path("sign-in/persona/", account.as_persona, name="as_persona"),
    path("sign-out/", account.sign_out, name="sign_out"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
