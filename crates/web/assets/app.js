// Everything works without this file; it only makes dropping and waiting smoother.
"use strict";

// A contract dropped anywhere on the page, or chosen, is sent at once.
const drop = document.querySelector("[data-drop]");
if (drop) {
  const input = drop.querySelector("input[type=file]");
  const zone = drop.querySelector(".drop");
  const send = () => {
    if (!input.files.length) return;
    zone.classList.add("over");
    const chosen = document.createElement("p");
    chosen.className = "chosen";
    chosen.setAttribute("role", "status");
    chosen.textContent = [...input.files].map((f) => f.name).slice(0, 3).join(", ") + (input.files.length > 3 ? "…" : "");
    zone.append(chosen, document.createElement("progress"));
    drop.requestSubmit();
  };
  input.addEventListener("change", send);
  addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) zone.classList.remove("over"); });
  addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; send(); }
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

// The menu folds again when one looks elsewhere.
const menu = document.querySelector("[data-menu]");
if (menu) {
  addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) { menu.open = false; menu.querySelector("summary").focus(); }
  });
}

// While something is read, the page renews itself without blinking.
const waiting = document.querySelector("[data-wait]");
if (waiting) {
  const renew = async () => {
    try {
      const answer = await fetch(location.href);
      if (answer.redirected) { location.replace(answer.url); return; }
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main > section");
      const shown = document.querySelector("main > section");
      if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceWith(fresh);
      if (fresh && !fresh.hasAttribute("data-wait")) return;
    } catch { /* the server may be restarting */ }
    setTimeout(renew, 400);
  };
  setTimeout(renew, 200);
}
