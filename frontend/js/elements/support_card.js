/** The support card of a line, drawn as house/_support_card.html draws that of a page. */

const FOR_LIFE = /(119（救急車）|110（警察）)/;

/** `talk` is the form that asks for a quiet room, `close` the one that closes the card. */
export function buildCard({ id, code, card }, talk, close) {
  const sheet = make("section", { className: "notice" });
  const title = make("h2", { className: "notice__title", id: "card-title", textContent: card.title });
  const who = make("p", { className: "notice__who" }, make("span", { textContent: "書いたあなただけに" }));
  Object.assign(sheet.dataset, { code, notice: id });
  sheet.setAttribute("aria-labelledby", title.id);
  sheet.append(who, title);
  if (card.danger) sheet.append(framed(card.danger));
  const first = card.first_helplines ?? card.helplines.length; // a process of the release before does not say it
  if (card.helplines.length) sheet.append(make("h3", { textContent: "いま話せる窓口" }), helplines(card.helplines.slice(0, first)));
  if (card.about_talk) sheet.append(make("p", { id: "talk", role: "status", textContent: card.about_talk }));
  if (card.talk.length) {
    const [words, who] = card.talk;
    talk.querySelector("button").replaceChildren(make("span", {}, words, make("span", { className: "keep", textContent: who })));
    sheet.append(talk);
  }
  if (card.helplines.length > first) sheet.append(helplines(card.helplines.slice(first), "そのほかの、いま話せる窓口"));
  if (card.about_helplines) sheet.append(make("p", { textContent: card.about_helplines }));
  const more = make("p", {}, make("a", { href: "/help/", textContent: "ほかの窓口を見る" }));
  const lines = [...card.words, card.staff].map((textContent) => make("p", { textContent }));
  sheet.append(...lines, more, make("p", { textContent: card.about_card }));
  sheet.append(close);
  return sheet;
}

function helplines(lines, label) {
  const list = make("ul", { className: "helplines" }, ...lines.map(helpline));
  list.setAttribute("role", "list");
  if (label) list.setAttribute("aria-label", label);
  return list;
}

/** A name alone is never the link: some services are called by a sentence that reads as advice. */
function helpline({ name, facts, call, href }) {
  const link = href.startsWith("tel:")
    ? make("a", { href, textContent: call })
    : make("a", { href, rel: "noreferrer noopener" }, call, make("span", { className: "unseen", textContent: `（${name}）` }));
  return make(
    "li",
    { className: "helpline" },
    make("p", { className: "helpline__name", textContent: name }),
    make("p", { className: "helpline__note note", textContent: facts }),
    make("p", { className: "helpline__call" }, ...(href ? [link] : [])),
  );
}

function framed(danger) {
  const words = danger.split(FOR_LIFE).map((text, index) => (index % 2 ? make("a", { href: `tel:${text.slice(0, 3)}`, textContent: text }) : text));
  return make("div", { className: "life" }, make("p", { className: "life__title", textContent: "命があぶないとき" }), make("p", {}, ...words));
}

function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}
