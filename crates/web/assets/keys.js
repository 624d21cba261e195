// Passkeys: asks the browser for one and hands its answer to the form as text. Without script or passkeys the forms stay hidden.
"use strict";

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const answer = async (asked) => {
  if (asked.get) {
    const given = { ...asked.get, challenge: toBytes(asked.get.challenge) };
    const key = await navigator.credentials.get({ publicKey: given });
    const { clientDataJSON, authenticatorData, signature, userHandle } = key.response;
    return {
      nom_cle: toText(key.rawId), client: toText(clientDataJSON), donnees: toText(authenticatorData),
      signature: toText(signature), titulaire: userHandle ? toText(userHandle) : "",
    };
  }
  const given = { ...asked.create, challenge: toBytes(asked.create.challenge) };
  given.user = { ...given.user, id: toBytes(given.user.id) };
  given.excludeCredentials = given.excludeCredentials.map((known) => ({ ...known, id: toBytes(known.id) }));
  const key = await navigator.credentials.create({ publicKey: given });
  return { client: toText(key.response.clientDataJSON), donnees: toText(key.response.attestationObject) };
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    for (const told of form.querySelectorAll("[role=alert]")) told.hidden = true;
    try {
      const asked = await fetch(form.dataset.passkey, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!asked.ok) {
        form.querySelector("[data-wrong]").hidden = false;
        return;
      }
      const fields = await answer(await asked.json());
      for (const secret of form.querySelectorAll("input[type=password]")) secret.disabled = true;
      for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
      form.submit();
    } catch {
      form.querySelector("[data-refused]").hidden = false;
    }
  });
}
