"""Read from the environment, loudly: a wrong value stops the start with its remedy."""

from __future__ import annotations

from pathlib import Path

from ibasho.lib import env

ROOT = Path(__file__).resolve().parent.parent
DATA_DIR = env.path("IBASHO_DATA", ROOT / "data")
HOUSE_SECRET = env.secret(DATA_DIR / "house.secret", "IBASHO_SECRET")
ADDRESS = env.address("IBASHO_URL")  # None = trial, on loopback only
PORT = env.whole_number("IBASHO_PORT", 8000)
PROXY_HOPS = env.whole_number("IBASHO_PROXY_HOPS", 0)
RATE_LIMITS = env.rate_limits(trial=ADDRESS is None)
MAIL = env.mail("IBASHO_MAIL_URL")  # None = nobody is written to

SECRET_KEY = env.derived(HOUSE_SECRET, "django")
DEBUG = False
ALLOWED_HOSTS = [ADDRESS.host] if ADDRESS else ["localhost", "127.0.0.1", "[::1]"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "ibasho.live",
    "ibasho.people",
    "ibasho.house",
    "ibasho.duty",
    "ibasho.rooms",
    "ibasho.events",
    "ibasho.moderation",
    "ibasho.reports",
    "ibasho.desk",
]
MIDDLEWARE = [
    "ibasho.lib.middleware.PageSize",
    "ibasho.people.middleware.Sessions",
    "ibasho.lib.once.Once",
    "django.middleware.common.CommonMiddleware",
    "ibasho.lib.middleware.Forms",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ibasho.lib.middleware.Refusals",
    "ibasho.people.middleware.Entered",
]
ROOT_URLCONF = "ibasho.urls"
ASGI_APPLICATION = "ibasho.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "frontend" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "ibasho.house.context.house",
            ],
            "builtins": ["ibasho.house.templatetags.house"],
        },
    }
]
DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "ibasho.sqlite3")}
REDIS_URL = env.redis("REDIS_URL", "DATABASE_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Person"
PASSWORD_HASHERS = ["ibasho.people.accounts.hashing.Argon2"]
AUTHENTICATION_BACKENDS = [
    "ibasho.people.accounts.backend.ByLoginName",
    "django.contrib.auth.backends.ModelBackend",
]
# In memory: what is counted about tries and used codes is gone with the process.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# Escalation contacts are written to, and who wished for news of a sign-up
# (docs/decisions/0031-one-mail-to-reach-somebody.md, 0040-mails-that-open-nothing.md)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = (MAIL.host, MAIL.port) if MAIL else ("", 0)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (MAIL.user, MAIL.password) if MAIL else ("", "")
EMAIL_USE_SSL, EMAIL_USE_TLS = (MAIL.is_secure, MAIL.is_upgraded) if MAIL else (False, False)
DEFAULT_FROM_EMAIL = MAIL.sender if MAIL else ""

# Accounts of keepers (docs/decisions/0015-keepers-by-allauth.md)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/keepers/sign-in/"
ACCOUNT_ADAPTER = "ibasho.people.accounts.adapters.Account"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "key"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "ibasho.people.accounts.forms.SignIn",
    "reauthenticate": "ibasho.people.accounts.forms.PasswordAgain",
}
MFA_ADAPTER = "ibasho.people.accounts.adapters.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # telephones' clocks differ
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "ibasho.people.accounts.forms.SignInCode",
    "authenticate_webauthn": "ibasho.people.accounts.forms.PasskeyInstead",
    "reauthenticate": "ibasho.people.accounts.forms.CodeAgain",
    "reauthenticate_webauthn": "ibasho.people.accounts.forms.PasskeyAgain",
    "activate_totp": "ibasho.people.accounts.forms.AddCode",
    "deactivate_totp": "ibasho.people.accounts.forms.RemoveCode",
    "add_webauthn": "ibasho.people.accounts.forms.AddPasskey",
    "login_webauthn": "ibasho.people.accounts.forms.SignInByPasskey",
}

_SECURE = ADDRESS is not None and ADDRESS.scheme == "https"
SESSION_ENGINE = "ibasho.people.sessions"
SESSION_COOKIE_NAME = "__Host-sessionid" if _SECURE else "sessionid"
KEEPERS_MARK = "__Host-mark" if _SECURE else "mark"
ONCE = "__Host-once" if _SECURE else "once"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrftoken" if _SECURE else "csrftoken"
CSRF_COOKIE_AGE = None  # ends with the browser
CSRF_FAILURE_VIEW = "ibasho.house.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [ADDRESS.origin] if ADDRESS else []
SECURE_REFERRER_POLICY = None  # lib.headers sets every security header, on every response
# as much as live.http_edge lets in: what was typed comes back, however long
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
DATA_UPLOAD_MAX_NUMBER_FILES = 0

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = False

STATIC_ROOT = env.path("IBASHO_STATIC", DATA_DIR / "static")
# what drafts are looked through for is one of the files: see commands/static.py
STATIC_RELEASE = env.release(ROOT / "frontend", ROOT / "ibasho" / "screening" / "hints.py")
STATIC_URL = f"/static/{STATIC_RELEASE}/"
STATICFILES_DIRS = [
    ("css", ROOT / "frontend" / "css"),
    ("js", ROOT / "frontend" / "js"),
    ("images", ROOT / "frontend" / "images"),
]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
LOGGING_CONFIG = None
