// Checks a dossier (docs/ledger.md) in a browser, without any network: nothing is shared with the program that writes it.
"use strict";

// ---- hashes: SHA-2, its constants computed from the primes they come from (FIPS 180-4) ----
const root = (n, k) => {
  let low = 0n, high = 1n << 104n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** k <= n) low = middle; else high = middle;
  }
  return low;
};
const MASK = (1n << 64n) - 1n;
const PRIMES = [];
for (let n = 2; PRIMES.length < 80; n += 1) if (PRIMES.every((p) => n % p)) PRIMES.push(n);
const K512 = PRIMES.map((p) => root(BigInt(p) << 192n, 3n) & MASK);
const H512 = PRIMES.slice(0, 8).map((p) => root(BigInt(p) << 128n, 2n) & MASK);
const K256 = Uint32Array.from(K512.slice(0, 64), (k) => Number(k >> 32n));
const H256 = Uint32Array.from(H512, (h) => Number(h >> 32n));

const join = (...parts) => {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) { out.set(part, at); at += part.length; }
  return out;
};

const padded = (bytes, block) => {
  const out = new Uint8Array(Math.ceil((bytes.length + 1 + block / 8) / block) * block);
  out.set(bytes);
  out[bytes.length] = 0x80;
  const view = new DataView(out.buffer);
  view.setUint32(out.length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(out.length - 4, (bytes.length * 8) >>> 0);
  return view;
};

const sha256 = (bytes) => {
  const view = padded(bytes, 64), h = Uint32Array.from(H256), w = new Uint32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(at + 4 * i);
    for (let i = 16; i < 64; i += 1) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = w[i - 16] + w[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
    }
    let [a, b, c, d, e, f, g, k] = h;
    for (let i = 0; i < 64; i += 1) {
      const one = (k + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K256[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      k = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, k].forEach((v, i) => { h[i] += v; });
  }
  const out = new DataView(new ArrayBuffer(32));
  h.forEach((v, i) => out.setUint32(4 * i, v));
  return new Uint8Array(out.buffer);
};

const sha512 = (bytes) => {
  const view = padded(bytes, 128), h = H512.slice();
  const turn = (x, n) => ((x >> n) | (x << (64n - n))) & MASK;
  for (let at = 0; at < view.byteLength; at += 128) {
    const w = [];
    for (let i = 0; i < 16; i += 1) w.push(view.getBigUint64(at + 8 * i));
    for (let i = 16; i < 80; i += 1) {
      const a = w[i - 15], b = w[i - 2];
      w.push((w[i - 16] + w[i - 7] + (turn(a, 1n) ^ turn(a, 8n) ^ (a >> 7n)) + (turn(b, 19n) ^ turn(b, 61n) ^ (b >> 6n))) & MASK);
    }
    let [a, b, c, d, e, f, g, k] = h;
    for (let i = 0; i < 80; i += 1) {
      const one = k + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & MASK & g)) + K512[i] + w[i];
      const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      k = g; g = f; f = e; e = (d + one) & MASK; d = c; c = b; b = a; a = (one + two) & MASK;
    }
    [a, b, c, d, e, f, g, k].forEach((v, i) => { h[i] = (h[i] + v) & MASK; });
  }
  const out = new DataView(new ArrayBuffer(64));
  h.forEach((v, i) => out.setBigUint64(8 * i, v));
  return new Uint8Array(out.buffer);
};

// ---- Ed25519 (RFC 8032), verification only ----
const P = (1n << 255n) - 19n;
const L = (1n << 252n) + 27742317777372353535851937790883648493n;
const mod = (x, m = P) => { const r = x % m; return r < 0n ? r + m : r; };
const power = (x, n) => {
  let out = 1n;
  for (let base = mod(x); n > 0n; n >>= 1n, base = base * base % P) if (n & 1n) out = out * base % P;
  return out;
};
const D = mod(-121665n * power(121666n, P - 2n));
const ROOT = power(2n, (P - 1n) / 4n);
const little = (bytes) => bytes.reduceRight((n, b) => (n << 8n) | BigInt(b), 0n);
const NEUTRAL = [0n, 1n, 1n, 0n];
const plus = ([x, y, z, t], [u, v, w, s]) => {
  const a = (y - x) * (v - u) % P, b = (y + x) * (v + u) % P, c = 2n * t * s % P * D % P, d = 2n * z * w % P;
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
};
const same = ([x, y, z], [u, v, w]) => mod(x * w - u * z) === 0n && mod(y * w - v * z) === 0n;
const point = (bytes) => {
  const all = little(bytes), y = all & ((1n << 255n) - 1n), odd = all >> 255n;
  if (y >= P) return null;
  const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  if (mod(v * x * x) !== u) {
    if (mod(v * x * x + u) !== 0n) return null;
    x = mod(x * ROOT);
  }
  if (x === 0n && odd) return null;
  if ((x & 1n) !== odd) x = P - x;
  return [x, y, 1n, mod(x * y)];
};
const BASE = point(Uint8Array.from([0x58, ...Array(31).fill(0x66)]));
const small = (p) => { let q = p; for (let i = 0; i < 3; i += 1) q = plus(q, q); return same(q, NEUTRAL); };
const signed = (key, text, signature) => {
  const a = point(key), r = point(signature.slice(0, 32)), s = little(signature.slice(32));
  if (!a || !r || s >= L || small(a) || small(r)) return false;
  const k = mod(little(sha512(join(signature.slice(0, 32), key, text))), L);
  // s·B - k·A, both scalars in one walk.
  const less = [mod(-a[0]), a[1], 1n, mod(-a[3])], both = plus(BASE, less);
  let sum = NEUTRAL;
  for (let bit = 252n; bit >= 0n; bit -= 1n) {
    sum = plus(sum, sum);
    const one = (s >> bit) & 1n, two = (k >> bit) & 1n;
    if (one || two) sum = plus(sum, one && two ? both : one ? BASE : less);
  }
  return same(sum, r);
};

// ---- bytes and text ----
const utf8 = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const words = (bytes) => { try { return decoder.decode(bytes); } catch { return null; } };
const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const equal = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);
const unhex = (text) => /^[0-9a-f]{64}$/.test(text) ? Uint8Array.from(text.match(/../g), (d) => parseInt(d, 16)) : null;
const base64 = (text) => {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4) return null;
  const raw = atob(text);
  return btoa(raw) === text ? Uint8Array.from(raw, (c) => c.charCodeAt(0)) : null;
};
const number = (text) => /^(0|[1-9][0-9]{0,14})$/.test(text ?? "") ? Number(text) : null;
const CRC = Uint32Array.from({ length: 256 }, (_, n) => { for (let i = 0; i < 8; i += 1) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n; });
const crc32 = (bytes) => { let c = -1; for (const b of bytes) c = CRC[(c ^ b) & 255] ^ (c >>> 8); return (c ^ -1) >>> 0; };

// ---- the envelope: every byte is laid down ----
const envelope = (bytes) => {
  let at = 0;
  const wrong = (where, problem) => { throw { place: `fichier ZIP, octet ${where}`, problem }; };
  const take = (n) => { if (at + n > bytes.length) wrong(bytes.length, "le fichier est coupé"); at += n; return bytes.subarray(at - n, at); };
  const expect = (list) => {
    const from = at, found = take(list.length), off = found.findIndex((b, i) => b !== list[i]);
    if (off >= 0) wrong(from + off, "l’enveloppe du dossier a été changée");
  };
  const four = (n) => [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24];
  const int = () => { const b = take(4); return (b[0] | (b[1] << 8) | (b[2] << 16) | (b[3] << 24)) >>> 0; };
  const members = [], directory = [];
  while ([80, 75, 3, 4].every((b, i) => bytes[at + i] === b)) {
    const offset = at;
    expect([80, 75, 3, 4]);
    const header = at;
    expect([10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0]);
    const sumAt = at, sum = int(), size = int();
    expect(four(size));
    const two = take(2), length = two[0] | (two[1] << 8);
    expect([0, 0]);
    const fixed = bytes.subarray(header, at), nameAt = at, raw = take(length), name = words(raw);
    if (name === null) wrong(nameAt, "le nom d’un fichier est illisible");
    const content = take(size);
    if (crc32(content) !== sum) wrong(sumAt, `${name} n’a plus la somme de contrôle de l’enveloppe`);
    directory.push(Uint8Array.from([80, 75, 1, 2, 10, 0]), fixed, new Uint8Array(10), Uint8Array.from(four(offset)), raw);
    members.push({ name, bytes: content });
  }
  const start = at, central = join(...directory), count = [members.length & 255, (members.length >> 8) & 255];
  expect(central);
  expect([80, 75, 5, 6, 0, 0, 0, 0, ...count, ...count, ...four(central.length), ...four(start), 0, 0]);
  if (at !== bytes.length) wrong(at, "des octets ont été ajoutés à la fin");
  return members;
};

// ---- keys, signed notes, time stamps ----
const readKey = (text) => {
  const parts = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text), data = parts && base64(parts[3]);
  if (!data) return { problem: "la clé publique n’a pas la forme nom+identifiant+base64" };
  if (data.length !== 33 || data[0] !== 1 || !point(data.subarray(1))) return { problem: "la clé publique n’est pas une clé Ed25519" };
  const id = sha256(join(utf8.encode(parts[1]), Uint8Array.of(10, 1), data.subarray(1))).slice(0, 4);
  if (!parts[1] || parts[2] !== hex(id)) return { problem: "l’identifiant de la clé publique ne correspond pas à la clé" };
  return { text, name: parts[1], id, point: data.slice(1) };
};
const noteText = (bytes) => { const all = words(bytes) ?? "", at = all.lastIndexOf("\n\n"); return at < 0 ? "" : all.slice(0, at + 1); };
const noteProblem = (bytes, key) => {
  const form = "n’a pas la forme d’une note signée", all = words(bytes);
  const found = all === null ? null : /^([\s\S]*\n)\n\u2014 (.*) ([^ \n]*)\n$/.exec(all);
  const data = found && base64(found[3]);
  if (!data || data.length < 4 || found[1].includes("\n\n\u2014 ")) return form;
  if (found[2] !== key.name || !equal(data.subarray(0, 4), key.id)) return "est signé par une autre clé que key.pub";
  if (data.length !== 68) return form;
  return signed(key.point, utf8.encode(found[1]), data.subarray(4)) ? null : "porte une signature fausse : le texte a été changé";
};
const stamp = (bytes) => {
  const element = (b) => {
    if (b.length < 2) return null;
    let at = 2, length = b[1];
    if (length >= 0x80) {
      const digits = length & 0x7f;
      if (!digits || digits > 4 || b.length < 2 + digits) return null;
      length = b.subarray(2, 2 + digits).reduce((n, d) => n * 256 + d, 0);
      at += digits;
    }
    return b.length < at + length ? null : { tag: b[0], body: b.subarray(at, at + length), rest: b.subarray(at + length) };
  };
  const tagged = (b, tag) => { const e = element(b); if (!e || e.tag !== tag) throw new Error("DER"); return e; };
  try {
    const whole = tagged(bytes, 0x30), status = tagged(whole.body, 0x30), granted = tagged(status.body, 2).body;
    if (granted.length !== 1 || granted[0] > 1 || whole.rest.length) return null;
    let at = tagged(tagged(tagged(tagged(status.rest, 0x30).body, 6).rest, 0xa0).body, 0x30).body;
    at = tagged(tagged(tagged(at, 2).rest, 0x31).rest, 0x30).body;
    const kind = tagged(at, 6);
    at = tagged(tagged(tagged(kind.rest, 0xa0).body, 4).body, 0x30).body;
    const imprint = tagged(tagged(tagged(at, 2).rest, 6).rest, 0x30), algorithm = tagged(imprint.body, 0x30);
    const digest = tagged(algorithm.rest, 4).body, time = words(tagged(tagged(imprint.rest, 2).rest, 0x18).body) ?? "";
    const own = hex(kind.body) === "2a864886f70d0109100104" && hex(algorithm.body).startsWith("0609608648016503040201");
    const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d).*Z$/.exec(time);
    if (!own || digest.length !== 32 || !parts) return null;
    const [, year, month, day, hour, minute, second] = parts;
    return { imprint: digest, time: `${year}-${month}-${day}T${hour}:${minute}:${second}Z` };
  } catch { return null; }
};

// ---- the tree (RFC 6962) ----
const node = (a, b) => sha256(join(Uint8Array.of(1), a, b));
const roots = (leaves, sizes) => {
  const stack = [], out = [];
  let done = 0;
  for (const size of sizes) {
    if (size > leaves.length || size < done) { out.push(null); continue; }
    for (; done < size; done += 1) {
      let height = 0, hash = leaves[done];
      while (stack.length && stack.at(-1)[0] === height) { hash = node(stack.pop()[1], hash); height += 1; }
      stack.push([height, hash]);
    }
    const top = stack.length ? stack.map((s) => s[1]).reduceRight((right, left) => node(left, right)) : sha256(new Uint8Array());
    out.push(top);
  }
  return out;
};

// ---- the check ----
function verifyDossier(bytes, expected) {
  const report = { findings: [], origin: "", key: "", contract: "", created: "", size: 0, entries: 0, files: 0, stamps: [], period: null };
  // A hostile file may be wrong in every line: what is told is bounded.
  const find = (place, problem) => { if (report.findings.length < 1000) report.findings.push({ place, problem }); };
  let members;
  try { members = envelope(bytes); } catch (wrong) { if (!wrong.place) throw wrong; report.findings.push(wrong); return report; }
  const by = new Map(members.map((m) => [m.name, m]));
  if (by.size !== members.length) find("fichier ZIP", "deux fichiers portent le même nom");

  const keyText = words(by.get("key.pub")?.bytes ?? new Uint8Array()) ?? "";
  const key = keyText.endsWith("\n") ? readKey(keyText.slice(0, -1)) : { problem: "la clé publique manque ou est illisible" };
  if (key.problem) find("key.pub", key.problem); else report.key = key.text;
  if (expected && expected.trim() !== report.key) find("key.pub", "ce n’est pas la clé attendue : le dossier a été signé par quelqu’un d’autre");

  if (members[0]?.name !== "index.txt") find("index.txt", "l’index n’est pas en tête du dossier");
  const own = by.get("index.txt"), problem = own && !key.problem ? noteProblem(own.bytes, key) : null;
  if (problem) find("index.txt", `l’index ${problem}`);
  const index = readIndex(own ? noteText(own.bytes) : "");
  if (!index) find("index.txt", "l’index est illisible");
  const { origin = "", contract = "", created = "", size = 0, entries = 0, files = [] } = index ?? {};
  Object.assign(report, { origin, created, size, contract: contract === "*" ? "" : contract });
  if (!key.problem && key.name !== origin) find("index.txt", `l’index est du registre ${origin}, la clé de ${key.name}`);
  holdFiles(files, members, by, find);

  const leaves = readLeaves(by.get("leaves.txt"), size, find);
  holdCheckpoints(members, leaves, key, origin, size, find);
  const lines = by.get("entries.jsonl");
  if (lines) holdEntries(lines.bytes, leaves, report, members, find);
  if (report.entries !== entries) find("entries.jsonl", `${report.entries} écritures au lieu des ${entries} de l’index`);
  for (const name of ["leaves.txt", "entries.jsonl"]) if (!by.has(name)) find(name, "ce fichier manque");
  for (const member of members.filter((m) => m.name.startsWith("stamps/"))) {
    const at = /^stamps\/(.*)\.tsr$/.exec(member.name)?.[1], note = by.get(`checkpoints/${at}.txt`), token = stamp(member.bytes);
    if (!note) find(member.name, "cet horodatage ne correspond à aucun relevé");
    else if (!token) find(member.name, "cet horodatage est illisible");
    else if (!equal(token.imprint, sha256(note.bytes))) find(member.name, "cet horodatage porte sur autre chose que son relevé");
    else report.stamps.push({ size: Number(at), time: token.time });
  }
  return report;
}

function readIndex(text) {
  const lines = text.split("\n");
  if (lines.pop() !== "" || lines.shift() !== "clausule-dossier/1") return null;
  const field = (name) => { const line = lines.shift() ?? ""; return line.startsWith(`${name} `) ? line.slice(name.length + 1) : null; };
  const out = { origin: field("origin"), contract: field("contract"), created: field("created"), size: number(field("size")), entries: number(field("entries")), files: [] };
  for (const line of lines) {
    const parts = /^file ([^ ]*) ([^ ]*) (.*)$/.exec(line);
    if (!parts || number(parts[2]) === null) return null;
    out.files.push({ sha256: parts[1], size: Number(parts[2]), name: parts[3] });
  }
  return Object.values(out).includes(null) ? null : out;
}

function holdFiles(files, members, by, find) {
  for (const { sha256: digest, size, name } of files) {
    const member = by.get(name);
    if (!member) find(name, "ce fichier manque : il a été retiré du dossier");
    else if (member.bytes.length !== size) find(name, `ce fichier a été changé : ${member.bytes.length} octets au lieu de ${size}`);
    else if (hex(sha256(member.bytes)) !== digest) find(name, "ce fichier a été changé : son empreinte n’est plus celle de l’index");
  }
  const places = new Map(files.map((f, at) => [f.name, at]));
  let last = -1;
  for (const { name } of members.filter((m) => m.name !== "index.txt")) {
    const at = places.get(name);
    if (at === undefined) find(name, "ce fichier n’est pas dans l’index : il a été ajouté");
    else if (at < last) find(name, "ce fichier n’est plus à sa place");
    else last = at;
  }
}

function readLeaves(member, size, find) {
  const lines = (member ? words(member.bytes) ?? "?" : "").split("\n");
  if (lines.at(-1) === "") lines.pop();
  const leaves = lines.map((line, at) => {
    const leaf = unhex(line);
    if (!leaf) find(`leaves.txt, ligne ${at + 1}`, "cette empreinte est illisible");
    return leaf ?? new Uint8Array(32);
  });
  if (leaves.length !== size) find("leaves.txt", `${leaves.length} empreintes au lieu des ${size} de l’index`);
  return leaves;
}

function holdCheckpoints(members, leaves, key, origin, size, find) {
  const known = [];
  for (const member of members.filter((m) => m.name.startsWith("checkpoints/"))) {
    const problem = key.problem ? null : noteProblem(member.bytes, key);
    if (problem) find(member.name, `le relevé ${problem}`);
    const [name, count, top, end, more] = noteText(member.bytes).split("\n"), n = number(count), hash = base64(top ?? "");
    if (end !== "" || more !== undefined || n === null || hash?.length !== 32) find(member.name, "le relevé n’a pas la forme d’un relevé");
    else if (name !== origin) find(member.name, "le relevé est le relevé d’un autre registre");
    else if (member.name !== `checkpoints/${n}.txt`) find(member.name, `ce relevé porte sur ${n} écritures : il a changé de nom`);
    else known.push({ n, hash, name: member.name });
  }
  known.sort((a, b) => a.n - b.n);
  roots(leaves, known.map((k) => k.n)).forEach((computed, i) => {
    const { n, hash, name } = known[i];
    if (!computed) find(name, `le registre avait ${n} écritures : la fin a été coupée`);
    else if (!equal(computed, hash)) find(name, `les ${n} premières écritures n’ont pas l’empreinte du relevé : le registre a été réécrit`);
  });
  if (known.at(-1)?.n !== size) find("checkpoints", "aucun relevé signé ne couvre toutes les écritures");
}

function holdEntries(bytes, leaves, report, members, find) {
  const entries = [], lines = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(10, from);
    if (end < 0) find("entries.jsonl", "la dernière écriture est coupée");
    lines.push(bytes.subarray(from, end < 0 ? bytes.length : end));
    from = end < 0 ? bytes.length : end + 1;
  }
  lines.forEach((line, at) => {
    const place = `entries.jsonl, ligne ${at + 1}`;
    let entry = null;
    try { entry = JSON.parse(words(line) ?? ""); } catch { /* told below */ }
    if (!Number.isInteger(entry?.seq) || typeof entry.filed !== "string") { find(place, "cette écriture est illisible : elle a été changée"); return; }
    if (entry.v !== 1) find(place, `version ${entry.v} inconnue de ce vérificateur`);
    const leaf = leaves[entry.seq];
    if (!leaf) find(place, `l’écriture n° ${entry.seq} n’existe pas dans le registre`);
    else if (!equal(leaf, sha256(join(Uint8Array.of(0), line)))) find(place, `l’écriture n° ${entry.seq} a été changée`);
    entries.push(entry);
  });
  entries.forEach((entry, at) => {
    if (at && entries[at - 1].seq >= entry.seq) find("entries.jsonl", `l’écriture n° ${entry.seq} vient après la n° ${entries[at - 1].seq} : l’ordre a été changé ou une écriture doublée`);
  });
  holdWhole(entries, leaves.length, report.contract, find);
  holdBlobs(entries, members, report, find);
  const dates = entries.map((e) => e.filed).sort();
  report.period = dates.length ? [dates[0], dates.at(-1)] : null;
  report.entries = entries.length;
}

function holdWhole(entries, size, contract, find) {
  const gaps = (there, from, to, say) => {
    const lost = [];
    let more = 0;
    for (let n = from; n < to; n += 1) if (!there.has(n) && lost.push(n) > 5) { lost.pop(); more += 1; }
    lost.forEach((n) => find("entries.jsonl", say(n)));
    if (more) find("entries.jsonl", `${more} autres écritures manquent`);
  };
  if (!contract) {
    gaps(new Set(entries.map((e) => e.seq)), 0, size, (n) => `l’écriture n° ${n} manque : elle a été retirée`);
    return;
  }
  const own = entries.filter((e) => e.contract === contract), there = new Set(own.map((e) => e.nth));
  const end = own.reduce((n, e) => Math.max(n, e.nth ?? 0), 0);
  gaps(there, 1, Math.min(end, size) + 1, (n) => `la ${n}e écriture du contrat ${contract} manque : elle a été retirée`);
  entries.filter((e) => e.contract !== contract).forEach((e) => find("entries.jsonl", `l’écriture n° ${e.seq} n’est pas du contrat ${contract}`));
  // Handing out a dossier is itself an entry of the contract, so its last one is the ledger's last.
  if (entries.at(-1)?.seq !== size - 1) find("entries.jsonl", `la dernière écriture du contrat ${contract} manque : la fin a été coupée`);
}

function holdBlobs(entries, members, report, find) {
  const there = new Map(members.filter((m) => m.name.startsWith("blobs/")).map((m) => [m.name.slice(6), m]));
  const named = new Set();
  // What was erased is named by an entry that says so.
  const says = (entry) => entry.kind === "decision" && entry.body?.action === "erased" && Array.isArray(entry.body.files);
  const erased = new Set(entries.filter(says).flatMap((entry) => entry.body.files));
  for (const entry of entries) {
    for (const blob of entry.blobs ?? []) {
      const member = there.get(blob.sha256), first = !named.has(blob.sha256), what = `« ${blob.name} » de l’écriture n° ${entry.seq}`;
      named.add(blob.sha256);
      if (!member && erased.has(blob.sha256)) continue;
      if (!member) find(`blobs/${blob.sha256}`, `le fichier ${what} manque`);
      else if (first && (member.bytes.length !== blob.size || hex(sha256(member.bytes)) !== blob.sha256)) find(member.name, `le fichier ${what} a été changé`);
    }
  }
  for (const name of there.keys()) if (!named.has(name)) find(`blobs/${name}`, "aucune écriture ne nomme ce fichier : il a été ajouté");
  report.files = named.size;
}
