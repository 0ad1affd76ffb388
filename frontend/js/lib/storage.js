/** What this tab remembers (drafts, waiting words, the place in the log), and how it forgets. */

const PREFIX = "ibasho.";

export class TabMemory {
  #storage;
  #isWiped = false;

  constructor(storage) {
    this.#storage = storage;
  }

  read(key) {
    try {
      return JSON.parse(this.#storage.getItem(PREFIX + key));
    } catch {
      return null;
    }
  }

  write(key, value) {
    if (this.#isWiped) return;
    try {
      this.#storage.setItem(PREFIX + key, JSON.stringify(value));
    } catch {
      // Full or forbidden storage: the words live on in the page itself.
    }
  }

  drop(key) {
    try {
      this.#storage.removeItem(PREFIX + key);
    } catch {
      // See write.
    }
  }

  /** Forgets everything (or all of one room), and keeps this page from writing it again. */
  wipe(room = "") {
    this.#isWiped = true;
    try {
      for (const key of Object.keys(this.#storage)) {
        if (key.startsWith(PREFIX) && key.endsWith(room && `.${room}`)) this.#storage.removeItem(key);
      }
    } catch {
      // Nothing could be kept, so nothing is left.
    }
  }
}

function ownStorage() {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}

export const tab = new TabMemory(ownStorage());
