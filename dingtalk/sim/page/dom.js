// Small pieces that all views share. Text becomes text nodes only: nothing that a message holds is ever parsed as HTML.

export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) el.addEventListener(key.slice(2), value);
    else if (key === "class") el.className = value;
    else if (key in el && !key.startsWith("aria") && key !== "list") el[key] = value;
    else el.setAttribute(key, value === true ? "" : value);
  }
  el.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

export async function post(name, body) {
  const answer = await fetch("/sim/" + name, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.error);
  return value;
}

let toastTimer;
export function toast(text) {
  const el = document.getElementById("toast");
  el.textContent = text;
  el.classList.add("on");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => el.classList.remove("on"), 4000);
}

// tried runs what may fail and says so to the person.
export async function tried(doing) {
  try {
    return await doing();
  } catch (failed) {
    toast(failed.message);
    return undefined;
  }
}

const hues = [210, 265, 160, 24, 330, 190, 45, 290];
export function avatar(name, kind) {
  let sum = 0;
  for (const c of name) sum += c.codePointAt(0);
  const el = h("span", { class: "avatar " + (kind ?? "person"), "aria-hidden": "true" }, kind === "group" ? "群" : [...name].slice(-2).join(""));
  el.style.setProperty("--hue", hues[sum % hues.length]);
  return el;
}

const zone = { timeZone: "Asia/Shanghai" };
const clockOf = new Intl.DateTimeFormat("zh-CN", { ...zone, hour: "2-digit", minute: "2-digit", hour12: false });
const secondsOf = new Intl.DateTimeFormat("zh-CN", { ...zone, hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hour12: false });
const dayOf = new Intl.DateTimeFormat("zh-CN", { ...zone, year: "numeric", month: "long", day: "numeric", weekday: "short" });
const shortOf = new Intl.DateTimeFormat("zh-CN", { ...zone, month: "numeric", day: "numeric" });
export const time = (t) => clockOf.format(new Date(t));
export const seconds = (t) => secondsOf.format(new Date(t));
export const day = (t) => dayOf.format(new Date(t));
export const shortDay = (t) => shortOf.format(new Date(t));
export const isoDay = (t) => new Intl.DateTimeFormat("sv-SE", zone).format(new Date(t));

export function size(bytes) {
  if (bytes < 1024) return bytes + " B";
  if (bytes < 1 << 20) return (bytes / 1024).toFixed(1) + " KB";
  return (bytes / (1 << 20)).toFixed(1) + " MB";
}
