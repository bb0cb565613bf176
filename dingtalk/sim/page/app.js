// The page: whose phones are shown, which panel is open, the calendar.
import { h, post, tried, toast, avatar, day, isoDay } from "./dom.js";
import { store, watch, follow } from "./store.js";
import { Phone } from "./phone.js";
import { Log, Faults, Robots } from "./side.js";

const phones = new Map();
const panels = { log: ["日志", Log], faults: ["故障", Faults], robots: ["机器人", Robots] };
const built = {};
let panel = null, shown = [];

const el = (id) => document.getElementById(id);
const saved = (key, otherwise) => { try { return JSON.parse(localStorage.getItem("sim." + key)) ?? otherwise; } catch { return otherwise; } };
const save = (key, value) => { try { localStorage.setItem("sim." + key, JSON.stringify(value)); } catch { /* private window: not remembered */ } };

function choose(id, alone) {
  shown = alone ? [id] : shown.includes(id) ? shown.filter((x) => x !== id) : [...shown, id];
  if (!shown.length) shown = [id];
  save("shown", shown);
  renderPeople();
  renderPhones();
}

function renderPeople() {
  const focused = document.activeElement?.dataset?.chip;
  el("people").replaceChildren(...[...store.people.values()].map((p) => h("button", {
    type: "button", class: "chip", "data-chip": p.staff_id, "aria-pressed": String(shown.includes(p.staff_id)), title: "双击只看 " + p.name,
    onclick: () => choose(p.staff_id, matchMedia("(max-width: 760px)").matches), ondblclick: () => choose(p.staff_id, true),
  }, avatar(p.name), h("span", {}, p.name))));
  if (focused) el("people").querySelector(`[data-chip="${CSS.escape(focused)}"]`)?.focus();
}

function renderPhones() {
  for (const [id, phone] of phones) if (!shown.includes(id)) phone.el.remove();
  const nodes = shown.filter((id) => store.people.has(id)).map((id) => {
    if (!phones.has(id)) phones.set(id, new Phone(id));
    return phones.get(id);
  });
  const area = el("phones");
  area.classList.toggle("single", nodes.length === 1);
  nodes.forEach((p, i) => { if (area.children[i] !== p.el) area.insertBefore(p.el, area.children[i] ?? null); p.render(); });
}

function renderTools() {
  el("tools").replaceChildren(...Object.entries(panels).map(([id, [name]]) => {
    const struck = id === "faults" ? store.faults.filter((f) => f.on).length : 0;
    const online = id === "robots" ? store.robots.some((r) => r.connections.length || r.webhook) : null;
    return h("button", { type: "button", "data-tool": id, "aria-pressed": String(panel === id), "aria-controls": "side", onclick: () => openPanel(panel === id ? null : id) },
      online === null ? null : h("span", { class: "dot" + (online ? " on" : ""), "aria-label": online ? "在线" : "不在线" }), name, struck ? h("span", { class: "badge" }, struck) : null);
  }));
}

function openPanel(id) {
  panel = id;
  save("panel", id);
  const side = el("side");
  side.hidden = !id;
  document.body.classList.toggle("with-side", Boolean(id));
  if (id) {
    built[id] ??= new panels[id][1]();
    side.replaceChildren(h("div", { class: "side-head" }, h("h2", {}, panels[id][0]), h("button", { type: "button", class: "close", "aria-label": "关闭", onclick: () => openPanel(null) }, "×")), built[id].el);
    side.setAttribute("aria-label", panels[id][0]);
    built[id].render();
  }
  renderTools();
}

function renderClock() {
  const box = el("clock"), c = store.clock;
  box.hidden = !c;
  if (!c) return;
  const go = (body) => tried(() => post("clock", body));
  const date = h("input", { type: "date", "aria-label": "跳到哪一天", min: isoDay(c.now), value: isoDay(c.now), disabled: c.playing });
  const [, when, weekday] = /^(.*?)(周.|星期.)?$/.exec(day(c.now));
  box.replaceChildren(h("strong", {}, when, h("span", { class: "weekday" }, weekday ?? "")), h("button", { type: "button", disabled: c.playing, onclick: () => go({ days: 1 }) }, "次日"), h("button", { type: "button", disabled: c.playing, onclick: () => go({ months: 1 }) }, "下月"),
    h("form", { onsubmit: (e) => { e.preventDefault(); go({ to: date.value }); } }, date, h("button", { disabled: c.playing }, c.playing ? "推进中…" : "前往")));
}

watch((kinds) => {
  const any = (...names) => kinds.has("all") || names.some((n) => kinds.has(n));
  if (kinds.has("all")) {
    shown = saved("shown", []).filter((id) => store.people.has(id));
    if (!shown.length) shown = [...store.people.values()].filter((p) => !p.left && !p.outsider).slice(0, matchMedia("(max-width: 760px)").matches ? 1 : 2).map((p) => p.staff_id);
    for (const p of phones.values()) p.shown.clear();
  }
  if (any("person")) renderPeople();
  if (any("message", "conversation", "person", "robots", "todo", "event", "ding", "clock")) {
    for (const p of phones.values()) if (p.wanted && store.conversations.has(p.wanted)) { const id = p.wanted; p.wanted = null; p.show(id); }
    renderPhones();
  }
  if (any("faults", "robots")) renderTools();
  if (any("clock")) renderClock();
  if (panel && built[panel] && (panel === "log" ? any("call") : panel === "faults" ? any("faults") : any("robots", "quota"))) built[panel].render();
});

document.addEventListener("keydown", (e) => {
  if (e.altKey && /^[1-9]$/.test(e.key)) {
    const phone = phones.get(shown[Number(e.key) - 1]);
    if (phone) { e.preventDefault(); (phone.at ? phone.box : phone.el.querySelector(".conversation"))?.focus(); }
  }
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) renderPhones(); });

follow().then(() => openPanel(saved("panel", matchMedia("(min-width: 1200px)").matches ? "log" : null)), () => toast("连不上 sim：它还在运行吗？"));
