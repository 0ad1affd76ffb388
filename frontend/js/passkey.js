/** Forms that ask the device for a passkey: hidden where there is none, so that nobody presses in vain. */

const NOT_NOW = "パスキーを、受けとれませんでした。もう一度 ためすか、ほかの方法で どうぞ。";
const BYTES_PER_CALL = 4096;

/** base64url → bytes. */
function bytesOf(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

/** Bytes → base64url without padding. */
function textOf(buffer) {
  const bytes = new Uint8Array(buffer);
  let binary = "";
  for (let at = 0; at < bytes.length; at += BYTES_PER_CALL) {
    binary += String.fromCharCode(...bytes.subarray(at, at + BYTES_PER_CALL));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const withBytes = (credentials = []) => credentials.map((known) => ({ ...known, id: bytesOf(known.id) }));

function toMake({ publicKey }) {
  return {
    publicKey: {
      ...publicKey,
      challenge: bytesOf(publicKey.challenge),
      user: { ...publicKey.user, id: bytesOf(publicKey.user.id) },
      excludeCredentials: withBytes(publicKey.excludeCredentials),
    },
  };
}

function toShow({ publicKey }) {
  return {
    publicKey: {
      ...publicKey,
      challenge: bytesOf(publicKey.challenge),
      allowCredentials: withBytes(publicKey.allowCredentials),
    },
  };
}

/** What the server reads of a credential. */
function asJson({ id, rawId, type, authenticatorAttachment, response }, extensions) {
  const fields = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const present = fields.filter((name) => response[name]);
  return JSON.stringify({
    id,
    rawId: textOf(rawId),
    type,
    authenticatorAttachment,
    response: Object.fromEntries(present.map((name) => [name, textOf(response[name])])),
    clientExtensionResults: extensions,
  });
}

class PasskeyForm {
  #form;
  #isAsking = false;

  constructor(form) {
    this.#form = form;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ask();
    });
  }

  async #ask() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#say("");
    try {
      const credential = await this.#credential(await this.#options());
      this.#form.elements.credential.value = asJson(credential, credential.getClientExtensionResults());
      this.#form.submit();
    } catch {
      this.#say(NOT_NOW);
      this.#isAsking = false;
    }
  }

  async #options() {
    const { options, source } = this.#form.dataset;
    if (options) return JSON.parse(options);
    const answer = await fetch(source, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("no options");
    return answer.json();
  }

  #credential(options) {
    const makes = this.#form.dataset.passkey === "make";
    return makes ? navigator.credentials.create(toMake(options)) : navigator.credentials.get(toShow(options));
  }

  #say(text) {
    const say = this.#form.querySelector("[data-say]");
    say.textContent = text;
    say.hidden = !text;
  }
}

if ("PublicKeyCredential" in window) {
  for (const form of document.querySelectorAll("form[data-passkey]")) new PasskeyForm(form);
  for (const instead of document.querySelectorAll("[data-without-passkey]")) instead.hidden = true;
}
