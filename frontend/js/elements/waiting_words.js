/** Words that are not out yet, below the log: nothing one has written is ever out of sight. */

export class WaitingWords {
  #list;
  #takeBack;

  /** `takeBack(id)` gives the words back to their writer. */
  constructor(list, takeBack) {
    this.#list = list;
    this.#takeBack = takeBack;
  }

  /** Whether these would look different from what stands there. */
  isNew(entries) {
    return keyOf(entries) !== (this.#list.dataset.waiting ?? "");
  }

  show(entries) {
    this.#list.dataset.waiting = keyOf(entries);
    this.#list.hidden = !entries.length;
    this.#list.replaceChildren(...entries.map((entry) => this.#row(entry)));
  }

  #row({ id, text, isUnsure }) {
    const row = make("li", "message message--waiting");
    const head = make("p", "message__head");
    head.append(make("span", "message__name", "わたし"), make("span", "message__edited", "もうすぐ出ます"));
    row.append(head, make("p", "message__text", text));
    if (isUnsure) return row;
    const button = make("button", "button button--small", "もどす");
    button.type = "button";
    button.addEventListener("click", () => this.#takeBack(id));
    row.append(button);
    return row;
  }
}

function keyOf(entries) {
  return entries.map(({ id, isUnsure }) => `${id}${isUnsure ? "?" : ""}`).join();
}

function make(name, className, textContent = "") {
  return Object.assign(document.createElement(name), { className, textContent });
}
