/** A text cut where something was found: `spans` are pairs [from, to], counted in code points as the house counts. */
export function piecesOf(text, spans) {
  const letters = Array.from(text.replace(/\r\n?/g, "\n").normalize("NFC"));
  const pieces = [];
  let at = 0;
  for (const [start, end] of [...spans].sort((one, other) => one[0] - other[0])) {
    pieces.push({ piece: letters.slice(at, start).join(""), isFound: false });
    pieces.push({ piece: letters.slice(Math.max(start, at), end).join(""), isFound: true });
    at = Math.max(at, end);
  }
  pieces.push({ piece: letters.slice(at).join(""), isFound: false });
  return pieces.filter(({ piece }) => piece);
}
