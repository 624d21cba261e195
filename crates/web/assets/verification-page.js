// ---- the page ----
const shown = document.getElementById("resultat"), chosen = document.getElementById("dossier"), wanted = document.getElementById("cle");
const made = (tag, text, className) => {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
};
const day = (text) => {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date.toLocaleString("fr-FR", { timeZone: "Europe/Paris", dateStyle: "long", timeStyle: "short" });
};
const told = (name, report) => {
  const whole = report.findings.length === 0, card = made("section", undefined, `card ${whole ? "good" : "bad"}`);
  card.append(made("h2", name), made("p", whole ? "✓ Ce dossier est intact." : "✕ Ce dossier a été changé ou abîmé : ne vous y fiez pas.", "verdict"));
  if (!whole) {
    const list = made("ul");
    for (const { place, problem } of report.findings.slice(0, 30)) list.append(made("li", `${place} : ${problem}`));
    if (report.findings.length > 30) list.append(made("li", `et ${report.findings.length - 30} autres constats`));
    card.append(list);
    return card;
  }
  const facts = made("dl"), fact = (term, text) => { facts.append(made("dt", term), made("dd", text)); };
  fact("Contrat", report.contract || "tout le registre");
  fact("Établi le", day(report.created));
  fact("Écritures", `${report.entries.toLocaleString("fr-FR")} sur les ${report.size.toLocaleString("fr-FR")} du registre`);
  if (report.period) fact("Période", `du ${day(report.period[0])} au ${day(report.period[1])}`);
  fact("Pièces", report.files.toLocaleString("fr-FR"));
  for (const { size, time } of report.stamps) fact("Horodatage", `${day(time)}, sur ${size.toLocaleString("fr-FR")} écritures ; la signature de l’autorité reste à vérifier avec son certificat`);
  const key = made("dd");
  key.append(made("code", report.key));
  facts.append(made("dt", "Signé par"), key);
  card.append(facts);
  if (!wanted.value.trim()) card.append(made("p", "Comparez cette clé avec celle qu’on vous a remise par une autre voie.", "help"));
  return card;
};
const check = async () => {
  const file = chosen.files[0];
  if (!file) return;
  shown.replaceChildren(made("p", "Vérification…", "card"));
  const bytes = new Uint8Array(await file.arrayBuffer());
  // The words are shown before the work begins.
  await new Promise((done) => { setTimeout(done, 30); });
  shown.replaceChildren(told(file.name, verifyDossier(bytes, wanted.value.trim())));
};
chosen.addEventListener("change", check);
wanted.addEventListener("change", check);
