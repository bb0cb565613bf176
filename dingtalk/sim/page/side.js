// The panels beside the phones: log, faults, robots.
import { h, post, toast, tried, seconds } from "./dom.js";
import { store } from "./store.js";

const kinds = { api: "接口", frame: "推送", ack: "确认", callback: "回调", stream: "连接" };
const hidden = new Set();
let filter = "", pings = false, opened = new Set();

function pretty(text) {
  if (!text) return "";
  const unfold = (v) => {
    if (typeof v === "string" && /^[[{]/.test(v)) { try { return unfold(JSON.parse(v)); } catch { return v; } }
    if (Array.isArray(v)) return v.map(unfold);
    if (v && typeof v === "object") return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, unfold(x)]));
    return v;
  };
  try { return JSON.stringify(unfold(JSON.parse(text)), null, 2); } catch { return text; }
}

function row(c) {
  const bad = c.errcode || c.status >= 400 || (c.kind === "ack" && c.status !== 200);
  const detail = h("div", { class: "detail" });
  const fill = () => {
    const part = (name, text) => text ? [h("h4", {}, name), h("pre", { tabIndex: 0 }, pretty(text))] : [];
    detail.replaceChildren(...[c.notes?.length ? h("p", { class: "notes" }, c.notes.join("；")) : null, c.query ? h("p", { class: "quiet" }, "?" + c.query) : null, ...part(c.kind === "api" ? "请求" : "内容", c.request), ...part("答复", c.response), c.message ? h("p", { class: "quiet" }, "messageId " + c.message) : null, c.key ? h("p", { class: "quiet" }, "幂等键 " + c.key) : null].filter(Boolean));
  };
  const el = h("details", { class: "call k-" + c.kind + (bad ? " failed" : ""), open: opened.has(c.n), ontoggle: () => { if (el.open) { opened.add(c.n); fill(); } else opened.delete(c.n); } },
    h("summary", {}, h("time", {}, seconds(c.at)), h("span", { class: "kind" }, kinds[c.kind] ?? c.kind), h("span", { class: "path", title: c.path }, c.kind === "stream" ? c.notes.join("；") : (c.method ? c.method + " " : "") + c.path), c.notes?.length && c.kind !== "stream" ? h("span", { class: "flag", title: c.notes.join("；") }, "!") : null,
      h("span", { class: "status" }, [c.errcode || c.status || "", c.kind === "stream" ? "" : c.ms + "ms"].filter(Boolean).join(" · "))), detail);
  if (el.open) fill();
  return el;
}

const isPing = (c) => /^SYSTEM ping|^ack$/.test(c.path);
const fits = (c) => !hidden.has(c.kind) && (pings || !isPing(c)) && (!filter || (c.path + c.request + c.response + (c.errcode ?? "") + (c.notes ?? []).join("") + c.message).toLowerCase().includes(filter));

export class Log {
  constructor() {
    this.rows = h("div", { class: "calls", role: "log", "aria-live": "off" });
    const toggle = (kind, name) => h("label", {}, h("input", { type: "checkbox", checked: true, onchange: (e) => { e.target.checked ? hidden.delete(kind) : hidden.add(kind); this.all(); } }), name);
    this.el = h("div", { class: "log" }, h("div", { class: "filters" },
      h("input", { type: "search", placeholder: "筛选：路径、内容、错误码", "aria-label": "筛选日志", oninput: (e) => { filter = e.target.value.toLowerCase(); this.all(); } }),
      h("div", { class: "kinds" }, Object.entries(kinds).map(([k, n]) => toggle(k, n)), h("label", {}, h("input", { type: "checkbox", onchange: (e) => { pings = e.target.checked; this.all(); } }), "心跳"))), this.rows);
    this.last = 0;
    this.all();
  }

  all() {
    this.rows.replaceChildren();
    this.last = 0;
    this.render();
  }

  render() {
    const news = store.calls.filter((c) => c.n > this.last);
    if (store.calls.length && store.calls.at(-1).n < this.last) { this.all(); return; }
    if (!news.length) return;
    this.last = news.at(-1).n;
    const top = this.rows.scrollTop < 40;
    this.rows.prepend(...news.filter(fits).slice(-400).reverse().map(row));
    while (this.rows.childElementCount > 400) this.rows.lastElementChild.remove();
    if (top) this.rows.scrollTop = 0;
  }
}

export class Faults {
  constructor() {
    const cut = (how, name, why) => h("button", { type: "button", class: "small", title: why, onclick: async () => { const out = await tried(() => post("cut", { how })); if (out) toast(name + "：" + out.connections + " 个连接"); } }, name);
    this.groups = h("div");
    this.el = h("div", { class: "faults" },
      h("h3", {}, "对现有连接"), h("div", { class: "actions" }, cut("disconnect", "换连接", "发 disconnect，10 秒后断开"), cut("close", "断线", "没有关闭帧，1006"), cut("reset", "RST", "TCP 重置"), cut("half-open", "半开", "两边都收不到"), cut("zombie", "僵死", "心跳正常，不推消息"), cut("ping", "发心跳", "SYSTEM ping")),
      h("h3", {}, "其他"), h("div", { class: "actions" },
        h("button", { type: "button", class: "small", onclick: () => tried(async () => { await post("expire-tokens"); toast("所有 access_token 已失效"); }) }, "token 全部失效"),
        h("button", { type: "button", class: "small", onclick: () => tried(async () => { await post("faults/clear"); toast("故障已全部关闭"); }) }, "关闭全部故障"),
        h("button", { type: "button", class: "small danger", onclick: () => { if (confirm("清空所有消息、连接和日志，从头开始？")) tried(() => post("reset")); } }, "从头开始")),
      this.groups);
    this.json = "";
  }

  render() {
    const shape = JSON.stringify(store.faults.map(({ hits, ...f }) => f));
    if (shape === this.json) { // only counts changed: leave focus and inputs alone
      for (const f of store.faults) { const el = this.groups.querySelector(`[data-fault="${f.name}"] .hits`); if (el) el.textContent = f.hits ? "×" + f.hits : ""; }
      return;
    }
    this.json = shape;
    const focus = document.activeElement?.id;
    const groups = new Map();
    for (const f of store.faults) groups.set(f.group, [...(groups.get(f.group) ?? []), f]);
    this.groups.replaceChildren(...[...groups].map(([name, list]) => h("section", {}, h("h3", {}, name), list.map((f) => this.one(f)))));
    if (focus) document.getElementById(focus)?.focus();
  }

  one(f) {
    const set = (change) => tried(() => post("faults", { name: f.name, on: f.on, percent: f.percent, times: f.times, seconds: f.seconds, app: f.app, path: f.path, ...change }));
    const number = (key, label, max) => h("label", {}, label, h("input", { id: "f-" + f.name + "-" + key, type: "number", min: 0, max, value: f[key] ?? "", placeholder: "–", onchange: (e) => set({ [key]: Number(e.target.value) }) }));
    return h("div", { class: "fault" + (f.on ? " on" : ""), "data-fault": f.name },
      h("label", { class: "switch" }, h("input", { id: "f-" + f.name, type: "checkbox", role: "switch", checked: f.on, onchange: (e) => set({ on: e.target.checked }) }), h("span", {}, h("strong", {}, f.title), h("small", {}, f.why))),
      h("span", { class: "hits" }, f.hits ? "×" + f.hits : ""),
      f.on ? h("div", { class: "numbers" }, number("percent", "概率 %", 100), number("times", "剩余次数"), number("seconds", "秒")) : null);
  }
}

export class Robots {
  constructor() {
    this.el = h("div", { class: "robots" });
    this.hooks = [];
    tried(async () => { this.hooks = await (await fetch("/sim/hooks")).json(); this.render(); });
  }

  render() {
    if (this.el.contains(document.activeElement) && document.activeElement.tagName === "INPUT") return; // somebody types
    const copy = (text, what) => navigator.clipboard.writeText(text).then(() => toast(what + "已复制"), () => toast(text));
    const q = store.quota;
    const meter = (name, used, limit) => h("div", { class: "meter" }, h("span", {}, name), limit < 0 ? h("span", {}, used + " 次，不限") : [h("meter", { min: 0, max: limit, value: Math.min(used, limit), high: limit * 0.9, "aria-label": name }), h("span", {}, used + " / " + limit)]);
    this.el.replaceChildren(...[
      h("p", { class: "quiet" }, "让机器人把 api.dingtalk.com 和 oapi.dingtalk.com 都换成"), h("p", {}, h("code", {}, store.url || location.origin)),
      ...store.robots.map((r) => {
        const hook = h("input", { type: "url", value: r.webhook, placeholder: "留空用 Stream；填网址则回调到那里", "aria-label": "回调网址" });
        return h("section", { class: "robot" }, h("h3", {}, r.name),
          h("dl", {}, h("dt", {}, "Client ID"), h("dd", {}, h("code", {}, r.client_id)), h("dt", {}, "Client Secret"), h("dd", {}, h("button", { type: "button", class: "small", onclick: () => tried(async () => copy((await (await fetch("/sim/apps/" + encodeURIComponent(r.client_id) + "/secret")).json()).client_secret, "Secret ")) }, "复制")), h("dt", {}, "robotCode"), h("dd", {}, h("code", {}, r.robot_code)), h("dt", {}, "AgentId"), h("dd", {}, r.agent_id)),
          h("form", { class: "probe", onsubmit: (e) => { e.preventDefault(); hook.blur(); tried(async () => { await post("apps", { client_id: r.client_id, name: r.name, scopes: r.scopes, unpublished: r.unpublished, webhook: hook.value }); toast(hook.value ? "消息将回调到 " + hook.value : "消息将走 Stream"); }); } }, hook, h("button", { class: "small" }, "保存")),
          h("h4", {}, "连接"), r.connections.length ? h("ul", {}, r.connections.map((c) => h("li", {}, c.id + " · " + c.state + " · " + (c.agent || "未报名字") + " · 自 " + seconds(c.since)))) : h("p", { class: "quiet" }, "没有连接"));
      }),
      this.hooks.length ? h("section", {}, h("h3", {}, "群里的自定义机器人"), this.hooks.map((k) => h("div", { class: "actions" }, h("span", {}, k.group + " · " + k.name), h("button", { type: "button", class: "small", onclick: () => copy(k.url, "网址") }, "复制网址"), k.secret ? h("button", { type: "button", class: "small", onclick: () => copy(k.secret, "加签密钥") }, "复制加签密钥") : null))) : null,
      h("section", {}, h("h3", {}, "本月额度（" + q.month + "）"), meter("接口调用", q.api_calls, q.api_limit), meter("Webhook 与 Stream 消息", q.webhook_stream, q.webhook_stream_limit)),
    ].filter(Boolean));
  }
}
