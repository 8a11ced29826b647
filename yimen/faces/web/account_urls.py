"""An account's own pages: those of django-allauth in the house's frame. The door itself is /sign-in/."""

from allauth.account import views
from django.urls import URLPattern, URLResolver, include, path, re_path

from yimen.faces.web.views import account, enterprises

urlpatterns: list[URLPattern | URLResolver] = [
    path("", account.overview, name="account"),
    path("second-factor/", account.second_factor, name="second_factor"),
    path("passkey/", account.passkey, name="passkey"),
    path("register/", views.signup, name="account_signup"),
    path("enterprises/", enterprises.enterprises, name="enterprises"),
    path("enterprises/<int:key>/accept/", enterprises.accept, name="membership_accept"),
    path("enterprises/<int:key>/revoke/", enterprises.revoke, name="membership_revoke"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("email/", views.email, name="account_email"),
    path("confirm-email/", views.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", views.confirm_email, name="account_confirm_email"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
