"""The pages: public ones, the window's desk, the organs' office."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from yimen.faces.web.views import looks

urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", set_language, name="set_language"),
    path("display/", looks.display, name="display"),
    path("design/", looks.design, name="design"),
    path("", include("yimen.faces.web.public_urls")),
    path("", include("yimen.faces.web.desk_urls")),
    path("", include("yimen.faces.web.office_urls")),
]
