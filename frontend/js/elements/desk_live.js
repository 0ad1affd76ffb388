/** `<desk-live>`: what reaches a keeper while the desk is open: alerts, changed panels, and whether the line holds. */

import { emptyPage, isLeaving } from "../house.js";
import { tab } from "../lib/storage.js";
import { DeskAlerts } from "../models/desk_alerts.js";
import { DeskLine } from "../models/desk_line.js";
import { Awake } from "./desk_awake.js";
import { DeskPanels } from "./desk_panels.js";
import { signal } from "./desk_signals.js";

const LOOK_AGAIN_MS = 3_000;
const PATIENCE_MS = 15_000;
const LOST_LINE = "いま、つながっていません。";
const LOST_ON_DUTY_LINE = `${LOST_LINE}切れて3分たつと、部屋が休けいになることがあります。`;
const AWAKE_LINES = { true: "当番のあいだ、画面はついたままです。", false: "この端末では、画面をつけたままにできません。消えるまでの時間を、長くしてください。" };

class DeskLive extends HTMLElement {
  #panels = null;
  #alerts;
  #line;
  #awake;
  #version;
  #wanted = null;
  #isAsking = false;
  #again;

  connectedCallback() {
    if (this.#panels) return;
    this.#panels = new DeskPanels();
    this.#alerts = new DeskAlerts(tab);
    this.#version = document.body.dataset.version;
    this.#awake = new Awake((isKept) => this.#say("awake", AWAKE_LINES[isKept] ?? ""));
    this.#awake.isWanted = isOnDuty(document);
    this.#line = new DeskLine(
      { origin: location.origin, ask: () => this.#ask() },
      { desk: (frame) => this.#hear(frame), lost: (isLost) => this.#say("lost", isLost ? this.#lostLine : ""), ended: () => this.#end() },
    );
    this.querySelector("[data-show]").addEventListener("click", () => this.#showNew());
    addEventListener("online", () => this.#line.lookedAt());
    document.addEventListener("visibilitychange", () => document.hidden || this.#line.lookedAt());
    addEventListener("pagehide", () => this.#line.close());
    this.#line.open();
  }

  get #lostLine() {
    return isOnDuty(document) ? LOST_ON_DUTY_LINE : LOST_LINE;
  }

  #hear({ version, alerts }) {
    this.#tellOf(this.#alerts.fresh(alerts));
    const apart = this.querySelector("[data-apart]");
    if (apart) apart.hidden = !alerts.length;
    this.#wanted = version;
    this.#catchUp();
  }

  async #catchUp() {
    if (this.#isAsking || this.#wanted === null || this.#wanted === this.#version) return;
    const wanted = this.#wanted;
    if (await this.#ask()) {
      this.#version = wanted; // the page is at least as new as what was told before it was asked for
      this.#catchUp();
    }
  }

  /** Gets this page again and takes over what changed. Resolves to whether it came. */
  async #ask() {
    if (this.#isAsking) return false;
    this.#isAsking = true;
    try {
      const { status, page } = await get(document.body.dataset.desk || location.pathname + location.search);
      if (isLeaving()) return false;
      if (status === 401 || status === 404 || (page && !page.body.hasAttribute("data-desk") && status === 200)) {
        this.#leave();
        return false;
      }
      if (status !== 200 || !page) return false;
      this.#awake.isWanted = isOnDuty(page);
      this.#tellOf(this.#alerts.fresh(alertsOf(page)));
      this.#wait(this.#panels.take(page));
      return true;
    } finally {
      this.#isAsking = false;
    }
  }

  /** While something in use keeps what is new from its place, one quiet line says so. */
  #wait(mustWait) {
    clearTimeout(this.#again);
    this.querySelector("[data-new]").hidden = !mustWait;
    if (mustWait) this.#again = setTimeout(() => this.#wait(this.#panels.settle()), LOOK_AGAIN_MS);
  }

  #showNew() {
    this.#wait(this.#panels.settle({ all: true }));
    const first = document.querySelector("[data-panel]");
    first?.setAttribute("tabindex", "-1");
    first?.focus({ preventScroll: true });
  }

  #tellOf(alerts) {
    if (!alerts.length) return;
    for (const level of ["life", "soon"]) {
      const words = alerts.filter((alert) => (alert.level === "life") === (level === "life")).map(({ text }) => text);
      if (words.length) this.querySelector(`[data-heard=${level}]`).textContent = words.join("");
    }
    signal();
  }

  #say(part, words) {
    const line = this.querySelector(`[data-${part}]`);
    if (line.textContent !== words) line.textContent = words;
    line.hidden = !words;
  }

  /** The session or the role is over: nothing of the desk stays on the glass. */
  #end() {
    if (isLeaving()) return;
    tab.wipe();
    this.#leave();
  }

  /** This page is not there any more, as a room's after its keeper's duty; the desk knows what is. */
  #leave() {
    this.#line.close();
    emptyPage();
    location.replace("/desk/");
  }
}

function alertsOf(page) {
  return Array.from(page.querySelectorAll("desk-live [data-alert]"), ({ dataset, textContent }) => ({ id: dataset.alert, level: dataset.level, text: textContent }));
}

function isOnDuty(page) {
  return page.querySelector("[data-on-duty]") !== null;
}

/** `{status, page}`; a page parsed by XMLHttpRequest passes no Trusted Types sink. Status 0: nothing came. */
function get(address) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.setRequestHeader("X-Again", "1"); // looking on is not opening: nobody's claim is renewed by it
    request.responseType = "document";
    request.timeout = PATIENCE_MS;
    request.onloadend = () => resolve({ status: request.status, page: request.response });
    request.send();
  });
}

customElements.define("desk-live", DeskLive);
