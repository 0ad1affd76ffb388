"""People with a browser of their own, and what every browser is watched for."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser.tunnel import Tunnel
from tests.ops.served import IBASHO, House, begin, clean_environment
from tests.patience import PATIENCE_SECONDS

# Obeys one line of JSON after the other; each answer is an empty one or a traceback.
_OBEY = """
import json, sys, traceback
for line in sys.stdin:
    fault = ""
    try:
        exec(json.loads(line), {})
    except Exception:
        fault = traceback.format_exc()
    print(json.dumps(fault), flush=True)
"""
# the log, and the numbers that a serving house has already given
_ONLY_GROWS = ("moderation_log", "people_factsclock", "rooms_birthmark", "sqlite_")
PHONE = {"width": 390, "height": 844}
Come = Callable[..., "Guest"]
NewRoom = Callable[[], str]
# everything a reader sees of a row, part by part, because white space between the parts is nothing
_ROWS = """() => Array.from(document.querySelectorAll('[role=log] [data-message]'), (row) => {
  const part = (selector) => row.querySelector(selector)?.textContent ?? '';
  const parts = ['.message__mark', '.message__name', '.message__mine', 'time', '.message__edited',
                 '.message__wish', '.fold__words', '.message__text'].map(part);
  const quiet = row.classList.contains('message--quiet') ? row.textContent.trim() : '';
  return [row.dataset.message, row.dataset.position, ...parts, quiet].join('|');
})"""
_SAY_MANY = """async ([url, texts, atOnce]) => {
  const csrfmiddlewaretoken = document.querySelector('[name=csrfmiddlewaretoken]').value;
  const say = async (text) => {
    const body = new URLSearchParams({ csrfmiddlewaretoken, id: crypto.randomUUID(), text });
    const answer = await fetch(url, { method: 'POST', body, headers: { Accept: 'application/json' } });
    if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  };
  if (atOnce) await Promise.all(texts.map(say));
  else for (const text of texts) await say(text);
}"""
# a page that is left before its line is up; the browser says so, and nobody minds
_HARMLESS = "WebSocket is closed before the connection is established"


class Place:
    """The house as tests reach it: its address, its data folder, its own shell."""

    def __init__(self, data: Path, *arguments: str, **environment: str) -> None:
        self.data, self._arguments, self._environment = data, arguments, environment
        begin(data)
        self.house = House(data, *arguments, port=None, **environment)
        self.house.wait_until_it_serves()
        self.url = f"http://localhost:{self.house.port}"
        self._shell = subprocess.Popen(
            [IBASHO, "django", "--data", data, "shell", "--no-imports", "-c", _OBEY],
            env=clean_environment(**environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def end(self) -> None:
        self.house.end(signal.SIGKILL)
        self._shell.communicate(timeout=PATIENCE_SECONDS)

    def come_back(self) -> None:
        """The same command again, on the same port."""
        self.house = House(self.data, *self._arguments, port=self.house.port, **self._environment)
        self.house.wait_until_it_serves()

    def tell(self, code: str) -> None:
        """Run Python in the house's own shell, a process beside the server."""
        assert self._shell.stdin
        assert self._shell.stdout
        self._shell.stdin.write(f"{json.dumps(code)}\n")
        self._shell.stdin.flush()
        fault = json.loads(self._shell.stdout.readline())
        assert not fault, fault

    @contextmanager
    def as_it_was(self) -> Iterator[None]:
        """What was written in the block goes with it, but for what only grows."""
        with closing(self._table()) as table:
            before = {name: _reach(table, name) for name in _names(table)}
        yield
        with closing(self._table()) as table, table:
            for name, reach in before.items():
                table.execute(f"DELETE FROM {name} WHERE rowid > ?", [reach])

    def count(self, table: str, where: str = "1 = 1", *given: object) -> int:
        """The rows of a table; without a condition the number of the last one, if none was taken out before it."""
        rows = "count(*)" if given else "coalesce(max(rowid), 0)"
        with closing(self._table()) as open_table:
            found: int = open_table.execute(f"SELECT {rows} FROM {table} WHERE {where}", given).fetchone()[0]
        return found

    def stored(self, slug: str) -> list[str]:
        """The words of a room as the table holds them, by position."""
        query = (
            "SELECT text FROM rooms_message JOIN rooms_room AS room ON room.id = room_id "
            "WHERE slug = ? AND text IS NOT NULL ORDER BY rooms_message.position"
        )
        with closing(self._table()) as table:
            return [row[0] for row in table.execute(query, [slug])]

    def _table(self) -> sqlite3.Connection:
        return sqlite3.connect(self.data / "ibasho.sqlite3", timeout=30)


def _names(table: sqlite3.Connection) -> list[str]:
    found = table.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return [name for (name,) in found if not name.startswith(_ONLY_GROWS)]


def _reach(table: sqlite3.Connection, name: str) -> int:
    """The last row of this table; what is written later stands behind it."""
    found: int = table.execute(f"SELECT coalesce(max(rowid), 0) FROM {name}").fetchone()[0]
    return found


class Guest:
    """One person, one browser, one tab.

    `troubles`: what no page of this house may ever cause. `said`: the frames that went out.
    """

    def __init__(self, context: BrowserContext, place: Place, tunnel: Tunnel | None = None) -> None:
        self.context, self.place, self._tunnel = context, place, tunnel
        self.troubles: list[str] = []
        self._forgiven: list[str] = [_HARMLESS]
        context.set_default_timeout(1_000 * PATIENCE_SECONDS)
        context.on("request", self._asked)
        context.on("console", self._spoke)
        context.on("weberror", lambda error: self.troubles.append(f"script: {error.error}"))
        self.page: Page = context.new_page()
        self.said: list[dict[str, Any]] = []
        self.page.on("websocket", lambda socket: socket.on("framesent", self._sent))

    @property
    def tunnel(self) -> Tunnel:
        assert self._tunnel, "this guest came without a tunnel"
        return self._tunnel

    # ---- going about ----

    def open(self, path: str) -> Page:
        try:
            self.page.goto(self.place.url + path)
        except PlaywrightError as error:
            # a page that went somewhere by itself in that moment, as a desk does that has become old
            if "ERR_ABORTED" not in str(error):
                raise
            self.page.goto(self.place.url + path)
        return self.page

    def enter(self, standpoint: str = "person") -> Guest:
        """Yes to the promises, without the walk through the pages."""
        version = re.search(r'name="rules_version" value="(\d+)"', self._get("/enter/"))
        assert version
        self.send("/enter/", rules_version=version[1], accept="on", standpoint=standpoint)
        return self

    def sit(self, slug: str, mode: str = "speak", name: str = "") -> Page:
        """Take a seat and open the room; the line is up when this returns."""
        self.send(f"/rooms/{slug}/door/", mode=mode, call_name=name)
        self.open(f"/rooms/{slug}/")
        self.wait_for_line()
        return self.page

    def send(self, path: str, **fields: str) -> None:
        """Post a form without going through its page."""
        token = (
            next((one["value"] for one in self.context.cookies() if "csrf" in one["name"]), None)
            or self._token()
        )
        fields |= {"csrfmiddlewaretoken": token}
        headers = {"Origin": self.place.url, "Referer": self.place.url + path}
        answer = self.context.request.post(
            self.place.url + path, form=dict(fields), headers=headers, max_redirects=0
        )
        assert answer.status in (200, 201, 302, 303), f"{path}: {answer.status} {answer.text()[:2000]}"

    def read(self, path: str) -> str:
        """What stands at this address, without opening it in the tab."""
        return self._get(path)

    def leave(self) -> None:
        self.context.close()
        if self._tunnel:
            self._tunnel.close()

    # ---- the room ----

    @property
    def field(self) -> Locator:
        return self.page.locator("form textarea[name=text]").first

    @property
    def send_button(self) -> Locator:
        return self.page.locator("form.composer button[type=submit]")

    def wait_for_line(self) -> None:
        expect(self.page.locator("[data-reload]")).to_have_count(0)

    def write(self, text: str) -> None:
        self.field.fill(text)
        self.send_button.click()

    def say_many(self, slug: str, texts: Sequence[str], *, at_once: bool = False) -> None:
        """Post one after the other (or in any order), by the plain door, from inside the page."""
        self.page.evaluate(_SAY_MANY, [f"/rooms/{slug}/messages/", list(texts), at_once])

    def id_of(self, text: str) -> str:
        found = self.row(text).get_attribute("data-message")
        assert found
        return found

    def row(self, text: str) -> Locator:
        return self.page.locator("[role=log] [data-message]").filter(has_text=text)

    def sees(self, text: str, times: int = 1) -> None:
        expect(self.row(text)).to_have_count(times)

    def view(self) -> list[str]:
        """The log as this reader sees it, one string a row."""
        rows: list[str] = self.page.evaluate(_ROWS)
        return rows

    def has_the_same_view_as_the_loaded_page(self) -> None:
        before = self.view()
        self.page.reload()
        assert self.view() == before

    # ---- what is watched ----

    def forgive(self, *parts: str) -> None:
        """This journey provokes console lines that hold one of these words."""
        self._forgiven += parts

    @property
    def unforgiven(self) -> list[str]:
        return [line for line in self.troubles if not any(part in line for part in self._forgiven)]

    def _asked(self, request: Request) -> None:
        own = self.place.url.removeprefix("http")
        if not request.url.startswith((f"http{own}/", f"ws{own}/", "data:", "blob:", "about:")):
            self.troubles.append(f"another origin: {request.url}")

    def _spoke(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _sent(self, payload: str | bytes) -> None:
        self.said.append(json.loads(payload))

    def _get(self, path: str) -> str:
        return self.context.request.get(self.place.url + path).text()

    def _token(self) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self._get("/note/"))
        assert found
        return found[1]


def until(page: Page, condition: str) -> None:
    """Wait until this function of the page is true. The house's policy forbids what `wait_for_function` does."""
    page.evaluate(
        f"""async () => {{
          const isSo = {condition}, end = performance.now() + {1_000 * PATIENCE_SECONDS};
          while (!isSo()) {{
            if (performance.now() > end) throw new Error('it never came to that');
            await new Promise((go) => setTimeout(go, 20));
          }}
        }}"""
    )
