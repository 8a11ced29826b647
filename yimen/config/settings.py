"""Every setting of a centre, read from the environment; one file, no second layer.

Names, meanings and defaults: docs/operate/settings.md (a test compares it with this file). A value that can't be
understood ends the program with a sentence: a misspelt switch must never open a door.
"""

import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit


def _given(name: str) -> str:
    """An empty setting is an unset one."""
    return os.environ.get(name) or ""


def _one_of(name: str, usual: str, *known: str) -> str:
    value = _given(name) or usual
    if value not in known:
        raise SystemExit(f"{name}: {value!r} is not known; use {' or '.join(known)}")
    return value


def _switch(name: str, usual: bool) -> bool:
    return _one_of(name, "1" if usual else "0", "1", "0") == "1"


BASE_DIR = Path(__file__).resolve().parent.parent
PROJECT_DIR = BASE_DIR.parent

MODE = _one_of("YIMEN_MODE", "production", "production", "demo")
DEMO = MODE == "demo"
VAR_DIR = Path(_given("YIMEN_VAR") or PROJECT_DIR / "var")
KEYS_DIR = VAR_DIR / "keys"
FILES_DIR = VAR_DIR / "files"


def _secret_key() -> str:
    """The signing key: from the environment, else made once under var/keys (0600)."""
    if given := _given("YIMEN_SECRET_KEY"):
        return given
    path = KEYS_DIR / "secret_key"
    try:
        if not path.exists():
            KEYS_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
            with suppress(FileExistsError), open(path, "x", opener=lambda name, how: os.open(name, how, 0o600)) as out:
                out.write(secrets.token_urlsafe(48))
        return path.read_text()
    except OSError as error:
        raise SystemExit(f"YIMEN_VAR: {error}; name a folder that this user may write to and read") from error


def database_from_url(url: str) -> dict:
    """`sqlite:///relative/or//absolute/path` or `postgres://…` → a Django database dictionary."""
    parts = urlsplit(url)
    try:
        port = str(parts.port or "")
    except ValueError:
        raise SystemExit("DATABASE_URL: the port is no number from 1 to 65535") from None
    if parts.scheme == "sqlite":
        path = unquote(parts.path)[1:] or str(VAR_DIR / "yimen.sqlite3")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            # WAL + IMMEDIATE: without them concurrent read-then-write fails with "database is locked".
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": port,
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    raise SystemExit(f"DATABASE_URL: scheme {parts.scheme!r} is not known; use sqlite:///PATH or postgres://…")


SECRET_KEY = _secret_key()
PERSONAL_KEYS = _given("YIMEN_PERSONAL_KEYS")
PERSONAL_CIPHER = _one_of("YIMEN_PERSONAL_CIPHER", "AES-256-GCM", "AES-256-GCM", "SM4-GCM")
DEBUG = False
ALLOWED_HOSTS = (
    ["127.0.0.1", "localhost", "[::1]", "testserver"]
    if DEMO
    else [host.strip() for host in _given("YIMEN_ALLOWED_HOSTS").split(",") if host.strip()]
)
_HOST = ALLOWED_HOSTS[0].lstrip(".*") if ALLOWED_HOSTS else "localhost"
# Under which terms the centre gives its open data: a sentence for /opendata/; nobody but the centre can say it.
DATA_LICENCE = _given("YIMEN_DATA_LICENCE")
SITE_URL_GIVEN = bool(_given("YIMEN_SITE_URL"))
SITE_URL = (_given("YIMEN_SITE_URL") or ("http://127.0.0.1:8000" if DEMO else f"https://{_HOST}")).rstrip("/")
TESTING = "pytest" in sys.modules

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "ninja",
    "yimen.ground.journal",
    "yimen.ground.law",
    "yimen.ground.files",
    "yimen.rooms.identity",
    "yimen.rooms.documents",
    "yimen.rooms.messages",
    "yimen.rooms.catalogue",
    "yimen.rooms.authority",
    "yimen.rooms.orders",
    "yimen.rooms.guides",
    "yimen.rooms.certificates",
    "yimen.rooms.cases",
    "yimen.rooms.stationing",
    "yimen.rooms.administration",
    "yimen.rooms.consultation",
    "yimen.faces.jobs",
    "yimen.faces.stories",
    "yimen.faces.web",
    "yimen.config",
]

MIDDLEWARE = [
    "yimen.faces.web.middleware.RequestIdMiddleware",
    "yimen.faces.web.observing.ObservingMiddleware",
    "yimen.faces.web.observing.WatchedMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yimen.faces.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "yimen.faces.web.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "yimen.config.urls"
WSGI_APPLICATION = "yimen.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "faces" / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.messages.context_processors.messages",
                "yimen.faces.web.context.house",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    }
]

DATABASES = {"default": database_from_url(_given("DATABASE_URL") or "sqlite:///")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "identity.User"
PASSWORD_HASHERS = ["yimen.ground.engines.passwords.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
CSRF_FAILURE_VIEW = "yimen.faces.web.views.errors.csrf_failure"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "faces" / "web" / "static"]
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# Request bodies: an upload larger than this is refused with 413 before it is read (see faces/web/middleware).
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

SECURE_CONTENT_TYPE_NOSNIFF = True
# TLS ends at the proxy, which also redirects and sends HSTS, and the desk shows papers in frames of its own pages:
# Django's own checks for these would be false alarms.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W019"]
if not _given("YIMEN_PROXIES").isdecimal() and _given("YIMEN_PROXIES"):
    raise SystemExit("YIMEN_PROXIES: the number of trusted proxies in front, for example 1")
PROXIES = int(_given("YIMEN_PROXIES") or 0)
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [] if DEMO else [SITE_URL]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO and not TESTING
SECURE_CSP = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "blob:", "data:"],
    "frame-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'self'"],
}

_email = urlsplit(_given("YIMEN_EMAIL_URL"))
if _email.scheme not in ("", "smtp", "smtps"):
    raise SystemExit("YIMEN_EMAIL_URL: use smtp://USER:PASSWORD@HOST:PORT, or smtps:// for TLS from the first byte")
_SMTP = {
    "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "OPTIONS": {
        "host": _email.hostname or "localhost",
        "port": _email.port or (465 if _email.scheme == "smtps" else 25),
        "username": unquote(_email.username or ""),
        "password": unquote(_email.password or ""),
        "use_ssl": _email.scheme == "smtps",
        # A password never goes over the line in clear.
        "use_tls": _email.scheme == "smtp" and bool(_email.username),
        "timeout": 10,
    },
}
MAILERS = {"default": _SMTP if _email.scheme else {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
DEFAULT_FROM_EMAIL = _given("YIMEN_EMAIL_FROM") or "no-reply@localhost"

CACHES = {
    # Shared by all processes (rate limits); the table is made at migrate.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "yimen_cache"},
    "memory": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"},
}


def _limits(text: str) -> dict[str, tuple[int, int]]:
    """action → (most, seconds). The demonstration and the tests run on one machine that plays everybody."""
    usual = {
        "track": (30, 600),
        "track_number": (10, 600),
        "verify": (60, 600),
        "report": (5, 600),
        "ask": (10, 3600),
        "search": (60, 60),
        "upload": (200, 600),
        "api": (6_000, 60),
        "api_refused": (60, 60),
    }
    factor = 1000 if TESTING else 50 if DEMO else 1
    limits = {name: (most * factor, seconds) for name, (most, seconds) in usual.items()}
    limits["track_number"] = usual["track_number"]
    for part in filter(None, text.split(",")):
        name, _, rate = part.strip().partition("=")
        most, _, seconds = rate.partition("/")
        if name not in usual or not (most.isdigit() and seconds.isdigit() and int(seconds)):
            raise SystemExit(
                f"YIMEN_RATE_LIMITS: {part!r} is not NAME=MOST/SECONDS with NAME one of {', '.join(usual)}"
            )
        limits[name] = (int(most), int(seconds))
    return limits


RATE_LIMITS = _limits(_given("YIMEN_RATE_LIMITS"))

# Sign-in (django-allauth): pages below /account/, the one door is /sign-in/.
REQUIRE_MFA = _switch("YIMEN_REQUIRE_MFA", not DEMO and not TESTING)
REGISTRATION = _switch("YIMEN_REGISTRATION", DEMO or bool(_email.scheme))
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
ACCOUNT_ADAPTER = "yimen.faces.web.sign_in.Adapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_USERNAME_BLACKLIST = ["clock", "installer", "admin", "root"]
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEMO else "https"
ACCOUNT_SESSION_REMEMBER = False
_MANY = 1000 if DEMO or TESTING else 1
ACCOUNT_RATE_LIMITS = {
    # A whole hall may stand behind one address; what locks out is the name that fails again and again.
    "login": f"{1000 * _MANY}/m/ip",
    "login_failed": f"{100 * _MANY}/m/ip,5/5m/key",
    "signup": f"{20 * _MANY}/m/ip",
    "reset_password": f"{20 * _MANY}/m/ip,5/m/key",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "一门 Yimen"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO

METRICS_TOKEN = _given("YIMEN_METRICS_TOKEN")
LOG_FORMAT = _one_of("YIMEN_LOG", "text" if DEMO or TESTING else "json", "json", "text")
_lines = {"json": "JsonLines", "text": "TextLines"}[LOG_FORMAT]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Standard output belongs to the commands; every log line goes to standard error.
    # Whatever a library says, no line carries an identity number, a secret or a body.
    "filters": {"scrub": {"()": "yimen.ground.engines.scrub.Scrub"}},
    "formatters": {"lines": {"()": f"yimen.ground.engines.logs.{_lines}"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["scrub"], "formatter": "lines"}},
    # One line a request is for machines; people at a terminal read what goes wrong.
    "loggers": {"yimen.request": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
