/** Whom one does not read: a short list beside the log, each with the way back. Asked for when somebody is on it. */

import { nameOver } from "../lib/text.js";

const NO_NAME = "この部屋の人"; // chosen on another device; the next page says the name

/** `people` are seats, with the name for those who are new to the list. */
export function showPeople(box, people) {
  const list = box.querySelector("ul");
  const known = new Map(Array.from(list.children, (person) => [person.dataset.seat, person]));
  const hadFocus = box.contains(document.activeElement);
  list.replaceChildren(...people.map(({ seat, name }) => known.get(seat) ?? build(box, seat, name || NO_NAME)));
  box.hidden = !people.length;
  if (hadFocus && !box.contains(document.activeElement)) box.closest("[tabindex]").focus({ preventScroll: true });
}

/** The name under which somebody was chosen may be shown no more. */
export function unnamePerson(box, seat) {
  const person = Array.from(box.querySelectorAll("li")).find((one) => one.dataset.seat === seat);
  if (person) nameIt(person, nameOver({}));
}

function build(box, seat, name) {
  const person = box.querySelector("template").content.querySelector("li").cloneNode(true);
  person.dataset.seat = person.querySelector("[name=seat]").value = seat;
  nameIt(person, name);
  return person;
}

function nameIt(person, name) {
  for (const place of person.querySelectorAll("[data-name]")) place.textContent = name;
}
