// What the page knows, kept current by the feed of changes.

export const store = {
  people: new Map(), robots: [], conversations: new Map(), messages: new Map(), todos: new Map(), events: new Map(), dings: new Map(),
  faults: [], quota: null, clock: null, calls: [], url: "",
};

const watchers = new Set();
export function watch(f) { watchers.add(f); }

let waiting = new Set();
function changed(kind) {
  if (waiting.size === 0) queueMicrotask(() => {
    const kinds = waiting;
    waiting = new Set();
    for (const f of watchers) f(kinds);
  });
  waiting.add(kind);
}

const keep = { message: "messages", todo: "todos", event: "events", ding: "dings", conversation: "conversations" };

function apply(kind, value) {
  if (kind in keep) store[keep[kind]].set(value.id, value);
  else if (kind === "person") store.people.set(value.staff_id, value);
  else if (kind === "call") {
    store.calls.push(value);
    if (store.calls.length > 1200) store.calls.splice(0, 200);
  } else store[kind] = value;
  changed(kind);
}

async function load() {
  const all = await (await fetch("/sim/state")).json();
  store.people = new Map(all.people.map((p) => [p.staff_id, p]));
  for (const name of ["conversations", "messages", "todos", "events", "dings"]) store[name] = new Map(all[name].map((v) => [v.id, v]));
  for (const name of ["robots", "faults", "quota", "clock", "calls", "url"]) store[name] = all[name];
  changed("all");
  return all.seq;
}

export async function follow() {
  const seq = await load();
  const feed = new EventSource("/sim/events?after=" + seq);
  for (const kind of ["message", "todo", "event", "ding", "conversation", "person", "robots", "faults", "quota", "clock", "call"]) {
    feed.addEventListener(kind, (e) => apply(kind, JSON.parse(e.data)));
  }
  feed.addEventListener("reset", () => { feed.close(); follow(); }); // begin anew: a state and what follows it
  feed.onerror = () => document.body.classList.add("offline");
  feed.onopen = () => document.body.classList.remove("offline");
}

export const conversationsOf = (me) => [...store.conversations.values()].filter((c) => c.members.includes(me));
export const robotOf = (id) => store.robots.find((r) => r.client_id === id);

export function titleOf(c, me) {
  switch (c.kind) {
    case "group": return c.title;
    case "robot": return robotOf(c.robots[0])?.name ?? c.robots[0];
    case "notice": return "工作通知：" + (robotOf(c.robots[0])?.name ?? "");
    default: return store.people.get(c.members.find((m) => m !== me))?.name ?? "";
  }
}

export function messagesOf(id) {
  const list = [];
  for (const m of store.messages.values()) if (m.conversation === id) list.push(m);
  return list;
}

export const unread = (m, me) => !m.recalled && !(m.from.kind === "person" && m.from.id === me) && !m.read_by.includes(me);
