/** Which alerts this tab has not heard yet, and how each is to be told. */

const KEY = "desk.heard";
const MOST = 100;

export class DeskAlerts {
  #tab;
  #heard;

  constructor(tab) {
    this.#tab = tab;
    this.#heard = new Set(tab.read(KEY) ?? []);
  }

  /** The alerts that are new here, a life first; each is new once. One that ended and came again is new again. */
  fresh(alerts) {
    const fresh = alerts.filter(({ id }) => !this.#heard.has(id));
    this.#heard = new Set(alerts.slice(-MOST).map(({ id }) => id));
    this.#tab.write(KEY, [...this.#heard]);
    return fresh.sort((one, other) => rank(one) - rank(other));
  }
}

function rank({ level }) {
  return level === "life" ? 0 : 1;
}
