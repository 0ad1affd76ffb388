/** The screen stays on while its keeper is on duty and looks at it. */

export class Awake {
  #isWanted = false;
  #lock = null;
  #tell;

  /** `tell(isKept)` hears whether the browser keeps the screen on; null while nobody asks for it. */
  constructor(tell) {
    this.#tell = tell;
    document.addEventListener("visibilitychange", () => this.#look());
  }

  set isWanted(isWanted) {
    this.#isWanted = isWanted;
    if (!isWanted) this.#tell(null);
    this.#look();
  }

  async #look() {
    if (!this.#isWanted) {
      this.#lock?.release();
      this.#lock = null;
    } else if (!document.hidden && (this.#lock?.released ?? true)) {
      this.#tell(await this.#hold());
    }
  }

  async #hold() {
    try {
      this.#lock = await navigator.wakeLock.request("screen");
      return true;
    } catch {
      return false; // not known here, or the battery is low
    }
  }
}
