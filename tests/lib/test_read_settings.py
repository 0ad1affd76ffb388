import os
import stat
from pathlib import Path

import pytest

from ibasho.lib import env


def test_the_secret_is_made_once_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IBASHO_SECRET", raising=False)
    file = tmp_path / "data" / "house.secret"
    first = env.secret(file, "IBASHO_SECRET")
    assert env.secret(file, "IBASHO_SECRET") == first
    assert len(bytes.fromhex(first)) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in file.parent.iterdir()] == ["house.secret"]


def test_a_data_folder_that_exists_keeps_its_other_files(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("hello")
    env.secret(tmp_path / "house.secret", "IBASHO_NO_SUCH_NAME")
    assert (tmp_path / "letter.txt").read_text() == "hello"


def test_a_damaged_secret_stops_the_start_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "house.secret").write_text("")
    with pytest.raises(env.Wrong, match="backup"):
        env.secret(tmp_path / "house.secret", "IBASHO_NO_SUCH_NAME")


def test_the_secret_may_come_from_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBASHO_SECRET", "ab" * 32)
    assert env.secret(tmp_path / "house.secret", "IBASHO_SECRET") == "ab" * 32
    assert not (tmp_path / "house.secret").exists()
    monkeypatch.setenv("IBASHO_SECRET", "short")
    with pytest.raises(env.Wrong):
        env.secret(tmp_path / "house.secret", "IBASHO_SECRET")


def test_a_folder_that_cannot_be_written_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(env.Wrong, match="IBASHO_DATA"):
        env.secret(tmp_path / "file" / "below" / "house.secret", "IBASHO_NO_SUCH_NAME")


def test_each_purpose_has_its_own_key() -> None:
    secret = "ab" * 32
    assert env.derived(secret, "django") == env.derived(secret, "django")
    assert env.derived(secret, "django") != env.derived(secret, "phrase")
    assert secret not in env.derived(secret, "django")


def test_without_an_address_it_is_a_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IBASHO_URL", raising=False)
    assert env.address("IBASHO_URL") is None


@pytest.mark.parametrize(
    ("value", "host", "port", "origin"),
    [
        ("https://ibasho.example.org", "ibasho.example.org", 443, "https://ibasho.example.org"),
        ("https://IBASHO.example.org:443/", "ibasho.example.org", 443, "https://ibasho.example.org"),
        ("https://ibasho.example.org:8443", "ibasho.example.org", 8443, "https://ibasho.example.org:8443"),
        ("http://[::1]:8000", "[::1]", 8000, "http://[::1]:8000"),
    ],
)
def test_an_address_has_an_origin_as_browsers_send_it(
    value: str, host: str, port: int, origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IBASHO_URL", value)
    monkeypatch.setenv("IBASHO_PROXY_HOPS", "1")
    address = env.address("IBASHO_URL")
    assert address is not None
    assert (address.host, address.port, address.origin) == (host, port, origin)


@pytest.mark.parametrize(
    "value",
    [
        "ibasho.example.org",
        "ftp://ibasho.example.org",
        "https://",
        "https://user@ibasho.example.org",
        "https://:secret@ibasho.example.org",
        "https://ibasho.example.org/rooms/",
        "https://ibasho.example.org?x=1",
        "https://ibasho.example.org#top",
        "https://ibasho.example.org:99999",
        "https://ibasho.example.org:0",
        "https://ibasho.example.org:x",
        "https://-ibasho.example.org",
        "https://ibasho..example.org",
        "https://ibasho.example.org\nevil",
        "https://居場所.example.org",
        "https://[::1",
        "https://[::1%25eth0]",
        "https://*",
    ],
)
def test_a_wrong_address_stops_the_start_with_an_example(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBASHO_URL", value)
    monkeypatch.setenv("IBASHO_PROXY_HOPS", "1")
    with pytest.raises(env.Wrong, match="https://ibasho"):
        env.address("IBASHO_URL")


def test_https_asks_for_the_number_of_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBASHO_URL", "https://ibasho.example.org")
    monkeypatch.delenv("IBASHO_PROXY_HOPS", raising=False)
    with pytest.raises(env.Wrong, match="IBASHO_PROXY_HOPS=1"):
        env.address("IBASHO_URL")


def test_limits_are_lifted_in_a_trial_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IBASHO_RATE_LIMITS", raising=False)
    assert env.rate_limits(trial=False)
    monkeypatch.setenv("IBASHO_RATE_LIMITS", "off")
    assert not env.rate_limits(trial=True)
    with pytest.raises(env.Wrong, match="IBASHO_URL"):
        env.rate_limits(trial=False)
    monkeypatch.setenv("IBASHO_RATE_LIMITS", "maybe")
    with pytest.raises(env.Wrong):
        env.rate_limits(trial=True)


def test_a_number_is_whole_and_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IBASHO_PORT", raising=False)
    assert env.whole_number("IBASHO_PORT", 8000) == 8000
    monkeypatch.setenv("IBASHO_PORT", "8080")
    assert env.whole_number("IBASHO_PORT", 8000) == 8080
    for wrong in ("-1", "8080.0", "８０８０", "65536", "x"):
        monkeypatch.setenv("IBASHO_PORT", wrong)
        with pytest.raises(env.Wrong, match="IBASHO_PORT"):
            env.whole_number("IBASHO_PORT", 8000)


def test_the_database_is_a_file_unless_postgresql_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    file = tmp_path / "ibasho.sqlite3"
    assert env.database("DATABASE_URL", file) == {
        "ENGINE": "ibasho.lib.sqlite",
        "NAME": str(file),
        "CONN_MAX_AGE": None,
    }
    monkeypatch.setenv("DATABASE_URL", "postgresql://ibasho:p%40ss@db.internal:5433/house?sslmode=require")
    settings = env.database("DATABASE_URL", file)
    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert [settings[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "house", "ibasho", "p@ss", "db.internal", "5433",
    ]  # fmt: skip
    assert settings["OPTIONS"]["sslmode"] == "require"
    assert "lock_timeout=2000" in settings["OPTIONS"]["options"]
    assert "statement_timeout=5000" in settings["OPTIONS"]["options"]
    assert settings["OPTIONS"]["pool"]
    assert settings["OPTIONS"]["prepare_threshold"]  # without one nothing is kept, not even what asks for it


def test_postgresql_may_listen_on_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://postgres@/house?host=/run/postgresql&port=5499")
    settings = env.database("DATABASE_URL", tmp_path / "x")
    assert (settings["HOST"], settings["PORT"]) == ("/run/postgresql", "5499")
    assert "host" not in settings["OPTIONS"]


@pytest.mark.parametrize("value", ["mysql://x/y", "postgresql://host", "house.sqlite3", "postgresql://h:x/y"])
def test_another_database_stops_the_start(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", value)
    with pytest.raises(env.Wrong, match="postgresql://"):
        env.database("DATABASE_URL", tmp_path / "x")


@pytest.mark.parametrize(
    "value",
    ["redis://127.0.0.1:6379/0", "rediss://user:p%40ss@redis.internal", "unix:///run/redis/redis.sock"],
)
def test_redis_is_named_by_its_url(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ibasho@/house")
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert env.redis("REDIS_URL", "DATABASE_URL") == ""
    monkeypatch.setenv("REDIS_URL", value)
    assert env.redis("REDIS_URL", "DATABASE_URL") == value


@pytest.mark.parametrize(
    "value",
    [
        "127.0.0.1:6379",
        "http://127.0.0.1",
        "redis://",
        "unix://host/x",
        "redis://localhost:x",
        "redis://h /0",
    ],
)
def test_another_word_for_redis_stops_the_start(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ibasho@/house")
    monkeypatch.setenv("REDIS_URL", value)
    with pytest.raises(env.Wrong, match="redis://"):
        env.redis("REDIS_URL", "DATABASE_URL")


def test_words_go_to_no_other_machine_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ibasho@/house")
    monkeypatch.setenv("REDIS_URL", "redis://redis.internal:6379/0")
    with pytest.raises(env.Wrong, match="rediss://"):
        env.redis("REDIS_URL", "DATABASE_URL")


def test_redis_beside_the_embedded_database_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:6379/0")
    with pytest.raises(env.Wrong, match="several processes"):
        env.redis("REDIS_URL", "DATABASE_URL")


def test_a_release_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "base.css").write_text("a{}")
    first = env.release(tmp_path)
    assert env.release(tmp_path) == first
    (tmp_path / "css" / "base.css").rename(tmp_path / "css" / "other.css")
    second = env.release(tmp_path)
    (tmp_path / "css" / "other.css").write_text("b{}")
    assert len({first, second, env.release(tmp_path)}) == 3
    beside = tmp_path.with_name("beside.py")
    beside.write_text("HINTS = 1")
    with_one = env.release(tmp_path, beside)
    beside.write_text("HINTS = 2")
    assert len({env.release(tmp_path), with_one, env.release(tmp_path, beside)}) == 3


def test_a_path_may_begin_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBASHO_DATA", "~/house")
    assert env.path("IBASHO_DATA", Path("/x")) == Path(os.environ["HOME"]).resolve() / "house"
    monkeypatch.delenv("IBASHO_DATA")
    assert env.path("IBASHO_DATA", Path("/x")) == Path("/x")


def test_a_mail_server_is_read_with_its_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IBASHO_MAIL_URL", raising=False)
    assert env.mail("IBASHO_MAIL_URL") is None
    for value, expected in (
        ("smtp://me:p%40ss@mail.example?from=h@example.org", ("mail.example", 587, "p@ss", False, True)),
        ("smtps://mail.example?from=h@example.org", ("mail.example", 465, "", True, False)),
        ("smtp://127.0.0.1:2525?from=h@example.org", ("127.0.0.1", 2525, "", False, False)),
    ):
        monkeypatch.setenv("IBASHO_MAIL_URL", value)
        mail = env.mail("IBASHO_MAIL_URL")
        assert mail is not None
        assert (mail.host, mail.port, mail.password, mail.is_secure, mail.is_upgraded) == expected


@pytest.mark.parametrize(
    "value",
    [
        "mail.example",
        "smtp://mail.example",
        "http://mail.example?from=h@example.org",
        "smtp://mail.example?from=h",
        "smtp://mail.example/x?from=h@example.org",
        "smtp://m:x?from=h@e.org",
        "smtp://mail.example?from=h@example.org&tls=no",
    ],
)
def test_a_mail_server_that_cannot_be_meant_stops_the_start(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IBASHO_MAIL_URL", value)
    with pytest.raises(env.Wrong, match="IBASHO_MAIL_URL"):
        env.mail("IBASHO_MAIL_URL")
