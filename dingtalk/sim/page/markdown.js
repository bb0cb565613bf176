// The markdown that DingTalk phones render in messages: headings, quotes, bold, italic, links, pictures, bullet and numbered lists, line breaks. Tables,
// fences and HTML are shown as they are written: so does a phone, more or less, and nothing can be injected.
import { h } from "./dom.js";

const inline = /!\[([^\]]*)\]\(([^)\s]+)\)|\[([^\]]+)\]\(([^)\s]+)\)|\*\*([^*]+)\*\*|__([^_]+)__|\*([^*\s][^*]*)\*|(@[^\s@，。；：！？,;:!?]{1,40})|\\([\\`*_{}[\]()#+\-.!>|])/;

const entities = { "&nbsp;": "\u00a0", "&ensp;": "\u2002", "&emsp;": "\u2003", "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"' };
const decode = (s) => s.replace(/&(nbsp|ensp|emsp|lt|gt|amp|quot);/g, (e) => entities[e]);

export function spans(text, on, depth = 0) {
  const out = [];
  while (text) {
    const m = depth < 6 ? inline.exec(text) : null;
    if (!m) { out.push(decode(text)); break; }
    if (m.index) out.push(decode(text.slice(0, m.index)));
    if (m[2] !== undefined) out.push(on.picture(m[1], m[2]));
    else if (m[4] !== undefined) out.push(on.link(spans(m[3], on, depth + 1), m[4]));
    else if (m[5] !== undefined || m[6] !== undefined) out.push(h("strong", {}, spans(m[5] ?? m[6], on, depth + 1)));
    else if (m[7] !== undefined) out.push(h("em", {}, spans(m[7], on, depth + 1)));
    else if (m[8] !== undefined) out.push(on.mention ? on.mention(m[8]) : m[8]);
    else out.push(m[9]);
    text = text.slice(m.index + m[0].length);
  }
  return out;
}

// mentions marks @names in a plain text.
export function mentions(text, names) {
  const out = [];
  const known = Object.entries(names ?? {});
  while (text) {
    let first = null;
    for (const [id, name] of known) {
      const at = text.indexOf(id);
      if (at >= 0 && (!first || at < first.at)) first = { at, id, name };
    }
    if (!first) { out.push(text); break; }
    out.push(text.slice(0, first.at), h("span", { class: "at" }, "@" + first.name));
    text = text.slice(first.at + first.id.length);
  }
  return out;
}

export function markdown(text, on) {
  const root = h("div", { class: "md" });
  let list = null, para = null, quote = null;
  const close = () => { list = para = quote = null; };
  for (const raw of text.replace(/\r/g, "").split("\n")) {
    const line = raw.trim();
    let m;
    if (!line) { close(); continue; }
    if ((m = /^(#{1,6})\s+(.*)$/.exec(line))) {
      close();
      root.append(h("p", { class: "h" + m[1].length, role: "heading", "aria-level": String(Math.min(6, m[1].length + 2)) }, spans(m[2], on)));
    } else if ((m = /^>\s?(.*)$/.exec(line))) {
      if (!quote) { close(); quote = h("blockquote"); root.append(quote); } else quote.append(h("br"));
      quote.append(...spans(m[1], on));
    } else if (/^(-{3,}|\*{3,})$/.test(line)) {
      close();
      root.append(h("hr"));
    } else if ((m = /^(?:[-*+])\s+(.*)$/.exec(line)) || (m = /^(\d{1,9})[.)]\s+(.*)$/.exec(line))) {
      const numbered = m.length === 3;
      const tag = numbered ? "OL" : "UL";
      if (list?.tagName !== tag) { close(); list = h(tag); if (numbered) list.start = Number(m[1]); root.append(list); }
      list.append(h("li", {}, spans(m[numbered ? 2 : 1], on)));
    } else {
      if (!para || list || quote) { close(); para = h("p"); root.append(para); } else para.append(para.broke ? h("br") : " ");
      para.append(...spans(line, on));
      para.broke = /( {2,}|\\)$/.test(raw); // a break needs two spaces before it: without them the lines run together, as on a phone
    }
  }
  return root;
}
