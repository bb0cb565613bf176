// One person's phone; wide enough, it is the desktop program with the list beside the chat.
import { h, post, toast, tried, avatar, time, shortDay, day, isoDay } from "./dom.js";
import { store, conversationsOf, messagesOf, titleOf, unread, robotOf } from "./store.js";
import { messageView, summary, open } from "./message.js";

export class Phone {
  constructor(me) {
    this.me = me;
    this.tab = "chats";
    this.at = null; // the open conversation
    this.drafts = new Map();
    this.shown = new Map(); // message id → [json, element]
    this.dismissed = new Set();
    this.list = h("div", { class: "list" });
    this.body = h("div", { class: "panel", role: "tabpanel" });
    this.tabs = h("div", { class: "tabs", role: "tablist" });
    this.head = h("header", {});
    this.stream = h("ol", { class: "stream", "aria-live": "polite", tabIndex: 0, "aria-label": "消息" });
    this.box = h("textarea", { rows: 1, placeholder: "发消息", "aria-label": "发消息", maxLength: 20000, oninput: () => this.typed(), onkeydown: (e) => this.key(e), onkeyup: () => { this.entered = false; }, onbeforeinput: (e) => this.newline(e), onpaste: (e) => this.pasted(e) });
    this.picker = h("input", { type: "file", multiple: true, hidden: true, "aria-label": "选择文件", onchange: () => { this.upload([...this.picker.files]); this.picker.value = ""; } });
    this.names = h("ul", { class: "names", role: "listbox", "aria-label": "提到谁", hidden: true });
    this.send = h("button", { type: "submit", class: "send" }, "发送");
    this.composer = h("form", { class: "composer", onsubmit: (e) => { e.preventDefault(); this.say(); } }, this.names,
      h("button", { type: "button", class: "plus", title: "发文件", "aria-label": "发文件", onclick: () => this.picker.click() }, "+"), this.picker, this.box, this.send);
    this.title = h("div", { class: "chat-title" });
    this.chat = h("div", { class: "chat", ondragover: (e) => { e.preventDefault(); }, ondrop: (e) => { e.preventDefault(); this.upload([...e.dataTransfer.files]); } }, this.title, this.stream, this.composer);
    this.ding = h("div", { class: "dings" });
    this.el = h("section", { class: "phone", "data-person": me, onkeydown: (e) => { if (e.key === "Escape" && this.at && this.names.hidden) this.show(null); } },
      h("div", { class: "case" }, h("div", { class: "left" }, this.head, this.body, this.tabs), this.chat, this.ding));
    this.el.setAttribute("aria-label", store.people.get(me)?.name + "的手机");
  }

  show(id) {
    if (this.at) this.drafts.set(this.at, this.box.value);
    this.at = id;
    this.shown.clear();
    this.stream.replaceChildren();
    this.box.value = this.drafts.get(id) ?? "";
    this.names.hidden = true;
    this.render();
    this.stream.scrollTop = this.stream.scrollHeight;
    if (id) this.box.focus({ preventScroll: true });
    else this.el.querySelector(".conversation")?.focus({ preventScroll: true });
  }

  render() {
    const person = store.people.get(this.me);
    if (this.at && !store.conversations.has(this.at)) this.at = null;
    this.el.classList.toggle("in-chat", this.at !== null);
    this.head.replaceChildren(avatar(person.name), h("strong", {}, person.name), h("small", {}, person.left ? "已离职" : person.outsider ? "外部人员" : person.title));
    this.renderTabs();
    this.renderBody();
    this.renderChat();
    this.renderDings();
  }

  renderTabs() {
    const chats = conversationsOf(this.me);
    const ids = new Set(chats.map((c) => c.id));
    let count = 0;
    for (const m of store.messages.values()) if (ids.has(m.conversation) && unread(m, this.me)) count++;
    const todo = [...store.todos.values()].filter((t) => t.executors.includes(this.me) && !t.done && !t.deleted && !t.done_by.includes(this.me)).length;
    const tab = (id, name, n) => h("button", { type: "button", role: "tab", "aria-selected": String(this.tab === id), onclick: () => { this.tab = id; this.render(); } }, name, n ? h("span", { class: "badge", "aria-label": n + " 条未读" }, n > 99 ? "99+" : n) : null);
    const focused = [...this.tabs.children].indexOf(document.activeElement);
    this.tabs.replaceChildren(tab("chats", "消息", count), tab("todos", "待办", todo), tab("contacts", "通讯录", 0));
    if (focused >= 0) this.tabs.children[focused].focus();
  }

  renderBody() {
    const had = document.activeElement?.dataset?.conversation;
    const inside = this.body.contains(document.activeElement);
    this.body.replaceChildren(...{ chats: () => this.chats(), todos: () => this.todos(), contacts: () => this.contacts() }[this.tab]());
    if (inside && had) [...this.body.querySelectorAll("[data-conversation]")].find((e) => e.dataset.conversation === had)?.focus();
  }

  chats() {
    const rows = conversationsOf(this.me).map((c) => {
      const list = messagesOf(c.id);
      return { c, last: list.at(-1), n: list.filter((m) => unread(m, this.me)).length, called: list.some((m) => unread(m, this.me) && (m.at_all || Object.values(m.mentions ?? {}).includes(store.people.get(this.me).name))) };
    });
    rows.sort((a, b) => (b.last ? Date.parse(b.last.at) : 0) - (a.last ? Date.parse(a.last.at) : 0));
    const missing = store.robots.filter((r) => !rows.some((x) => x.c.kind === "robot" && x.c.robots[0] === r.client_id));
    const today = isoDay(store.clock?.now ?? Date.now());
    const row = (key, kind, name, text, when, n, called, go) => h("button", { type: "button", class: "conversation" + (key === this.at ? " open" : ""), "data-conversation": key, onclick: go, onkeydown: arrows },
      avatar(name, kind), h("span", { class: "line" }, h("strong", {}, name), h("small", {}, called ? h("b", { class: "called" }, "[有人@我] ") : null, text)),
      h("span", { class: "aside" }, when ? h("time", {}, isoDay(when) === today ? time(when) : shortDay(when)) : null, n ? h("span", { class: "badge", "aria-label": n + " 条未读" }, n > 99 ? "99+" : n) : null));
    return [
      ...rows.map(({ c, last, n, called }) => row(c.id, c.kind === "group" ? "group" : c.kind === "people" ? "person" : "robot", titleOf(c, this.me), (last && c.kind === "group" && last.from.id !== this.me ? last.from.name + "：" : "") + summary(last), last?.at, n, called, () => this.show(c.id))),
      ...missing.map((r) => row("robot:" + r.client_id, "robot", r.name, "和机器人说句话", null, 0, false, () => this.start({ app: r.client_id }))),
    ];
  }

  async start(with_) {
    const made = await tried(() => post("chats", { person: this.me, ...with_ }));
    if (!made) return;
    this.tab = "chats";
    if (store.conversations.has(made.conversation)) this.show(made.conversation);
    else this.wanted = made.conversation; // the feed brings it in a moment
  }

  todos() {
    const mine = [...store.todos.values()].filter((t) => !t.deleted && t.executors.includes(this.me)).reverse();
    const events = [...store.events.values()].filter((e) => !e.deleted && (e.organizer === this.me || e.attendees.includes(this.me)));
    const now = Date.parse(store.clock?.now ?? new Date().toISOString());
    const done = (t) => t.done || t.done_by.includes(this.me);
    return [
      h("h2", {}, "待办"),
      mine.length ? h("ul", { class: "todos" }, mine.map((t) => h("li", { class: done(t) ? "done" : "" },
        h("span", { class: "tick", "aria-label": done(t) ? "已完成" : "未完成" }, done(t) ? "✓" : ""),
        h("button", { type: "button", onclick: () => open(this.me, { id: "" }, t.url) }, h("strong", {}, t.subject),
          t.due ? h("small", { class: !done(t) && Date.parse(t.due) < now ? "bad" : "" }, "截止 " + day(t.due) + " " + time(t.due)) : null,
          t.fields.map((f) => h("small", {}, f.key + "：" + f.value)))))) : h("p", { class: "empty" }, "没有待办"),
      h("h2", {}, "日程"),
      events.length ? h("ul", { class: "todos" }, events.map((e) => h("li", {}, h("span", { class: "tick cal", "aria-hidden": "true" }, "日"), h("div", {}, h("strong", {}, e.summary), h("small", {}, e.start.replace("T", " ").slice(0, 16) + (e.all_day ? " 全天" : "")))))) : h("p", { class: "empty" }, "没有日程"),
    ];
  }

  contacts() {
    const row = (name, kind, note, go) => h("button", { type: "button", class: "conversation", onclick: go, onkeydown: arrows }, avatar(name, kind), h("span", { class: "line" }, h("strong", {}, name), h("small", {}, note)));
    const code = async () => {
      const made = await tried(() => post("login-code", { as: this.me }));
      if (made) { await navigator.clipboard?.writeText(made.code).catch(() => {}); toast("免登授权码（5 分钟内用一次，已复制）：" + made.code); }
    };
    return [
      h("h2", {}, "机器人"), ...store.robots.map((r) => row(r.name, "robot", r.connections.length || r.webhook ? "在线" : "不在线", () => this.start({ app: r.client_id }))),
      h("h2", {}, "同事"), ...[...store.people.values()].filter((p) => p.staff_id !== this.me).map((p) => row(p.name, "person", p.left ? "已离职" : p.title, () => this.start({ other: p.staff_id }))),
      h("h2", {}, "我"), h("dl", { class: "me" }, h("dt", {}, "userId"), h("dd", {}, this.me), h("dt", {}, "unionId"), h("dd", {}, store.people.get(this.me).union_id), h("dt", {}, "手机号"), h("dd", {}, store.people.get(this.me).mobile)),
      h("button", { type: "button", class: "small", onclick: code }, "取一个免登授权码"),
    ];
  }

  renderChat() {
    const c = store.conversations.get(this.at);
    if (!c) {
      this.title.replaceChildren();
      this.stream.replaceChildren(h("li", { class: "hint" }, "选一个会话"));
      this.composer.hidden = true;
      return;
    }
    const person = store.people.get(this.me);
    this.composer.hidden = c.kind === "notice" || person.left;
    this.box.placeholder = c.kind === "group" ? "发消息，@ 提到机器人" : "发消息";
    const count = c.kind === "group" ? "（" + (c.members.length + c.robots.length + c.hooks.length) + "）" : "";
    const robot = c.kind === "robot" ? robotOf(c.robots[0]) : null;
    this.title.replaceChildren(h("button", { type: "button", class: "back", "aria-label": "返回", onclick: () => this.show(null) }, "‹"), h("span", { class: "with" }, h("strong", {}, titleOf(c, this.me) + count), h("small", { class: "whose" }, person.name + "的手机")),
      robot ? h("span", { class: "presence" + (robot.connections.length || robot.webhook ? " on" : "") }, robot.webhook ? "回调" : robot.connections.length ? "在线" : "不在线") : "");
    const list = messagesOf(c.id);
    const bottom = this.stream.scrollHeight - this.stream.scrollTop - this.stream.clientHeight < 80;
    const nodes = [];
    let date = "";
    for (const m of list) {
      const d = isoDay(m.at);
      if (d !== date) { nodes.push(this.dateLine(d, m.at)); date = d; }
      const json = JSON.stringify(m) + c.members.length;
      const have = this.shown.get(m.id);
      if (have && have[0] === json) nodes.push(have[1]);
      else {
        const el = messageView(this.me, m, c);
        this.shown.set(m.id, [json, el]);
        nodes.push(el);
      }
    }
    if (!list.length) nodes.push(h("li", { class: "hint" }, robot && !robot.connections.length && !robot.webhook ? "机器人还没有连上。右上角“机器人”里有连接用的凭证。" : c.kind === "group" ? "在群里用 @ 叫机器人" : "还没有消息"));
    sync(this.stream, nodes);
    if (bottom) this.stream.scrollTop = this.stream.scrollHeight;
    if (!document.hidden && list.some((m) => unread(m, this.me)) && !this.reading) {
      this.reading = true;
      post("read", { as: this.me, conversation: c.id }).catch(() => {}).finally(() => { this.reading = false; });
    }
  }

  dateLine(d, at) {
    this.days ??= new Map();
    if (!this.days.has(d)) this.days.set(d, h("li", { class: "date" }, day(at)));
    return this.days.get(d);
  }

  renderDings() {
    const mine = [...store.dings.values()].filter((d) => d.to.includes(this.me) && !d.recalled && !this.dismissed.has(d.id));
    this.ding.replaceChildren(...mine.slice(-2).map((d) => h("div", { class: "ding", role: "alert" }, h("strong", {}, "DING · " + d.name + { 2: "（短信）", 3: "（电话）" }[d.kind] || ""), h("p", {}, d.text), h("button", { type: "button", onclick: () => { this.dismissed.add(d.id); this.render(); } }, "收到"))));
  }

  async say() {
    const text = this.box.value;
    if (!text.trim() || !this.at) return;
    const c = store.conversations.get(this.at);
    const mention = c.kind === "group" ? c.robots.filter((id) => text.includes("@" + robotOf(id)?.name)) : [];
    this.box.value = "";
    this.typed();
    if (!await tried(() => post("say", { as: this.me, conversation: c.id, text, mention })) && !this.box.value) this.box.value = text;
    this.stream.scrollTop = this.stream.scrollHeight;
  }

  async upload(files) {
    for (const f of files) {
      const kind = f.type.startsWith("image/") ? "picture" : f.type.startsWith("audio/") ? "audio" : f.type.startsWith("video/") ? "video" : "file";
      const q = new URLSearchParams({ as: this.me, conversation: this.at, name: f.name, kind });
      await tried(async () => {
        const answer = await fetch("/sim/upload?" + q, { method: "POST", body: f });
        if (!answer.ok) throw new Error((await answer.json()).error);
      });
    }
  }

  pasted(e) {
    if (e.clipboardData.files.length) { e.preventDefault(); this.upload([...e.clipboardData.files]); }
  }

  typed() {
    this.box.style.height = "auto";
    this.box.style.height = Math.min(this.box.scrollHeight, 120) + "px";
    const c = store.conversations.get(this.at);
    const m = /@([^\s@]*)$/.exec(this.box.value.slice(0, this.box.selectionStart));
    this.names.hidden = !(m && c?.kind === "group");
    if (this.names.hidden) return;
    const names = [...c.robots.map((id) => robotOf(id)?.name), ...c.members.filter((id) => id !== this.me).map((id) => store.people.get(id)?.name)].filter((n) => n?.startsWith(m[1]));
    this.names.replaceChildren(...names.map((n, i) => h("li", { role: "option", "aria-selected": String(i === 0), onmousedown: (e) => { e.preventDefault(); this.pick(n, m[1].length); } }, n)));
    this.names.hidden = names.length === 0;
    this.typedPart = m[1].length;
  }

  pick(name, typed) {
    const at = this.box.selectionStart;
    this.box.setRangeText(name + " ", at - typed, at, "end");
    this.names.hidden = true;
    this.box.focus();
  }

  // newline is what Enter would write: a keyboard on glass may send it without the key that came before.
  newline(e) {
    if (e.inputType !== "insertLineBreak" || this.shift) return;
    e.preventDefault();
    if (!this.entered) this.say();
  }

  key(e) {
    this.shift = e.shiftKey;
    if (e.isComposing) return;
    this.entered = e.key === "Enter" && !e.shiftKey;
    if (!this.names.hidden) {
      const all = [...this.names.children];
      const i = all.findIndex((x) => x.getAttribute("aria-selected") === "true");
      const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (step) { e.preventDefault(); all[i].setAttribute("aria-selected", "false"); all[(i + step + all.length) % all.length].setAttribute("aria-selected", "true"); return; }
      if (e.key === "Enter" || e.key === "Tab") { e.preventDefault(); this.pick(all[i].textContent, this.typedPart); return; }
      if (e.key === "Escape") { e.stopPropagation(); this.names.hidden = true; return; }
    }
    if (e.key === "Enter" && !e.shiftKey) { e.preventDefault(); this.say(); }
  }
}

function arrows(e) {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[e.key];
  if (!step) return;
  e.preventDefault();
  let next = e.currentTarget[step];
  while (next && next.tagName !== "BUTTON") next = next[step];
  next?.focus();
}

// sync makes an element's children those nodes, touching only what differs.
function sync(el, nodes) {
  let at = el.firstChild;
  for (const n of nodes) {
    if (n === at) at = at.nextSibling;
    else el.insertBefore(n, at);
  }
  while (at) { const next = at.nextSibling; at.remove(); at = next; }
}
