"""Settings from the environment: a value is right, or the start stops with its remedy."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_SECRET = re.compile(r"[0-9a-f]{64}")
_PORTS = {"http": 80, "https": 443}
_MAIL_PORTS = {"smtp": 587, "smtps": 465}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SENDER = re.compile(r"[^@\s<>,]+@[a-z0-9.-]+")
_NEVER_BY_ITSELF = 1_000_000  # None would be: never at all
_DATABASE_MILLISECONDS = {"lock_timeout": 2_000, "statement_timeout": 5_000}


class Wrong(Exception):
    """A setting is wrong. The text is one line with the remedy; the command prints it and exits 2."""


@dataclass(frozen=True, slots=True)
class Address:
    """The one public address of the house. `host` has brackets around an IPv6 address."""

    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """As a browser sends it: without the port that is usual for the scheme."""
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


def path(name: str, default: Path) -> Path:
    """The folder or file named by the variable, absolute; `default` if it is not set."""
    value = os.environ.get(name, "")
    return Path(value).expanduser().resolve() if value else default


def whole_number(name: str, default: int) -> int:
    """A whole number from 0 to 65535."""
    value = os.environ.get(name, "")
    if not value:
        return default
    if not re.fullmatch(r"[0-9]{1,5}", value) or int(value) > 65_535:
        raise Wrong(f"{name} must be a whole number from 0 to 65535.")
    return int(value)


def secret(file: Path, name: str) -> str:
    """The house secret, 32 bytes as hex: from the variable, else from `file`, made on the first run."""
    value = os.environ.get(name, "")
    if value:
        return _checked_secret(value, name)
    try:
        return _checked_secret(file.read_text("ascii").strip(), str(file))
    except (FileNotFoundError, NotADirectoryError):
        return _new_secret(file)
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(f"{file} cannot be read: give it to the user that runs the house (mode 600).") from error


def _checked_secret(value: str, where: str) -> str:
    if not _SECRET.fullmatch(value):
        raise Wrong(f"{where} must hold 64 characters 0-9a-f. Take it from the backup of the house secret.")
    return value


def _new_secret(file: Path) -> str:
    value = secrets.token_hex(32)
    # Two first starts at once must end with one secret: each writes a whole file of its
    # own, and the link succeeds for one of them only.
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(value + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            return _checked_secret(file.read_text("ascii").strip(), str(file))
        finally:
            draft.unlink()
    except OSError as error:
        raise Wrong(f"{file.parent} cannot be written: choose another folder with IBASHO_DATA.") from error
    return value


def derived(secret: str, label: str) -> str:
    """A key for one purpose, as hex; it tells nothing about the secret or other keys."""
    return hmac.new(bytes.fromhex(secret), label.encode(), hashlib.sha256).hexdigest()


def address(name: str) -> Address | None:
    """The public address, or None for a trial on loopback.

    https needs a proxy of one's own in front, so it also asks for IBASHO_PROXY_HOPS.
    """
    value = os.environ.get(name, "")
    if not value:
        return None
    found = _parsed_address(value, name)
    if found.scheme == "https" and whole_number("IBASHO_PROXY_HOPS", 0) < 1:
        raise Wrong(f"{name} is https: put a proxy before the house and set IBASHO_PROXY_HOPS=1.")
    return found


def _parsed_address(value: str, name: str) -> Address:
    wrong = Wrong(f"{name} must look like https://ibasho.example.org, without a path.")
    parts = _split(value, wrong)
    if parts.scheme not in _PORTS or parts.username is not None or parts.password is not None:
        raise wrong
    if parts.path not in ("", "/") or parts.query or parts.fragment or not parts.hostname:
        raise wrong
    host = _written_host(parts.hostname)
    port = _port(parts, wrong) or _PORTS[parts.scheme]
    if host is None or not value.isascii() or re.search(r"\s", value):
        raise wrong
    return Address(parts.scheme, host, port)


def _split(value: str, wrong: Wrong) -> SplitResult:
    try:
        return urlsplit(value)
    except ValueError as error:
        raise wrong from error


def _port(parts: SplitResult, wrong: Wrong) -> int | None:
    try:
        port = parts.port
    except ValueError as error:
        raise wrong from error
    if port == 0:
        raise wrong
    return port


def _written_host(host: str) -> str | None:
    if ":" not in host or "%" in host:
        return host if _HOST.fullmatch(host) else None
    try:
        return f"[{ipaddress.IPv6Address(host)}]"
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail server. `is_secure`: encrypted from the first byte; `is_upgraded`: by STARTTLS."""

    host: str
    port: int
    user: str
    password: str
    sender: str
    is_secure: bool
    is_upgraded: bool


def mail(name: str) -> Mail | None:
    """The server through which the house sends, or None if it has none.

    `smtps://` is encrypted throughout, `smtp://` by STARTTLS; only a server on loopback may do without.
    """
    value = os.environ.get(name, "")
    if not value:
        return None
    wrong = Wrong(f"{name} must look like smtp://user:password@mail.example.org:587?from=house@example.org.")
    parts = _split(value, wrong)
    options = dict(parse_qsl(parts.query))
    sender = options.pop("from", "")
    if parts.scheme not in _MAIL_PORTS or not parts.hostname or parts.path not in ("", "/") or options:
        raise wrong
    if not _SENDER.fullmatch(sender) or not value.isascii() or re.search(r"\s", value):
        raise wrong
    is_secure = parts.scheme == "smtps"
    return Mail(
        host=parts.hostname,
        port=_port(parts, wrong) or _MAIL_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=sender,
        is_secure=is_secure,
        is_upgraded=not is_secure and parts.hostname not in _LOOPBACK,
    )


def rate_limits(*, trial: bool) -> bool:
    """Whether the limits hold. Only a trial may lift them."""
    value = os.environ.get("IBASHO_RATE_LIMITS", "on")
    if value not in ("on", "off", ""):
        raise Wrong("IBASHO_RATE_LIMITS is either on or off.")
    if value == "off" and not trial:
        raise Wrong("IBASHO_RATE_LIMITS=off works only in a trial: unset it, or unset IBASHO_URL.")
    return value != "off"


def database(name: str, file: Path) -> dict[str, Any]:
    """Django's settings for the embedded file, or for PostgreSQL if the variable holds its URL."""
    value = os.environ.get(name, "")
    if not value:
        # Opening it, and reading each statement anew, would take a page longer than its questions.
        return {"ENGINE": "ibasho.lib.sqlite", "NAME": str(file), "CONN_MAX_AGE": None}
    wrong = Wrong(f"{name} must look like postgresql://user:password@host:5432/name.")
    parts = _split(value, wrong)
    if parts.scheme not in ("postgres", "postgresql") or len(parts.path) < 2:
        raise wrong
    return _postgres(parts, _port(parts, wrong))


def _postgres(parts: SplitResult, port: int | None) -> dict[str, Any]:
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    limits = " ".join(f"-c {key}={value}" for key, value in _DATABASE_MILLISECONDS.items())
    options["options"] = f"{options.pop('options', '')} {limits}".strip()
    # Named threads keep their connection, so the pool must hold all of them and the pages too.
    options["pool"] = {"min_size": 2, "max_size": 16, "timeout": 2}
    # Django's statements hold their values, and none comes twice; those of `plain_sql` say that they stay.
    options["prepare_threshold"] = _NEVER_BY_ITSELF
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(options.pop("port", port or "")),
        "OPTIONS": options,
    }


def redis(name: str, database: str) -> str:
    """The Redis between several processes, or nothing. Several need a database that serves several."""
    value = os.environ.get(name, "")
    if not value:
        return ""
    wrong = Wrong(f"{name} must look like redis://:password@host:6379/0 or unix:///run/redis/redis.sock.")
    parts = _split(value, wrong)
    _port(parts, wrong)
    if parts.scheme not in ("redis", "rediss", "unix") or not (parts.hostname or parts.path.strip("/")):
        raise wrong
    if (parts.scheme == "unix") == bool(parts.hostname) or re.search(r"\s", value):
        raise wrong
    if parts.scheme == "redis" and parts.hostname not in _LOOPBACK:
        raise Wrong(f"{name} leads to another machine, and words go there: encrypt them with rediss://.")
    if not os.environ.get(database, ""):
        raise Wrong(
            f"{name} is for several processes, and the embedded database serves one: "
            f"set {database} too, or unset {name}."
        )
    return value


def release(folder: Path, *more: Path) -> str:
    """A short name for the present contents of all files below `folder`, and of `more` files."""
    digest = hashlib.sha256()
    for file in more:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            contents = file.read_bytes()
            digest.update(f"{file.relative_to(folder).as_posix()}\0{len(contents)}\0".encode())
            digest.update(contents)
    return digest.hexdigest()[:12]
