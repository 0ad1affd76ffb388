/** The parts of a desk page that change while it is read, each a `[data-panel]`. What somebody uses is left alone. */

const TOUCHED_MS = 3_000;
const FIELDS = "input, textarea, select";

export class DeskPanels {
  #asServed = new Map(); // panel name → a copy of it as the house gave it
  #newest = null;
  #touched = { panel: null, at: -Infinity };
  #isPressed = false;

  constructor() {
    for (const panel of panelsOf(document)) this.#asServed.set(panel.dataset.panel, servedCopy(panel));
    for (const type of ["pointerdown", "pointermove", "keydown", "input"]) {
      document.addEventListener(type, (event) => this.#touch(event), { passive: true, capture: true });
    }
    for (const type of ["pointerup", "pointercancel"]) {
      document.addEventListener(type, () => (this.#isPressed = false), { passive: true, capture: true });
    }
  }

  /** Takes over what changed in `page`, the same page asked for again; returns whether something has to wait. */
  take(page) {
    this.#newest = page;
    return this.settle();
  }

  /** Takes over what can be; with `all`, also what is in use: it was asked for. */
  settle({ all = false } = {}) {
    if (!this.#newest) return false;
    const before = new Map(panelsOf(document).map((panel) => [panel.dataset.panel, panel]));
    const fresh = panelsOf(this.#newest);
    const names = new Set(fresh.map((panel) => panel.dataset.panel));
    let mustWait = false;
    keepInPlace(() => {
      for (const [name, panel] of before) {
        if (names.has(name)) continue;
        if (all || this.#isFree(panel)) this.#remove(name, panel);
        else mustWait = true;
      }
      for (const panel of fresh) {
        const old = before.get(panel.dataset.panel);
        if (servedCopy(panel).isEqualNode(this.#asServed.get(panel.dataset.panel) ?? null)) continue;
        if (old && !all && !this.#isFree(old)) mustWait = true;
        else this.#put(panel, old);
      }
    });
    if (!mustWait) this.#newest = null;
    return mustWait;
  }

  #put(panel, old) {
    const copy = document.importNode(panel, true);
    if (old) carryOver(old, copy);
    if (old) old.replaceWith(copy);
    else insert(copy, panel);
    this.#asServed.set(panel.dataset.panel, servedCopy(panel));
  }

  #remove(name, panel) {
    panel.remove();
    this.#asServed.delete(name);
  }

  /** Nobody has a finger, the focus, half-written words or an opened fold there. */
  #isFree(panel) {
    const isTouched = this.#touched.panel === panel && (this.#isPressed || performance.now() - this.#touched.at < TOUCHED_MS);
    return !isTouched && !panel.contains(document.activeElement) && !isMarked(panel) && !fieldsIn(panel).some(isHalfFilled) && !panel.querySelector("details[open]:not([data-open])");
  }

  #touch({ type, target }) {
    const panel = target instanceof Element ? target.closest("[data-panel]") : null;
    if (type === "pointerdown") this.#isPressed = true;
    this.#touched = { panel, at: performance.now() };
  }
}

function panelsOf(page) {
  return Array.from(page.querySelectorAll("[data-panel]")).filter((panel) => !panel.parentElement.closest("[data-panel]"));
}

/** A panel that was not there stands beside the neighbour it has in the other page. */
function insert(copy, panel) {
  for (let next = panel.nextElementSibling; next; next = next.nextElementSibling) {
    const here = counterpart(next);
    if (here) return here.before(copy);
  }
  for (let last = panel.previousElementSibling; last; last = last.previousElementSibling) {
    const here = counterpart(last);
    if (here) return here.after(copy);
  }
  document.querySelector("main").append(copy);
}

/** The same part of this page: by its own name, or by what it holds. */
function counterpart(part) {
  const named = nameable(part) ? part : Array.from(part.querySelectorAll("*")).find(nameable);
  let here = named && byName(named);
  for (let inner = named; here && inner !== part; inner = inner.parentElement) here = here.parentElement;
  return here ?? null;
}

function nameable({ id, localName, dataset }) {
  return Boolean(dataset.panel || id || localName.includes("-"));
}

function byName({ id, localName, dataset }) {
  if (dataset.panel) return document.querySelector(`[data-panel="${CSS.escape(dataset.panel)}"]`);
  return id ? document.getElementById(id) : document.querySelector(localName);
}

/** What the house said, without the token that is another one every time. */
function servedCopy(panel) {
  const copy = panel.cloneNode(true);
  for (const token of copy.querySelectorAll("[name=csrfmiddlewaretoken]")) token.removeAttribute("value");
  return copy;
}

function fieldsIn(panel) {
  return Array.from(panel.querySelectorAll(FIELDS)).filter(({ type }) => type !== "hidden");
}

function isHalfFilled(field) {
  if (field instanceof HTMLSelectElement) return field.selectedIndex !== Math.max(0, Array.from(field.options).findIndex(({ defaultSelected }) => defaultSelected));
  return field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

function isMarked(panel) {
  const selection = document.getSelection();
  return !selection.isCollapsed && panel.contains(selection.anchorNode);
}

/** Opened folds stay open, and what was half filled in stays filled in. */
function carryOver(old, copy) {
  const folds = (panel) => Array.from(panel.querySelectorAll("details"));
  for (const fold of folds(old).filter(({ open }) => open)) {
    const same = folds(copy).find((one) => nameOf(one) === nameOf(fold));
    if (same) same.open = true;
  }
  for (const field of fieldsIn(old).filter(isHalfFilled)) {
    const same = fieldsIn(copy).find((one) => one.name === field.name && one.form?.getAttribute("action") === field.form?.getAttribute("action") && (field.type !== "radio" || one.value === field.value));
    if (same) Object.assign(same, "checked" in field && /checkbox|radio/.test(field.type) ? { checked: field.checked } : { value: field.value });
  }
}

function nameOf(fold) {
  return fold.id || fold.querySelector("summary")?.textContent.trim();
}

/** The part one looks at stays where it is, whatever grows or goes above it. */
function keepInPlace(change) {
  document.documentElement.style.overflowAnchor = "none"; // one anchor is enough; Safari has none
  const isAtTop = scrollY === 0;
  const marks = isAtTop ? [] : inView();
  change();
  for (const [part, top] of marks) {
    const now = part.isConnected ? part : byName(part);
    if (!now) continue;
    scrollBy(0, now.getBoundingClientRect().top - top);
    return;
  }
}

/** Headings and panels one sees and where they begin; what begins in view is the surer mark. */
function inView() {
  const parts = Array.from(document.querySelectorAll("main :is([data-panel], h1, h2)[id], main [data-panel]"), (part) => [part, part.getBoundingClientRect()]);
  const seen = parts.filter(([, { top, bottom }]) => bottom > 0 && top < innerHeight);
  return [...seen.filter(([, { top }]) => top >= 0), ...seen].map(([part, { top }]) => [part, top]);
}
