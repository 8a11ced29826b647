"""Which face answers which path."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("yimen.faces.api.root")),
    path("", include("yimen.faces.web.urls")),
]

handler400 = "yimen.faces.web.views.errors.bad_request"
handler403 = "yimen.faces.web.views.errors.forbidden"
handler404 = "yimen.faces.web.views.errors.not_found"
handler500 = "yimen.faces.web.views.errors.server_error"
