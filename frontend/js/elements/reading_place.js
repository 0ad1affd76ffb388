/** The line one is reading stays where it is, whatever comes or goes around it. */

const LOW_PX = 64;
const SAVE_AFTER_MS = 200;
const GAP_PX = 8;
const MARKS = "[role=log] [data-message], [role=log] [data-notice], [data-notices] > [data-notice]";

export class ReadingPlace {
  #log;
  #save;
  #timer = null;
  #isLow = false;
  #foot;
  #own = null; // one's own words that lie above the foot, until one scrolls on
  #ownY = 0;
  #letter = null; // one taller than the screen, and where its beginning is seen
  #startY = 0;

  /** `save` keeps the place of this tab; `reachedEnd` is told when one has read to the end. */
  constructor(log, foot, { save, reachedEnd }) {
    this.#log = log;
    this.#save = save;
    this.#foot = foot;
    history.scrollRestoration = "manual";
    document.documentElement.style.overflowAnchor = "none"; // one anchor is enough; Safari has none
    addEventListener("scroll", () => this.#scrolled(reachedEnd), { passive: true });
    const stayLow = () => {
      if (this.isAsked) return;
      if (this.#isLow) this.toEnd();
      else if (this.#own?.isConnected) this.showOwn(this.#own);
    };
    addEventListener("resize", stayLow);
    if (foot) new ResizeObserver(stayLow).observe(foot);
  }

  /** At the end, looking, and not in the middle of marking or choosing something. */
  get isFollowing() {
    return this.isAtEnd && !document.hidden && document.getSelection().isCollapsed && !this.#log.querySelector(".menu[open]");
  }

  get isAtEnd() {
    return !this.#isAtStart && innerHeight + scrollY >= document.documentElement.scrollHeight - LOW_PX;
  }

  /** A question about one's words stands where it may be moved away: it is answered before anything else is shown. */
  get isAsked() {
    return Boolean(this.#question);
  }

  toEnd() {
    scrollTo(0, document.documentElement.scrollHeight);
    this.#isLow = true;
    this.#letter = null;
  }

  /** One's own words are seen: at the end, or, where letters follow that leave them no room, just above the foot. */
  showOwn(element) {
    if (this.#isAtStart || this.isAsked) return; // what answers these words, or asks about others, is read first
    this.toEnd();
    const { top, bottom } = element.getBoundingClientRect();
    const below = this.#footTop - bottom;
    if (top >= barBottom() || below <= LOW_PX + GAP_PX) return;
    scrollBy(0, GAP_PX - below);
    this.#isLow = false;
    this.#own = element;
    this.#ownY = scrollY;
  }

  /** Whether one has to read on to see it. */
  isBelow(element) {
    return element.getBoundingClientRect().bottom > this.#footTop;
  }

  /** Of what came at the end and is taller than the screen, the beginning is seen. Focus stays where it is. */
  showStart(element) {
    if (this.#writesInTheFlow || this.isAsked) return; // with large letters the field would be cut under one's hands
    if (element.getBoundingClientRect().top < barBottom() + GAP_PX) this.toStart(element);
  }

  /** The beginning of a letter stands at the top, until one scrolls on or writes again. */
  toStart(element) {
    scrollBy(0, element.getBoundingClientRect().top - barBottom() - GAP_PX);
    this.#isLow = false; // or the next change of the foot would lead to its end again
    this.#own = null;
    this.#letter = element;
    this.#startY = scrollY;
  }

  /** One writes: what was read before is over. */
  moveOn() {
    this.#letter = null;
  }

  /** Runs a change of the log; following readers stay at the end, others at their line or question. */
  during(change) {
    const question = this.#question, asked = question?.getBoundingClientRect().top;
    const follows = !question && this.isFollowing;
    const marks = follows ? [] : this.#marks();
    const letter = this.#isAtStart ? this.#letter : null;
    change();
    if (follows) this.toEnd();
    else if (question?.isConnected) scrollBy(0, question.getBoundingClientRect().top - asked);
    else this.#return(marks);
    if (letter?.isConnected) this.toStart(letter);
    this.#isLow = this.isAtEnd;
    return follows;
  }

  /** Whether there was a place to come back to; otherwise one is at the end. */
  restore(saved) {
    const isBack = this.#return(saved?.marks ?? []);
    if (!isBack) this.toEnd();
    return isBack;
  }

  get #footTop() {
    return this.#isFootFixed ? this.#foot.getBoundingClientRect().top : innerHeight;
  }

  get #isFootFixed() {
    return Boolean(this.#foot) && getComputedStyle(this.#foot).position === "sticky";
  }

  /** With large letters a question about one's words lies below the log: whatever comes meanwhile must not move it. */
  get #question() {
    const isAllSeen = this.#isFootFixed && this.#foot.offsetHeight < innerHeight;
    return isAllSeen ? null : this.#foot?.querySelector("[data-asked] h2");
  }

  get #writesInTheFlow() {
    return !this.#isFootFixed && Boolean(this.#foot?.contains(document.activeElement) && document.activeElement.value);
  }

  get #isAtStart() {
    return Boolean(this.#letter?.isConnected) && scrollY === this.#startY;
  }

  /** The rows and letters from the first visible one down, and where they stand: the first may be gone afterwards. */
  #marks() {
    const rows = Array.from(document.querySelectorAll(MARKS));
    const top = barBottom();
    const first = rows.findIndex((row) => row.getBoundingClientRect().bottom > top);
    return rows.slice(Math.max(0, first), first + 8).filter(hasBox).map((row) => [row.dataset.message ?? row.dataset.notice, row.getBoundingClientRect().top]);
  }

  #return(marks) {
    for (const [id, top] of marks) {
      const row = document.querySelector(`[data-message="${CSS.escape(id)}"], [data-notice="${CSS.escape(id)}"]`);
      if (!row || !hasBox(row)) continue;
      const moved = row.getBoundingClientRect().top - top;
      if (moved) scrollBy(0, moved);
      return true;
    }
    return false;
  }

  #scrolled(reachedEnd) {
    if (!this.#log.isConnected) return; // an emptied page has no place
    if (scrollY !== this.#ownY) this.#own = null;
    this.#isLow = this.isAtEnd;
    if (this.#isLow) reachedEnd();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#log.isConnected && this.#save(this.#isLow ? {} : { marks: this.#marks() }), SAVE_AFTER_MS);
  }
}

/** Letters that came where one does not read, until their beginning was seen or they are gone. */
export class UnseenLetters {
  #letters = new Set();
  #changed;
  #observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) this.seen(target);
  }, { rootMargin: "0px 0px -25% 0px" }); // what lies under the foot is not seen

  /** `changed` is told whenever one was seen. */
  constructor(changed) {
    this.#changed = changed;
  }

  get first() {
    return [...this.#letters].find((letter) => letter.isConnected);
  }

  wait(letter) {
    this.#letters.add(letter);
    this.#observer.observe(letter);
  }

  seen(letter) {
    this.#observer.unobserve(letter);
    if (this.#letters.delete(letter)) this.#changed();
  }
}

/** Where reading begins: below the bar, or, with large letters, below the way out that alone stays at the top. */
function barBottom() {
  const bar = document.querySelector(".room-bar");
  const leave = bar?.querySelector("[data-quick-leave]");
  const { top = 0, bottom = 0 } = leave && getComputedStyle(leave).position === "fixed" ? leave.getBoundingClientRect() : {};
  return Math.max(0, bottom + top, bar?.getBoundingClientRect().bottom ?? 0);
}

/** Rows may be folded into the one before them. */
function hasBox(row) {
  return row.getClientRects().length > 0;
}
