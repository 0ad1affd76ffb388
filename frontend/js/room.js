/** The room page: a line to the house on one side, log and composer on the other. */

import "./elements/room_composer.js";
import "./elements/room_log.js";
import { WaitingWords } from "./elements/message_rows.js";
import { Notices, RoomSign, Voice } from "./elements/room_around.js";
import { emptyPage, isLeaving } from "./house.js";
import { tab } from "./lib/storage.js";
import { waitMs } from "./models/backoff.js";
import { Drafts, joinWords, Outbox } from "./models/outbox.js";
import { RoomLine } from "./models/room_line.js";
import { Fills, Sequence } from "./models/sequence.js";

const ANSWER_MS = 10_000;
const SLOW_MS = 1_500;
const JUST_WRITTEN_MS = 3_000;
const SUPPORT = "support";
const OFFLINE_LINE = "いま、つながりを待っています。書いた言葉は残ります。";
const WHEN_ONLINE_LINE = "つながったら、送ります。";
const NOT_CHANGED_LINE = "いまは、変えられませんでした。少しあとで、もう一度えらんでください。";
const SENDING_LINE = "送っています。";
const SHORT_WAIT_SECONDS = 5;
const ASK_AGAIN_MS = 20_000; // the device's clock may be ahead of the house's
const IDLE_MS = 3_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const SLOWLY_LINE = "少しあいだをあけて出ます。そのままお待ちください。";
const PARTINGS = {
  4401: "先に、約束のページから入ってください。",
  4403: "いまは、この部屋には入れません。ほかの部屋は使えます。",
  4404: "この部屋の席は、いまはありません。書きかけの言葉は残っています。",
};

class Room {
  #main = document.querySelector("main[data-room]");
  #slug = this.#main.dataset.room;
  #log = document.querySelector("room-log");
  #composer = document.querySelector("room-composer");
  #sign = new RoomSign(this.#main);
  #voice = new Voice(document.querySelector("#acts"));
  #notices;
  #sequence;
  #outbox = new Outbox(this.#slug, tab);
  #waiting = new WaitingWords(document.querySelector("[data-waiting]"), (id) => this.#takeBack(id));
  #why = SLOWLY_LINE; // words wait, as it was said
  #waitLine = "";
  #hasEnded = false;
  #isOffline = false;
  #isSlow = false;
  #fills;
  #line;
  #room = { state: this.#main.dataset.state };
  #you = {};
  #isLoading = false;
  #hasEntered = false;
  #answerTimer;
  #wroteAt = -Infinity;
  #slowTimer;
  #untilTimer;

  constructor() {
    const { epoch, seq } = this.#main.dataset;
    this.#sequence = new Sequence(epoch, Number(seq));
    this.#fills = new Fills(
      () => this.#line.isOpen && this.#sequence.hasGap,
      () => this.#line.send({ type: "fill", since: this.#sequence.place.since }),
    );
    this.#notices = new Notices(document.querySelector("[data-notices]"), { token, seen: (id) => this.#seen(id) });
    this.#line = new RoomLine(
      { room: this.#slug, origin: location.origin, place: () => this.#sequence.place, token, isUrgent: () => !document.hidden && this.#outbox.entries.length > 0 },
      {
        frame: (frame) => this.#receive(frame),
        open: () => this.#pump(),
        lost: () => this.#lost(),
        offline: (isOffline) => this.#offline(isOffline),
        ended: (end) => this.#ended(end),
      },
    );
    this.#listen();
    this.#showWaiting();
    this.#line.open();
  }

  #listen() {
    this.#composer?.addEventListener("words", ({ detail }) => this.#write(detail));
    this.#log.addEventListener("click", (event) => this.#chose(event));
    document.querySelector("[data-ignored]")?.addEventListener("click", (event) => this.#chose(event));
    document.querySelector("[data-held]")?.addEventListener("click", (event) => this.#tookBack(event));
    addEventListener("online", () => this.#line.restart());
    addEventListener("offline", () => this.#showWaiting());
    addEventListener("focus", () => this.#line.lookedAt());
    document.addEventListener("visibilitychange", () => document.hidden || this.#line.lookedAt());
    addEventListener("pagehide", () => this.#line.close());
    if (this.#composer && !location.pathname.startsWith("/desk/")) whenIdle(() => this.#careForDrafts());
  }

  /** Nobody waits for it: without it a draft is only not looked through. */
  #careForDrafts() {
    import("./elements/draft_care.js").then(({ careFor }) => careFor(this.#composer), () => {});
  }

  // ---- what the house says ----

  #receive(frame) {
    const { type, epoch, seq, oldest } = frame;
    if (type === "welcome") this.#welcome(frame);
    else if (type === "fill") this.#catchUp(frame);
    else if (type === "message_posted" || type === "message_changed" || type === "room_changed") this.#show(this.#sequence.take(frame));
    else if (type === "notice") this.#toldOne(frame);
    else if (type === "beat") this.#beat(frame);
    else this.#answered(frame);
    if (epoch !== undefined && this.#sequence.isOtherEpoch(epoch)) this.#loadAgain();
    else if (seq !== undefined) this.#fills.look();
    if (oldest) this.#log.dropBefore(oldest);
  }

  #welcome(frame) {
    this.#hasEntered = true;
    this.#you = frame.you;
    this.#log.ownSeats = [frame.you.seat, ...(frame.you.seats ?? [])];
    this.#log.around(() => document.querySelector("[data-reload]")?.remove());
    this.#leaveOut(frame.you.ignoring);
    this.#log.around(() => this.#notices.settle(frame.notices, this.#notices.shown));
    this.#tell(frame.notices);
    this.#catchUp(frame);
    this.#showRoom(frame.room);
    this.#showHeld(this.#you.waiting);
  }

  #catchUp(frame) {
    if (frame.recovered) this.#show(this.#sequence.catchUp(frame));
    else this.#loadAgain();
  }

  #show(events) {
    const rows = events.filter(({ message }) => message);
    const room = events.filter((event) => event.room).at(-1)?.room;
    this.#voice.changed(rows.map(({ message }) => message));
    if (rows.length) this.#voice.hear(this.#log.put(rows));
    if (room) this.#showRoom(room);
    this.#noLongerHeld(rows.map(({ message }) => message.id));
    // whoever is erased is on nobody's list any more, and only the house can take them off
    if (rows.some(({ message }) => message.state === "erased" && this.#log.ignores(message.seat))) this.#askWhatIMay();
    const unnamed = rows.filter(({ message }) => !message.call_name && this.#log.ignores(message.seat));
    for (const seat of new Set(unnamed.map(({ message }) => message.seat))) this.#unname(seat);
  }

  /** The list of whom one does not read says nothing that the words do not say. */
  #unname(seat) {
    const box = document.querySelector("[data-ignored]"); // there is none at the desk
    if (box) import("./elements/ignored_people.js").then(({ unnamePerson }) => unnamePerson(box, seat), () => {}); // else the next page does
  }

  /** A letter may be about what one may do here, and only the house knows. */
  #toldOne(notice) {
    if (notice.over) return this.#log.around(() => this.#notices.takeBack(notice.id));
    this.#tell([notice]);
    if (notice.code !== SUPPORT) this.#askWhatIMay();
  }

  async #askWhatIMay() {
    const query = new URLSearchParams({ ...this.#sequence.place, wait: 0 });
    const shown = this.#notices.shown;
    const answer = await this.#ask(`/rooms/${this.#slug}/events/?${query}`);
    if (!answer || this.#hasEnded) return;
    this.#you = answer.you;
    this.#leaveOut(answer.you.ignoring);
    this.#showHeld(answer.you.waiting);
    this.#log.around(() => this.#notices.settle(answer.notices, shown));
    this.#showRoom(this.#room);
  }

  #tell(notices) {
    if (!notices.length) return;
    const isAnswer = notices.at(-1).code === SUPPORT && performance.now() - this.#wroteAt < ANSWER_MS;
    const put = () => notices.map((notice) => this.#notices.put(notice)).filter(Boolean).at(isAnswer ? -1 : 0);
    this.#log.aroundLetter(put, isAnswer);
  }

  #showRoom(room) {
    this.#room = { ...room, crowd: room.crowd ?? this.#room.crowd };
    let mayPost;
    this.#log.around(() => (mayPost = this.#sign.show(this.#room, this.#you)));
    if (this.#composer) {
      this.#composer.isOver = this.#room.state === "closed";
      this.#composer.mayPost = mayPost || this.#you.why_not === "rules_changed";
    }
    if (this.#you.why_not === "rules_changed") this.#showRules();
    this.#waitForEnd(this.#you.until);
  }

  /** What ends at a certain time ends without a letter. */
  #waitForEnd(until) {
    clearTimeout(this.#untilTimer);
    const ms = Date.parse(until) - Date.now();
    if (ms < LONGEST_TIMER_MS) this.#untilTimer = setTimeout(() => this.#askWhatIMay(), Math.max(ms, ASK_AGAIN_MS));
  }

  #beat({ seq, crowd, at }) {
    this.#sequence.heardOf(seq);
    this.#sign.setClock(at);
    if (crowd !== this.#room.crowd) this.#showRoom({ ...this.#room, crowd });
  }

  /** The number cannot bridge the gap: the page's words are asked for again. */
  async #loadAgain() {
    if (this.#isLoading) return;
    this.#isLoading = true;
    this.#sequence.goAstray();
    for (let tries = 0; this.#isLoading; tries += 1) {
      const page = await this.#page();
      if (page) {
        this.#isLoading = false;
        this.#log.rebuild(page);
        this.#show(this.#sequence.startAgain(page));
        this.#fills.look();
      } else {
        await new Promise((resolve) => setTimeout(resolve, 1_000 + waitMs(tries)));
      }
    }
  }

  #page(before) {
    return this.#ask(`/rooms/${this.#slug}/messages/${before ? `?before=${before}` : ""}`);
  }

  /** What the house answers, or null. */
  async #ask(url, options = {}) {
    try {
      const response = await fetch(url, { ...options, headers: { Accept: "application/json" } });
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }

  // ---- what one does here ----

  #write(words) {
    if (words.verb !== "withdraw") {
      this.#wroteAt = performance.now();
      this.#log.aboutToWrite((log) => this.#notices.stepBack(log));
    }
    const delaySeconds = words.verb === "post" && !words.choice ? Number(document.documentElement.dataset.sendDelay) || 0 : 0;
    this.#outbox.add(words, { delayMs: delaySeconds * 1_000, closesAt: this.#room.closes_at ?? null });
    this.#why = delaySeconds ? `${delaySeconds}秒あとに送ります。` : this.#why;
    this.#pump();
    this.#line.hurry();
  }

  #takeBack(id) {
    const words = this.#outbox.takeBack(id);
    if (words?.verb === "edit") this.#composer?.beginEdit(words);
    else if (words) this.#giveBack(words, "");
    this.#pump();
    this.#composer?.focusField();
  }

  #chose(event) {
    const act = event.target.closest("[data-act], [data-older]");
    const id = act?.closest("[data-message]")?.dataset.message;
    const verbs = {
      edit: () => this.#composer?.beginEdit(this.#log.words(id)),
      withdraw: () => this.#write({ verb: "withdraw", message: id }),
      older: () => this.#readOlder(),
      ignore: () => this.#ignore(act),
      see: () => this.#ignore(act),
    };
    const verb = verbs["older" in (act?.dataset ?? {}) ? "older" : act?.dataset.act];
    if (!verb || event.ctrlKey || event.metaKey || (act.dataset.act === "edit" && !this.#composer)) return;
    event.preventDefault();
    act.closest(".menu")?.removeAttribute("open");
    verb();
  }

  async #readOlder() {
    const page = await this.#page(this.#log.firstPosition);
    if (page) this.#log.putOlder(page);
  }

  /** Whom one does not read is kept by the house; nobody else learns of it. */
  async #ignore(button) {
    const body = new URLSearchParams({ csrfmiddlewaretoken: token(), seat: button.value });
    button.closest(".menu")?.querySelector("summary").focus({ preventScroll: true }); // what was chosen closes
    const answer = await this.#ask(button.getAttribute("formaction"), { method: "POST", body });
    if (answer) this.#leaveOut(answer.ignoring);
    else this.#sign.say(NOT_CHANGED_LINE);
  }

  #leaveOut(seats = []) {
    const people = seats.map((seat) => ({ seat, name: this.#log.nameOf(seat) }));
    this.#voice.changed(this.#log.ignore(seats).map((id) => ({ id })));
    if (this.#log.lacksWords) this.#loadAgain();
    const box = document.querySelector("[data-ignored]"); // there is none at the desk
    if (!box || (box.hidden && !people.length)) return;
    import("./elements/ignored_people.js").then(({ showPeople }) => showPeople(box, people), () => {}); // else the next page shows them
  }

  /** What waits for a keeper, to its writer alone. */
  #showHeld(posts = [], own = "") {
    this.#you.waiting = posts;
    const box = document.querySelector("[data-held]"); // there is none at the desk
    if (!box || (box.hidden && !posts.length)) return;
    this.#showRoom(this.#room); // its own line need not say what stands with the words
    import("./elements/held_words.js").then(({ showHeld }) => this.#log.around(() => showHeld(box, posts), own ? box : null), () => {}); // else the next page shows them
  }

  #noLongerHeld(messages) {
    const posts = this.#you.waiting ?? [];
    if (posts.some(({ message }) => messages.includes(message))) this.#showHeld(posts.filter(({ message }) => !messages.includes(message)));
  }

  #tookBack(event) {
    const message = event.target.closest("[data-take-back]")?.closest("[data-held-post]").dataset.heldPost;
    if (!message || !this.#line.isOpen) return; // the form does it, too
    event.preventDefault();
    this.#write({ verb: "withdraw", message });
  }

  #seen(id) {
    if (this.#line.isOpen) this.#line.send({ type: "seen", id });
    return this.#line.isOpen;
  }

  // ---- the way of one's words ----

  #pump() {
    for (const words of this.#outbox.takeStale()) this.#giveBack(words, "前に書いた言葉を、下書きにもどしました。");
    const entry = this.#line.isOpen && this.#outbox.next();
    if (entry) {
      this.#outbox.sent(entry);
      this.#expectAnswer();
      this.#line.send(frameOf(entry));
    } else if (this.#line.isOpen) {
      this.#outbox.wakeWhenDue(() => this.#pump());
    }
    this.#showWaiting();
  }

  /** What is not out yet stands below the log, and one sentence says why. */
  #showWaiting() {
    const isOpen = this.#line.isOpen && navigator.onLine;
    const rows = this.#outbox.waiting(this.#isSlow || !isOpen);
    if (this.#waiting.isNew(rows)) {
      const isFresh = rows.some(({ at }) => Date.now() - at < JUST_WRITTEN_MS);
      this.#log.around(() => this.#waiting.show(rows), isFresh ? this.#waiting.list : null);
    }
    const line = isOpen ? (this.#isSlow && SENDING_LINE) || this.#why : WHEN_ONLINE_LINE;
    this.#sayWaiting(rows.length && !this.#hasEnded ? line : "");
    if (this.#isOffline) this.#sign.say(rows.length && this.#composer ? "" : OFFLINE_LINE);
  }

  /** What was said of other things meanwhile is left alone. */
  #sayWaiting(line) {
    if (line && (line !== this.#waitLine || !this.#composer?.said)) this.#composer?.say(line);
    else if (!line && this.#waitLine === this.#composer?.said) this.#composer?.say("");
    this.#waitLine = line;
  }

  #expectAnswer() {
    this.#stopWaiting();
    this.#slowTimer = setTimeout(() => {
      this.#isSlow = true;
      this.#showWaiting();
    }, SLOW_MS);
    this.#answerTimer = setTimeout(() => this.#line.restart(), ANSWER_MS);
  }

  #stopWaiting() {
    clearTimeout(this.#slowTimer);
    clearTimeout(this.#answerTimer);
    this.#isSlow = false;
  }

  #answered(frame) {
    const answer = this.#outbox.answered(frame);
    if (!answer) return;
    this.#stopWaiting();
    const { entry, then } = answer;
    if (then === "sent") {
      if (frame.type === "held") {
        this.#voice.tell(frame.text); // it is said once: where the words wait, and it goes with them
        this.#showHeld([...(this.#you.waiting ?? []).filter(({ id }) => id !== entry.id), { ...entry, message: frame.message, why: frame.text }], frame.message);
      } else if (frame.text) this.#composer?.say(frame.text);
      if (entry.verb === "post" && frame.message && frame.type !== "held") this.#log.showOwn(frame.message);
      else if (entry.verb === "withdraw") this.#noLongerHeld([entry.message]);
    } else if (frame.type === "asked" && this.#composer) {
      this.#giveBack(entry, "");
      this.#askAbout(frame, entry);
    } else if (then === "back") {
      if (frame.code === "name_taken") this.#askForName();
      this.#giveBack(entry, frame.text, { isHint: frame.code === "too_long" });
      if (frame.code === "rules_changed") this.#showRules();
    } else {
      const isShort = frame.code === "too_fast" && !(frame.retry_after > SHORT_WAIT_SECONDS);
      this.#why = isShort ? SLOWLY_LINE : frame.text;
    }
    this.#pump();
  }

  /** The words stand in the composer meanwhile, so that nothing is lost; chosen, they leave it. */
  #askAbout(frame, entry) {
    const words = { ...entry, ...frame.rest }; // once something was taken out it is about what is left
    const choose = (choice) => {
      if (!choice) {
        this.#composer.focusField();
        return this.#log.showLate();
      }
      this.#composer.takeOut(entry);
      const { verb, id, text, cover, tone } = words;
      this.#write({ verb, id, text, cover, tone, choice });
      this.#composer.focusField();
    };
    import("./elements/asked_sheet.js").then(
      ({ showAsked }) => showAsked(this.#composer, frame, words, choose),
      () => this.#composer.say(frame.text),
    );
  }

  #giveBack(entry, text, about) {
    if (entry.text && this.#composer) this.#composer.giveBack(entry);
    else if (entry.text) this.#keepForLater(entry);
    this.#composer?.say(text, about);
  }

  /** Nothing goes out under this name: what would follow comes back too, the last words first. */
  #askForName() {
    const rest = this.#outbox.entries.filter(({ verb }) => verb === "post").map(({ id }) => this.#outbox.takeBack(id));
    for (const words of rest.filter(Boolean).reverse()) this.#giveBack(words, "");
    this.#composer?.askForName();
  }

  /** Who only watches has no field; the words are there when there is one again. */
  #keepForLater(words) {
    const drafts = new Drafts(this.#slug, tab);
    drafts.keep(joinWords(words, drafts.read() ?? {}));
  }

  /** What changed in the house rules, as the page itself shows it, above the words that wait. */
  #showRules() {
    if (document.querySelector("[data-rules]")) return;
    const box = document.createElement("div");
    const link = document.createElement("a");
    box.className = "room__rules";
    box.dataset.rules = "";
    link.href = `/enter/?next=${encodeURIComponent(location.pathname)}`;
    link.textContent = "新しい約束を読む";
    box.append(link);
    this.#composer?.before(box);
    const request = new XMLHttpRequest(); // parses a page without a Trusted Types sink
    request.open("GET", location.pathname);
    request.responseType = "document";
    request.onload = () => {
      const rules = request.response?.querySelector("[data-rules]");
      if (rules) box.replaceWith(document.importNode(rules, true));
    };
    request.send();
  }

  // ---- the line itself ----

  #lost() {
    this.#stopWaiting();
    this.#outbox.lineLost();
    this.#showWaiting();
  }

  #offline(isOffline) {
    this.#isOffline = isOffline;
    if (isOffline) this.#showWaiting();
    else if (this.#you.mode) this.#sign.show(this.#room, this.#you);
    else this.#sign.say("");
  }

  #ended({ code, reason }) {
    if (isLeaving()) return;
    if (code === 1000 || (code === 4401 && this.#hasEntered)) {
      tab.wipe(code === 1000 ? this.#slug : "");
      emptyPage();
      location.reload();
      return;
    }
    if (code === 4401) tab.wipe();
    this.#hasEnded = true;
    this.#isOffline = false;
    this.#showWaiting();
    if (this.#composer) this.#composer.mayPost = false;
    this.#sign.say(PARTINGS[code] ?? reason);
  }
}

/** After the page can be used; Safari knows no idle callback. */
function whenIdle(then) {
  const soon = () => (globalThis.requestIdleCallback ? requestIdleCallback(then, { timeout: IDLE_MS }) : setTimeout(then, IDLE_MS));
  if (document.readyState === "complete") soon();
  else addEventListener("load", soon, { once: true });
}

function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]").value;
}

function frameOf({ verb, id, message, text, cover, tone, choice }) {
  const fields = Object.entries({ message, text, cover, tone, choice }).filter(([, value]) => value);
  return { type: verb, id, ...Object.fromEntries(fields) };
}

new Room();
