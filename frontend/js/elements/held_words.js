/** One's own words that a keeper reads first, below the log. Asked for when there are some. */

/** `posts` as in `you.waiting`. */
export function showHeld(box, posts) {
  const list = box.querySelector("ul");
  const known = new Map(Array.from(list.children, (row) => [row.dataset.heldPost, row]));
  list.replaceChildren(...posts.map((post) => known.get(post.message) ?? build(box, post)));
  box.hidden = !posts.length;
}

function build(box, { message, text, cover, why }) {
  const row = box.querySelector("template").content.querySelector("li").cloneNode(true);
  const button = row.querySelector("[data-take-back]");
  row.dataset.heldPost = message;
  if (why) row.querySelector(".message__edited").textContent = why;
  row.querySelector(".message__text").textContent = text;
  row.querySelector("[data-cover]").hidden = !cover;
  if (cover) row.querySelector("[data-cover]").textContent = `おおい：${cover}`;
  button.setAttribute("formaction", button.getAttribute("formaction").replace("/messages//", `/messages/${message}/`));
  return row;
}
