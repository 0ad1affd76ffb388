/** The lines of the support card, cut into what is read and what can be called or opened. */

const DANGER = "命があぶないとき";
const HELPLINE = /^いま話せる窓口：(.+) (\S+)$/;
const CALLS = /(https?:\/\/\S+|0[\d-]{8,}\d|#\d{4}(?!\d)|(?<![#\d-])(?:119|110)(?![\d-]))/;

/** `{kind, parts}`: kind "helpline", "danger" or none; each part `{text}`, with `href` where it is a link. */
export function cardLine(words) {
  const [, name, call] = HELPLINE.exec(words) ?? [];
  if (call?.startsWith("http")) return { kind: "helpline", parts: [{ text: name, href: call }] };
  if (call) return { kind: "helpline", parts: [{ text: `${name}　` }, { text: call, href: hrefOf(call) }] };
  const parts = words.split(CALLS).map((text, index) => (index % 2 ? { text, href: hrefOf(text) } : { text }));
  return { kind: words.startsWith(DANGER) ? "danger" : "", parts: parts.filter(({ text }) => text) };
}

/** In an address a bare # would begin another part of it. */
function hrefOf(call) {
  return call.startsWith("http") ? call : `tel:${call.replaceAll("-", "").replace("#", "%23")}`;
}
