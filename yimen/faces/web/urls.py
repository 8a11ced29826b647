"""The pages: public ones, the window's desk, the organs' office."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", set_language, name="set_language"),
    path("", include("yimen.faces.web.public_urls")),
    path("", include("yimen.faces.web.desk_urls")),
    path("", include("yimen.faces.web.office_urls")),
]
