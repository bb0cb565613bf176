// One message as a phone shows it.
import { h, post, toast, tried, avatar, time, day, size } from "./dom.js";
import { store, robotOf } from "./store.js";
import { markdown, mentions } from "./markdown.js";

// open follows a link of a message: commands are said by this person, pages open beside, all else does nothing.
export async function open(me, m, url) {
  if (/^dtmd:/i.test(url)) {
    const text = await tried(() => post("open", { as: me, message: m.id, url }));
    if (text?.url) toast("这个 dtmd 链接写得不对，手机上点了没有反应");
    return;
  }
  try {
    let target = new URL(url);
    if (target.protocol === "dingtalk:") target = new URL(target.searchParams.get("url") ?? target.searchParams.get("redirect_url") ?? target.searchParams.get("pageUrl"));
    if (target.protocol === "https:" || target.protocol === "http:") {
      window.open(target.href, "_blank", "noopener,noreferrer");
      return;
    }
  } catch { /* no URL at all */ }
  toast("这个链接在手机上打不开：" + url.slice(0, 80));
}

const link = (me, m) => (children, url) => h("a", { href: "#", class: "link", title: url, onclick: (e) => { e.preventDefault(); open(me, m, url); } }, children);

function picture(me, m, alt, url) {
  if (url.startsWith("@")) return h("img", { src: "/sim/media/" + encodeURIComponent(url.slice(1)), alt: alt || "图片", loading: "lazy" });
  return link(me, m)(["🖼 " + (alt || "外部图片")], url); // the page loads nothing from elsewhere
}

function rich(me, m, text) {
  return markdown(text, {
    link: link(me, m), picture: (alt, url) => picture(me, m, alt, url),
    mention: (at) => m.mentions?.[at] ? h("span", { class: "at" }, "@" + m.mentions[at]) : at,
  });
}

function button(me, m, b) {
  return h("button", { type: "button", class: "card-button", title: b.url, onclick: () => open(me, m, b.url) }, b.title);
}

function attachment(f) {
  return h("a", { class: "file", href: f.url, download: f.name },
    h("span", { class: "file-kind", "aria-hidden": "true" }, (f.name.split(".").pop() || "").slice(0, 4).toUpperCase()),
    h("span", {}, h("strong", {}, f.name), h("small", {}, size(f.size))));
}

function card(me, m) {
  const c = m.card;
  const params = { ...c.params, ...(c.private[me] ?? {}) };
  const fill = (t) => t.replace(/\$\{(\w+)\}/g, (_, key) => params[key] ?? "");
  const press = (action) => tried(() => post("click", { as: me, card: c.out_track_id, action }));
  const out = h("div", { class: "card" }, h("strong", { class: "card-title" }, fill(c.title || params.title || "互动卡片")));
  if (c.text) out.append(rich(me, m, fill(c.text)));
  else out.append(h("dl", {}, Object.entries(params).filter(([k]) => k !== "title").map(([k, v]) => [h("dt", {}, k), h("dd", {}, v)])));
  if (c.buttons?.length) out.append(h("div", { class: "buttons" }, c.buttons.map((b) => h("button", { type: "button", class: "card-button", onclick: () => press(b.action_id) }, fill(b.text)))));
  else {
    const id = h("input", { placeholder: "actionId", "aria-label": "actionId", size: 12 });
    out.append(h("form", { class: "probe", onsubmit: (e) => { e.preventDefault(); press(id.value || "1"); } }, id, h("button", { class: "small" }, "触发回调")));
  }
  return out;
}

function body(me, m) {
  switch (m.kind) {
    case "text": return h("div", { class: "text" }, m.at_all ? h("span", { class: "at" }, "@所有人 ") : null, mentions(m.text ?? "", m.mentions));
    case "markdown": return rich(me, m, m.text);
    case "actionCard": return h("div", { class: "card" }, rich(me, m, m.text), h("div", { class: "buttons" + (m.sideways ? " sideways" : "") }, m.buttons.map((b) => button(me, m, b))));
    case "link": return h("button", { type: "button", class: "card plain", onclick: () => open(me, m, m.links[0].url) }, h("strong", {}, m.links[0].title), h("small", {}, m.links[0].text));
    case "feedCard": return h("div", { class: "card" }, m.links.map((l) => h("button", { type: "button", class: "card-button left", onclick: () => open(me, m, l.url) }, l.title)));
    case "oa": return h("button", { type: "button", class: "card plain", onclick: () => open(me, m, m.url) }, h("strong", {}, m.title), m.text ? h("small", {}, m.text) : null,
      h("dl", {}, (m.fields ?? []).map((f) => [h("dt", {}, f.key), h("dd", {}, f.value)])));
    case "card": return card(me, m);
    case "image": return m.file ? h("img", { src: m.file.url, alt: m.file.name, loading: "lazy" }) : picture(me, m, "", m.url ?? "");
    case "richText": return h("div", {}, h("div", { class: "text" }, m.text), h("img", { src: m.file.url, alt: m.file.name, loading: "lazy" }));
    case "audio": return h("div", {}, h("audio", { src: m.file.url, controls: true, preload: "none" }), m.text ? h("div", { class: "text quiet" }, m.text) : null);
    case "video": return h("video", { src: m.file.url, controls: true, preload: "none" });
    case "file": return attachment(m.file);
    default: return h("div", { class: "text quiet" }, "〔不支持的消息〕");
  }
}

const states = { queued: "发送中", sent: "已送达，等机器人确认", acked: "已读", failed: "机器人出错", offline: "机器人不在线", lost: "丢失", timeout: "超时" };

// ticks says below a message how far it is: who read it, and whether robots took it.
function ticks(me, m, c) {
  const out = [];
  for (const d of m.delivered ?? []) {
    const bad = ["failed", "offline", "lost"].includes(d.state);
    out.push(h("span", { class: bad ? "bad" : d.state === "acked" ? "good" : "", title: d.note || undefined },
      (c.kind === "group" ? (robotOf(d.app)?.name ?? "机器人") + " " : "") + states[d.state] + (d.attempts > 1 ? " ×" + d.attempts : "") + (d.note && bad ? "：" + d.note.replace("机器人没有连接", "没有连接") : "")));
    if (bad) out.push(h("button", { type: "button", class: "again", onclick: () => tried(() => post("redeliver", { message: m.id })) }, "重投"));
  }
  const others = c.members.filter((id) => !(m.from.kind === "person" && m.from.id === id) && !store.people.get(id)?.left);
  const read = others.filter((id) => m.read_by.includes(id));
  const mine = m.from.kind === "person" && m.from.id === me;
  if (others.length && (mine || m.from.kind !== "person")) {
    const names = others.filter((id) => !m.read_by.includes(id)).map((id) => store.people.get(id)?.name).join("、");
    if (c.kind === "group") out.push(h("span", { class: names ? "" : "good", title: names ? "未读：" + names : undefined }, names ? others.length - read.length + "人未读" : "全部已读"));
    else if (mine) out.push(h("span", { class: names ? "" : "good" }, names ? "未读" : "已读"));
  }
  return out;
}

export function messageView(me, m, c) {
  const mine = m.from.kind === "person" && m.from.id === me;
  const own = m.card || ["actionCard", "link", "feedCard", "oa", "file", "image"].includes(m.kind);
  if (m.recalled) return h("li", { class: "recalled" }, (mine ? "你" : m.from.name) + "撤回了一条消息");
  return h("li", { class: "message" + (mine ? " mine" : "") },
    avatar(m.from.name, m.from.kind === "person" ? "person" : "robot"),
    h("div", { class: "column" },
      h("div", { class: "who" }, mine ? null : h("span", {}, m.from.name), m.from.kind === "person" ? null : h("span", { class: "tag" }, "机器人"), h("time", { dateTime: m.at, title: day(m.at) + " " + time(m.at) }, time(m.at))),
      h("div", { class: "bubble" + (own ? " bare" : "") }, body(me, m)),
      h("div", { class: "ticks" }, ticks(me, m, c))));
}

// summary is a message in one line of the list of chats.
export function summary(m) {
  if (!m) return "";
  if (m.recalled) return "撤回了一条消息";
  const text = { file: "[文件] " + (m.file?.name ?? ""), image: "[图片]", richText: "[图片] " + (m.text ?? ""), audio: "[语音]", video: "[视频]", actionCard: m.title, markdown: m.title, link: "[链接] " + m.title, feedCard: "[链接] " + m.title, card: "[卡片] " + (m.title ?? ""), oa: m.title }[m.kind] ?? m.text ?? "";
  return text.replace(/\s+/g, " ").slice(0, 60);
}
