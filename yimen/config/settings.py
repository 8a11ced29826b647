"""Every setting of a centre, read from the environment; one file, no second layer.

YIMEN_MODE          demo | production (default production; `./yimen.sh run` sets demo)
DATABASE_URL        sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME; empty or unset: var/yimen.sqlite3
YIMEN_VAR           folder of everything that a centre keeps beside its database (files, keys)
YIMEN_SECRET_KEY    needed in production; in demo mode a key is made under var/keys
YIMEN_ALLOWED_HOSTS comma-separated host names (production)
YIMEN_PERSONAL_KEYS the keys of personal data as JSON; empty: var/keys/personal_data.json (docs/operate/keys.md)
YIMEN_PERSONAL_CIPHER  AES-256-GCM (default) | SM4-GCM: the cipher of new keys
YIMEN_SITE_URL      the address at which people reach the centre (https://HOST), printed on papers as text and QR code
YIMEN_SIGNING_CERT, YIMEN_SIGNING_KEY  PEM files with which papers are signed; demo mode makes its own (var/keys)
YIMEN_RATE_LIMITS   "track=30/600,upload=200/600": attempts/seconds instead of the usual ones (docs/operate/sign-in.md)
YIMEN_PROXIES       how many trusted proxies stand in front (their X-Forwarded-For is believed); default 0
YIMEN_REQUIRE_MFA   1 | 0: must staff have a second factor? Default: yes in production, no in demo mode
YIMEN_REGISTRATION  1 | 0: may applicants register themselves? Default: when e-mail is configured, and in demo mode
YIMEN_LOG           json | text: lines of the log (default json in production, text in demo mode)
YIMEN_METRICS_TOKEN who sends it as a bearer token may read /metrics; empty: only this machine may
YIMEN_EMAIL_URL     smtp://USER:PASSWORD@HOST:PORT; empty: e-mail goes to the console
"""

import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
PROJECT_DIR = BASE_DIR.parent

MODE = os.environ.get("YIMEN_MODE") or "production"
DEMO = MODE == "demo"
VAR_DIR = Path(os.environ.get("YIMEN_VAR") or PROJECT_DIR / "var")
KEYS_DIR = VAR_DIR / "keys"
FILES_DIR = VAR_DIR / "files"


def _secret_key() -> str:
    """The signing key: from the environment, else made once under var/keys (0600)."""
    given = os.environ.get("YIMEN_SECRET_KEY")
    if given:
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
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    raise SystemExit(f"DATABASE_URL: scheme {parts.scheme!r} is not known; use sqlite:///PATH or postgres://…")


SECRET_KEY = _secret_key()
PERSONAL_KEYS = os.environ.get("YIMEN_PERSONAL_KEYS") or ""
PERSONAL_CIPHER = os.environ.get("YIMEN_PERSONAL_CIPHER") or "AES-256-GCM"
DEBUG = False
ALLOWED_HOSTS = (
    ["127.0.0.1", "localhost", "[::1]", "testserver"]
    if DEMO
    else [h for h in os.environ.get("YIMEN_ALLOWED_HOSTS", "").split(",") if h]
)
_HOST = ALLOWED_HOSTS[0].lstrip(".*") if ALLOWED_HOSTS else "localhost"
SITE_URL = (os.environ.get("YIMEN_SITE_URL") or ("http://127.0.0.1:8000" if DEMO else f"https://{_HOST}")).rstrip("/")
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
    "yimen.rooms.certificates",
    "yimen.rooms.cases",
    "yimen.faces.jobs",
    "yimen.faces.stories",
    "yimen.faces.web",
    "yimen.config",
]

MIDDLEWARE = [
    "yimen.faces.web.middleware.RequestIdMiddleware",
    "yimen.faces.web.observing.ObservingMiddleware",
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

DATABASES = {"default": database_from_url(os.environ.get("DATABASE_URL") or "sqlite:///")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "identity.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
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
# TLS ends at the proxy, which also redirects and sends HSTS: Django's own checks for both would be false alarms.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]
if int(os.environ.get("YIMEN_PROXIES") or 0):
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

_email = urlsplit(os.environ.get("YIMEN_EMAIL_URL") or "")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if _email.scheme else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST, EMAIL_PORT = _email.hostname or "localhost", _email.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_email.username or ""), unquote(_email.password or "")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("YIMEN_EMAIL_FROM") or "no-reply@localhost"

CACHES = {
    # Shared by all processes (rate limits); the table is made at migrate.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "yimen_cache"},
    "memory": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"},
}
PROXIES = int(os.environ.get("YIMEN_PROXIES") or 0)


def _limits(text: str) -> dict[str, tuple[int, int]]:
    """action → (most, seconds). The demonstration and the tests run on one machine that plays everybody."""
    usual = {
        "track": (30, 600),
        "track_number": (10, 600),
        "verify": (60, 600),
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


RATE_LIMITS = _limits(os.environ.get("YIMEN_RATE_LIMITS") or "")


def _switch(name: str, usual: bool) -> bool:
    return usual if not os.environ.get(name) else os.environ[name] == "1"


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

METRICS_TOKEN = os.environ.get("YIMEN_METRICS_TOKEN") or ""
LOG_FORMAT = os.environ.get("YIMEN_LOG") or ("text" if DEMO or TESTING else "json")
_lines = {"json": "JsonLines", "text": "TextLines"}.get(LOG_FORMAT)
if _lines is None:
    raise SystemExit(f"YIMEN_LOG: {LOG_FORMAT!r} is not known; use json or text")
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
