/** `<desk-signals>`: how this device makes itself heard to its keeper. Nothing of it leaves the device. */

const KEY = "ibasho.signals";
const TONES_HZ = [659, 880];
const TONE_SECONDS = 0.5;
const LOUDNESS = 0.12;
const SHAKES_MS = [200, 120, 200];
const DUTY_FORM = 'form[action="/desk/duty/"]';
const ASLEEP_LINE = "音は、この画面に一度ふれると鳴ります。";

/** What the keeper switched on, on this device. */
export const signals = {
  get chosen() {
    try {
      return JSON.parse(localStorage.getItem(KEY)) ?? {};
    } catch {
      return {};
    }
  },
  choose(change) {
    try {
      localStorage.setItem(KEY, JSON.stringify({ ...this.chosen, ...change }));
    } catch {
      // Forbidden storage: the choice holds for nothing but this trial.
    }
  },
};

let context = null;

/** Makes itself heard as chosen; resolves to whether the browser let the sound out. */
export async function signal({ sound, shake } = signals.chosen) {
  if (shake) navigator.vibrate?.(SHAKES_MS);
  return sound ? play() : true;
}

async function play() {
  const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
  if (!Context) return false;
  context ??= new Context();
  if (context.state !== "running") await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 500))]);
  if (context.state !== "running") return false;
  TONES_HZ.forEach((hertz, index) => tone(hertz, context.currentTime + index * TONE_SECONDS * 0.6));
  return true;
}

/** Comes and goes softly, like a spoon on a cup. */
function tone(hertz, at) {
  const wave = new OscillatorNode(context, { type: "sine", frequency: hertz });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.04);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + TONE_SECONDS);
  wave.connect(volume).connect(context.destination);
  wave.start(at);
  wave.stop(at + TONE_SECONDS);
}

/** A touch is what browsers wait for before they let a page be heard. */
function wakeSound() {
  if (signals.chosen.sound && context?.state !== "running") (context ??= new AudioContext()).resume();
}

/** Taking duty tries what is switched on. Nothing waits for it: the form goes its way, and sound ends with the page. */
function tryOnDuty({ target }) {
  if (target.matches(DUTY_FORM)) signal();
}

class DeskSignals extends HTMLElement {
  #say = null;

  connectedCallback() {
    if (this.#say) return;
    this.#say = this.querySelector("[data-say]");
    for (const box of this.querySelectorAll("[data-signal]")) {
      box.checked = Boolean(signals.chosen[box.dataset.signal]);
      if (box.dataset.signal === "shake" && !navigator.vibrate) box.closest("label").hidden = true;
      box.addEventListener("change", () => signals.choose({ [box.dataset.signal]: box.checked }));
    }
    this.querySelector("[data-try]").addEventListener("click", () => this.#try());
    this.hidden = false;
  }

  async #try() {
    const chosen = signals.chosen;
    if (!chosen.sound && !chosen.shake) {
      this.#say.textContent = "上で えらぶと、ためせます。";
      return;
    }
    const wasHeard = await signal(chosen);
    this.#say.textContent = wasHeard ? "鳴らしました。聞こえないときは、端末の音量を見てください。" : ASLEEP_LINE;
  }
}

if (globalThis.document) {
  addEventListener("pointerdown", wakeSound, { capture: true, passive: true });
  addEventListener("keydown", wakeSound, { capture: true, passive: true });
  addEventListener("submit", tryOnDuty);
  customElements.define("desk-signals", DeskSignals);
}
