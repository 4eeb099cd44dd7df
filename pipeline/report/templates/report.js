// Shows the data of the report: filters, pages, links. Everything becomes text nodes; nothing is parsed as HTML.
"use strict";

const byId = (id) => document.getElementById(id);
const meta = JSON.parse(byId("meta").textContent);
const number = (value) => value.toLocaleString("en-GB");
const counted = (value, one, many) => `${number(value)} ${value === 1 ? one : many || one + "s"}`;

/** An element with attributes and children; strings become text, null is left out. */
function el(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** Text from an article, kept apart from the direction of what stands around it. */
const words = (text) => el("bdi", null, text);

// ---- data: parts stand in the page, or are scripts beside it that call evidence() ----

const waiting = new Map();
const loaded = new Map();

window.evidence = (name, value) => {
  const found = waiting.get(name);
  if (found) found(value);
};

function part(name) {
  if (!loaded.has(name)) {
    const inline = byId(`part-${name}`);
    loaded.set(
      name,
      inline
        ? Promise.resolve(JSON.parse(inline.textContent))
        : new Promise((done, failed) => {
            waiting.set(name, done);
            const script = el("script", { src: `${meta.data}/${name}.js` });
            script.onerror = () => {
              loaded.delete(name);
              failed(new Error(`${script.getAttribute("src")} is missing: keep the report’s folder together.`));
            };
            script.onload = () => script.remove();
            document.head.append(script);
          }),
    );
  }
  return loaded.get(name);
}

class Table {
  constructor(name, spec) {
    this.name = name;
    this.spec = spec;
    this.length = spec.rows;
  }

  /** The columns that filters need, whole. */
  facets() {
    if (!this.columns) {
      const blocks = Array.from({ length: this.spec.facets }, (_, block) => part(`${this.name}-facets-${block}`));
      this.columns = Promise.all(blocks).then((found) =>
        Object.fromEntries(this.spec.columns.map((column) => [column, found.flatMap((block) => block[column])])),
      );
    }
    return this.columns;
  }

  chunkOf(row) {
    let low = 0;
    let high = this.spec.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.spec.starts[middle] <= row) low = middle;
      else high = middle;
    }
    return low;
  }

  async row(row) {
    const chunk = this.chunkOf(row);
    const values = (await part(`${this.name}-${chunk}`))[row - this.spec.starts[chunk]];
    return Object.fromEntries(this.spec.fields.map((field, place) => [field, values[place]]));
  }

  rows(wanted) {
    return Promise.all(wanted.map((row) => this.row(row)));
  }
}

const tables = Object.fromEntries(Object.entries(meta.tables).map(([name, spec]) => [name, new Table(name, spec)]));
const speakers = new Table("speakers", meta.tables.quotes.speakers);
const SOME = 25;

// ---- words: without case and accents, every word somewhere in the text ----

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[’‘]/g, "'").toLowerCase();
const terms = (text) => plain(text).split(/\s+/u).filter(Boolean);
const holds = (text, wanted) => {
  const found = plain(text);
  return wanted.every((term) => found.includes(term));
};

// ---- articles, wherever they are named ----

const months = "January February March April May June July August September October November December".split(" ");
const dayName = (iso) => `${Number(iso.slice(8))} ${months[Number(iso.slice(5, 7)) - 1]} ${Number(iso.slice(0, 4))}`;

async function articleOf(index) {
  const [row, facets] = await Promise.all([tables.articles.row(index), tables.articles.facets()]);
  const outlet = facets.outlet[index];
  return { ...row, outlet: outlet < 0 ? null : meta.outlets[outlet], day: facets.day[index] || null };
}

const pageOf = (article, at) => `articles/${encodeURIComponent(article.page)}.html${at ? "#" + at : ""}`;
const dot = () => el("span", { class: "dot" }, " · ");

const shortly = (name) => (name.length > 64 ? `${name.slice(0, 60).trimEnd()}…` : name);

/** Where it stands: outlet (or title) and day, leading to the words in the article. */
function place(article, at, label) {
  return el(
    "span",
    { class: "place" },
    el("a", { href: pageOf(article, at), "aria-label": label || null }, words(shortly(article.outlet || article.name))),
    ", ",
    article.day ? dayName(article.day) : el("span", { class: "open" }, "day not known"),
  );
}

// ---- lists: filter, count, page ----

const sections = {};

class List {
  /**
   * spec: name, table, noun, form fields to read, test(facets, row, values) → rows that pass,
   * text(row) for words, render(row, index) → li.
   */
  constructor(spec) {
    Object.assign(this, spec);
    this.element = byId(`${this.name}-rows`);
    this.result = byId(`${this.name}-result`);
    this.pager = byId(`${this.name}-pager`);
    this.form = byId(`${this.name}-filters`);
    this.clear = byId(`${this.name}-clear`);
    this.page = 0;
    this.extra = {};
    this.turn = 0;
    if (!this.element) return;
    sections[this.name] = this;
    if (this.form) {
      let timer = 0;
      this.form.addEventListener("submit", (event) => event.preventDefault());
      this.form.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(() => this.changed(), 120);
      });
      this.clear.addEventListener("click", () => {
        this.reset();
        this.changed();
        this.form.elements[0].focus();
      });
    }
  }

  reset() {
    this.form.reset();
    this.extra = {};
    this.onReset?.();
  }

  values() {
    const found = { ...this.extra };
    if (this.form) for (const [key, value] of new FormData(this.form)) if (value !== "") found[key] = value;
    if (found.day !== "between") {
      delete found.from;
      delete found.to;
    }
    return found;
  }

  async changed() {
    this.page = 0;
    await this.update();
    const values = this.values();
    const query = new URLSearchParams(values).toString();
    history.replaceState(null, "", `#${this.name}${query ? "?" + query : ""}`);
  }

  async update() {
    const turn = ++this.turn;
    const values = this.values();
    if (this.form) {
      this.clear.hidden = Object.keys(values).length === 0;
      for (const field of this.form.querySelectorAll(".between")) field.hidden = values.day !== "between";
    }
    const facets = await this.table.facets();
    const articles = await tables.articles.facets();
    let found = this.select(facets, articles, values);
    const wanted = terms(values.words || "");
    if (wanted.length) {
      const kept = [];
      for (let start = 0; start < found.length; start += 2000) {
        const some = found.slice(start, start + 2000);
        const rows = await this.texts(some);
        if (turn !== this.turn) return;
        some.forEach((item, at) => holds(rows[at], wanted) && kept.push(item));
        if (found.length > 4000) this.result.textContent = `searching … ${number(start)} of ${number(found.length)}`;
      }
      found = kept;
    }
    if (turn !== this.turn) return;
    this.found = found;
    this.shown = this.group ? [...new Set(found.map((item) => facets.group[item]))] : found;
    this.told(found.length, this.shown.length);
    await this.show();
  }

  told(count, groups) {
    const all = this.table.length;
    const of = count === all ? counted(all, this.noun) : `${number(count)} of ${counted(all, this.noun)}`;
    this.result.textContent = this.group ? `${of}, in ${counted(groups, "entry", "entries")}` : of;
  }

  texts(items) {
    return Promise.all(items.map(async (item) => this.text(await this.table.row(item))));
  }

  async show(focus) {
    const turn = this.turn;
    const pages = Math.ceil(this.shown.length / SOME);
    this.page = Math.min(this.page, Math.max(0, pages - 1));
    const here = this.shown.slice(this.page * SOME, (this.page + 1) * SOME);
    const rows = await this.table.rows(this.rowsOf ? await this.rowsOf(here) : here);
    const items = await Promise.all(rows.map((row, at) => this.render(row, here[at])));
    if (turn !== this.turn) return;
    this.element.start = this.page * SOME + 1;
    this.element.replaceChildren(
      ...(items.length ? items : [el("li", { class: "empty" }, "Nothing fits these filters.")]),
    );
    this.pager.hidden = pages < 2;
    const turnTo = (page, name, ready) => {
      const button = el("button", { type: "button", disabled: !ready }, name);
      button.addEventListener("click", () => {
        this.page = page;
        this.show(true);
      });
      return button;
    };
    this.pager.replaceChildren(
      turnTo(this.page - 1, "← Previous", this.page > 0),
      el("span", null, `page ${number(this.page + 1)} of ${number(pages)}`),
      turnTo(this.page + 1, "Next →", this.page + 1 < pages),
    );
    if (focus) {
      const first = this.element.firstElementChild;
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
      this.element.scrollIntoView({ block: "start" });
    }
  }

  /** Shows the row at which the address points, on its page of the unfiltered list. */
  async reveal(index, id) {
    if (this.form) this.reset();
    this.page = 0;
    await this.update();
    this.page = Math.floor(this.shown.indexOf(index) / SOME);
    await this.show();
    const target = byId(id) || (await this.unfold?.(index, id));
    if (!target) return;
    for (const old of document.querySelectorAll(".sought")) old.classList.remove("sought");
    target.classList.add("sought");
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center" });
  }
}

const range = (length) => Array.from({ length }, (_, index) => index);

function fitsArticle(articles, index, values) {
  if (values.outlet !== undefined && String(articles.outlet[index]) !== (values.outlet === "none" ? "-1" : values.outlet))
    return false;
  const day = articles.day[index];
  if (values.day === "none") return day === "";
  if (values.day === "between") return day !== "" && (!values.from || day >= values.from) && (!values.to || day <= values.to);
  return values.day === undefined || day === values.day;
}

/** Fills the choices of outlet and day with how many rows each has. */
async function fillChoices(list, articleOfRow) {
  const articles = await tables.articles.facets();
  const outlets = new Map();
  const days = new Map();
  for (const index of articleOfRow) {
    outlets.set(articles.outlet[index], (outlets.get(articles.outlet[index]) || 0) + 1);
    days.set(articles.day[index], (days.get(articles.day[index]) || 0) + 1);
  }
  const option = (value, name, count) => el("option", { value }, `${name.slice(0, 60)} (${number(count)})`);
  const { outlet, day } = list.form.elements;
  const order = [...outlets.keys()].filter((key) => key >= 0).sort((a, b) => a - b);
  outlet.append(...order.map((key) => option(key, meta.outlets[key], outlets.get(key))));
  if (outlets.has(-1)) outlet.append(option("none", "outlet not known", outlets.get(-1)));
  if (!day) return;
  const known = [...days.keys()].filter(Boolean).sort();
  if (known.length <= 60) day.append(...known.map((key) => option(key, dayName(key), days.get(key))));
  if (days.has("")) day.append(option("none", "day not known", days.get("")));
  if (known.length > 1) {
    day.append(el("option", { value: "between" }, "between two days …"));
    for (const field of [list.form.elements.from, list.form.elements.to]) {
      [field.min, field.max] = [known[0], known[known.length - 1]];
    }
  }
}

const link = (kind, article, at) => `${kind}-${article.page}-${at.slice(kind.length + 1)}`;
const permalink = (id, name) => el("a", { class: "permalink", href: `#${encodeURIComponent(id)}`, "aria-label": `Link to ${name}` }, "¶");

// ---- who said what ----

/** The other pieces of a broken utterance: they are rows of their own, and stand here for the sense. */
const rest = (pieces) => pieces.map((text) => el("span", { class: "rest" }, " … ", words(text), " … "));

const quotes = new List({
  name: "quotes",
  table: tables.quotes,
  noun: "quote",
  select(facets, articles, values) {
    const speaker = values.speaker === undefined ? null : values.speaker === "none" ? -1 : this.speakerNumber.get(values.speaker);
    const about = values.about === undefined ? null : meta.tables.quotes.topics.findIndex((topic) => topic[0] === values.about);
    return range(this.table.length).filter(
      (row) =>
        (speaker === null || facets.speaker[row] === speaker) &&
        (values.kind === undefined || facets.kind[row] === Number(values.kind)) &&
        (about === null || facets.about[row].includes(about)) &&
        fitsArticle(articles, facets.article[row], values),
    );
  },
  text: (row) => [row.text, row.speaker, row.source].filter(Boolean).join("\n"),
  async render(row, index) {
    const facets = await this.table.facets();
    const kind = ["direct", "mixed", "indirect"][facets.kind[index]];
    const article = await articleOf(facets.article[index]);
    const id = link("quote", article, row.at);
    const who = row.speaker || row.source || "someone not named";
    const facts = [kind];
    if (row.source && !row.speaker) facts.push("speaker not identified");
    if (row.channel) facts.push(row.channel);
    if (row.said) facts.push(`said ${row.said.length > 1 && row.said[0] !== row.said[1] ? row.said.map(dayName).join(" to ") : dayName(row.said[0])}`);
    return el(
      "li",
      { id, class: `quote ${kind}` },
      el(
        "p",
        { class: "who" },
        row.speaker
          ? el("strong", null, words(row.speaker))
          : row.source ? words(row.source) : "No speaker given",
        row.cue ? el("span", { class: "cue" }, " ", words(row.cue)) : null,
        row.by && !(row.cue || "").includes(row.by) ? el("span", { class: "cue" }, " as reported by ", words(row.by)) : null,
      ),
      el("blockquote", { dir: "auto" }, rest(row.before), words(kind === "direct" ? `“${row.text}”` : row.text), rest(row.after)),
      el(
        "p",
        { class: "tags" },
        place(article, row.at, `${article.outlet || article.name}: ${who.slice(0, 60)}, in the article`),
        facts.map((fact) => [dot(), fact]),
        row.speaker && row.source && row.source !== row.speaker ? [dot(), "as “", words(row.source), "”"] : null,
        row.elsewhere ? [dot(), "elsewhere said by ", words(row.elsewhere)] : null,
        row.wording >= 0 ? [dot(), el("a", { href: `#wording-${row.wording + 1}` }, "the same words elsewhere")] : null,
        " ",
        permalink(id, `this quote by ${who.slice(0, 60)}`),
      ),
    );
  },
  onReset() {
    pressSpeaker(null);
  },
});

let speakerRows = [];
let speakersShown = matchMedia("(max-width: 60rem)").matches ? 5 : 10;

function pressSpeaker(id) {
  if (id === null) delete quotes.extra.speaker;
  else quotes.extra.speaker = id;
  const chosen = quotes.extra.speaker;
  if (chosen !== undefined && chosen !== "none") {
    const place = speakerRows.findIndex((row) => row.id === chosen);
    if (place >= speakersShown) speakersShown = place + 1;
  }
  showSpeakers();
}

function showSpeakers() {
  const list = byId("speakers");
  if (!list) return;
  const wanted = terms(byId("speaker-words").value);
  const chosen = quotes.extra.speaker;
  const fitting = speakerRows.filter((row) => holds(row.name, wanted));
  const unknown = meta.tables.quotes.unknown;
  const all = fitting.slice(0, speakersShown);
  const rows = [...all];
  const chosenRow = speakerRows.find((row) => row.id === chosen);
  if (chosenRow && !rows.includes(chosenRow)) rows.unshift(chosenRow);
  if (!wanted.length && unknown.some(Boolean)) rows.push({ id: "none", name: "Speaker not identified", counts: unknown });
  const sum = (row) => row.counts.reduce((a, b) => a + b, 0);
  const most = Math.max(1, ...speakerRows.slice(0, 1).map(sum), unknown.reduce((a, b) => a + b, 0));
  list.replaceChildren(
    ...rows.map((row) => {
      const button = el(
        "button",
        {
          type: "button",
          "data-id": row.id,
          "aria-pressed": String(row.id === chosen),
          "aria-label": `${row.name}: ${counted(sum(row), "quote")} (${row.counts[0]} direct, ${row.counts[1]} mixed, ${row.counts[2]} indirect)`,
        },
        el("span", { class: "name" }, words(row.name)),
        el("span", { class: "n" }, number(sum(row))),
        stacked(row.counts, most),
      );
      button.addEventListener("click", () => {
        pressSpeaker(row.id === chosen ? null : row.id);
        quotes.changed();
        [...list.querySelectorAll("button")].find((other) => other.dataset.id === row.id)?.focus();
      });
      return el("li", { class: row.id === "none" ? "unknown" : null }, button);
    }),
  );
  byId("speakers-more").hidden = fitting.length <= speakersShown;
  byId("speakers-more").textContent = `${number(Math.max(0, fitting.length - speakersShown))} more speakers`;
}

function stacked(counts, most) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 100 6", height: 6, preserveAspectRatio: "none", "aria-hidden": "true" }))
    svg.setAttribute(key, value);
  let x = 0;
  counts.forEach((count, kind) => {
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const width = (100 * count) / most;
    for (const [key, value] of Object.entries({ x: x.toFixed(2), width: width.toFixed(2), height: 6, class: `k${kind}` })) bar.setAttribute(key, value);
    x += width;
    svg.append(bar);
  });
  return svg;
}

// ---- the same words elsewhere ----

const wordings = new List({
  name: "wordings",
  table: tables.wordings,
  noun: "quotation",
  select: (facets) => range(facets.articles.length),
  async render(row, index) {
    const forms = await Promise.all(
      row.forms.map(async (form, place) => {
        const carriers = await Promise.all(form.carriers.map(async ([article, at]) => [await articleOf(article), at]));
        return el(
          "div",
          { class: "form" },
          el(
            "p",
            { class: "text", dir: "auto" },
            form.pieces.map(([kind, text]) =>
              kind === "same" ? words(text) : kind === "left out" ? [" ", el("del", null, words(text.trim())), " "] : el("mark", { class: "differs" }, words(text)),
            ),
          ),
          el(
            "ul",
            { class: "carriers tags", "aria-label": place === 0 && row.forms.length > 1 ? "The fullest wording, in" : "In" },
            carriers.map(([article, at]) => el("li", null, where(article, at))),
            form.more ? el("li", null, `and ${number(form.more)} more`) : null,
          ),
        );
      }),
    );
    const told =
      row.wordings === 1
        ? `word for word in ${row.articles > 1 ? counted(row.articles, "article") : "one article, " + counted(row.quotes, "time")}`
        : `${counted(row.wordings, "wording")} in ${counted(row.articles, "article")}`;
    return el(
      "li",
      { id: `wording-${index + 1}` },
      el("p", { class: "who" }, row.speaker ? el("strong", null, words(row.speaker)) : el("span", { class: "open" }, "Speaker not identified"), el("span", { class: "cue" }, ` ${told}`)),
      el("div", { class: "forms" }, forms),
      row.wordings > row.forms.length ? el("p", { class: "note" }, `and ${counted(row.wordings - row.forms.length, "further wording")} in the tables.`) : null,
    );
  },
});

const where = (article, at) => place(article, at, `${article.outlet || article.name}: these words in the article`);

// ---- claims ----

const claims = new List({
  name: "claims",
  table: tables.claims,
  noun: "claim",
  group: true,
  select(facets, articles, values) {
    const claimant = values.claimant === undefined ? null : Number(values.claimant);
    return range(facets.group.length).filter(
      (row) =>
        (claimant === null || facets.claimant[row] === claimant) &&
        (values.kind === undefined || facets.kind[row] === Number(values.kind)) &&
        (values.stance === undefined || facets.stance[row] === Number(values.stance)) &&
        (values.flags === undefined || facets.flags[row] & Number(values.flags)) &&
        fitsArticle(articles, facets.article[row], values),
    );
  },
  text: (row) => [row.who, row.as, ...row.sentence.map((piece) => piece[1])].filter(Boolean).join("\n"),
  /** The first claim of each of *groups*. */
  async rowsOf(groups) {
    if (!this.firsts) {
      const { group } = await this.table.facets();
      this.firsts = [];
      group.forEach((value, row) => (this.firsts[value] ??= row));
    }
    return groups.map((group) => this.firsts[group]);
  },
  async render(row, group) {
    const matter = row.matter;
    const [first] = await this.rowsOf([group]);
    const lines = async (from, to) => Promise.all((await this.table.rows(range(to - from).map((at) => first + from + at))).map(claimLine));
    const made = await lines(0, Math.min(LINES, matter.claims));
    const linked = await Promise.all(matter.against.map(linkedLine));
    return el(
      "li",
      { id: `claims-${group + 1}` },
      el(
        "div",
        { class: "worth" },
        matter.worth === null ? null : [el("span", { class: "figure" }, String(Math.round(matter.worth * 100))), el("span", { class: "of" }, "check-worthy")],
      ),
      el(
        "div",
        { class: "matter" },
        el("h3", { dir: "auto" }, words(matter.proposition)),
        matter.differ.length
          ? el("p", { class: "conflict" }, el("strong", null, "Numbers differ: "), matter.differ.flatMap((number, at) => [at ? "; " : "", words(number)]))
          : null,
        el("ul", { class: "makers" }, made),
        matter.claims > LINES ? this.further(matter.claims, lines) : null,
        linked.length ? el("ul", { class: "against" }, linked) : null,
      ),
    );
  },
  /** The claims of a group beyond the first, fetched a hundred at a time when they are asked for. */
  further(count, lines) {
    const list = el("ul", { class: "makers" });
    const button = el("button", { type: "button" });
    let shown = LINES;
    const told = () => {
      button.textContent = `${counted(count - shown, "more place")}`;
      button.hidden = shown >= count;
    };
    const more = el("div", { class: "more" }, list, button);
    more.next = async () => {
      const from = shown;
      shown = Math.min(count, shown + 100);
      const made = await lines(from, shown);
      list.append(...made);
      told();
      return made;
    };
    button.addEventListener("click", async () => {
      const [first] = await more.next();
      first.tabIndex = -1;
      first.focus();
    });
    told();
    return more;
  },
  async unfold(group, id) {
    const more = byId(`claims-${group + 1}`)?.querySelector(".more");
    while (more && !byId(id) && !more.querySelector("button").hidden) await more.next();
    return byId(id);
  },
});

/** Claims of a group that are shown at once. */
const LINES = 12;

/** Kinds whose name says the modality already. */
const sameSaid = { demand: "demanded", plan: "planned", threat: "threatened", opinion: "evaluated" };

async function claimLine(claim) {
  const article = await articleOf(claim.article);
  const id = link("claim", article, claim.at);
  const who = claim.who === null ? "The article itself" : claim.who;
  const facts = [claim.kind];
  if (!sameSaid[claim.kind]?.includes(claim.modality) && claim.modality !== "asserted") facts.push(claim.modality);
  if (claim.evidence) facts.push(claim.evidence);
  if (claim.date) facts.push(claim.date);
  return el(
    "li",
    { id, class: claim.stance },
    el(
      "p",
      { class: "who" },
      claim.who === null ? el("em", null, who) : el("strong", null, words(who)),
      claim.as && claim.who !== claim.as ? el("span", { class: "cue" }, " as “", words(claim.as), "”") : null,
      claim.via && claim.via !== claim.as ? el("span", { class: "cue" }, " according to ", words(claim.via)) : null,
      " ",
      el("span", { class: "stance" }, claim.stance),
    ),
    el("p", { class: "sentence", dir: "auto" }, claim.sentence.map(([own, text]) => (own ? el("mark", { class: "own" }, words(text)) : words(text)))),
    el(
      "p",
      { class: "tags" },
      place(article, claim.at, `${article.outlet || article.name}: this claim by ${who.slice(0, 60)}, in the article`),
      facts.map((fact) => [dot(), fact]),
      " ",
      permalink(id, `this claim by ${who.slice(0, 60)}`),
    ),
  );
}

async function linkedLine(linked) {
  const article = await articleOf(linked.article);
  const name = linked.relation === "contradicts" ? "Contradicted" : linked.conflict ? `Another ${linked.conflict}` : "Differs";
  return el(
    "li",
    null,
    el("strong", null, `${name}: `),
    el("a", { href: `#${encodeURIComponent(link("claim", article, linked.at))}` }, words(linked.proposition)),
    " ",
    el("span", { class: "tags" }, linked.who === null ? "the article itself" : words(linked.who), ", ", words(article.outlet || article.name)),
  );
}

// ---- timeline ----

const timeline = new List({
  name: "timeline",
  table: tables.timeline,
  noun: "entry",
  select(facets, articles, values) {
    return range(this.table.length).filter(
      (row) =>
        (values.bar === undefined || facets.bar[row] === Number(values.bar)) &&
        (values.kind === undefined || facets.kind[row] === Number(values.kind)) &&
        fitsArticle(articles, facets.article[row], values),
    );
  },
  told(count) {
    const all = counted(this.table.length, "entry", "entries");
    this.result.textContent = count === this.table.length ? all : `${number(count)} of ${all}`;
    this.last = null;
  },
  async render(row, index) {
    const facets = await this.table.facets();
    const kind = facets.kind[index] ? "claim" : "quote";
    const article = await articleOf(facets.article[index]);
    const before = this.shown[this.shown.indexOf(index) - 1];
    const first = this.shown.indexOf(index) % SOME === 0 || (await this.table.row(before)).when !== row.when;
    const who = row.who || (kind === "claim" ? "The article itself" : "Someone not named");
    return el(
      "li",
      { class: `${kind}${first ? " first" : ""}` },
      first ? el("p", { class: "when" }, el("time", { datetime: row.day }, row.when)) : el("p", { class: "when" }, el("span", { class: "hidden" }, row.when)),
      el(
        "div",
        null,
        el("p", { class: "who" }, el("strong", null, words(who)), el("span", { class: "cue" }, ` ${kind}, ${row.how}`)),
        el("p", { class: "text", dir: "auto" }, words(row.text)),
        el("p", { class: "tags" }, place(article, row.at, `${article.outlet || article.name}: this ${kind} in the article`)),
      ),
    );
  },
  onReset: () => pressBar(null),
});

function pressBar(bar) {
  if (bar === null) delete timeline.extra.bar;
  else timeline.extra.bar = bar;
  for (const button of document.querySelectorAll("#timeline-bars button"))
    button.setAttribute("aria-pressed", String(button.dataset.bar === timeline.extra.bar));
}

// ---- articles ----

const articles = new List({
  name: "articles",
  table: tables.articles,
  noun: "article",
  select(facets, _, values) {
    return range(this.table.length).filter((row) => (!values.copies || facets.copy[row]) && fitsArticle(facets, row, values));
  },
  text: (row) => [row.name, row.author].filter(Boolean).join("\n"),
  async render(row, index) {
    const article = await articleOf(index);
    const facets = await this.table.facets();
    return el(
      "li",
      null,
      el("p", { class: "kicker" }, article.outlet ? words(article.outlet) : "Outlet not known", dot(), article.day ? dayName(article.day) : "day not known"),
      el("h3", { dir: "auto" }, el("a", { href: pageOf(article), class: row.titled ? null : "untitled" }, words(row.name))),
      el(
        "p",
        { class: "tags" },
        row.author ? [words(row.author), dot()] : null,
        [counted(row.words, "word"), counted(facets.quotes[index], "quote"), counted(facets.claims[index], "claim")].flatMap((fact, at) => [at ? dot() : null, fact]),
        facets.copy[index] ? [dot(), "nearly repeats another"] : null,
      ),
    );
  },
});

// ---- addresses: #quote-…, #claim-…, #quotes?speaker=… ----

async function findRow(kind, page, at) {
  const wanted = `${kind}-${at}`;
  const rows = await tables.articles.rows(range(tables.articles.length));
  const article = rows.findIndex((row) => row.page === page);
  if (article < 0) return null;
  const table = kind === "quote" ? tables.quotes : tables.claims;
  const facets = await table.facets();
  const own = range(facets.article.length).filter((row) => facets.article[row] === article);
  if (kind === "quote") {
    for (const row of own) if ((await table.row(row)).at === wanted) return row;
  } else {
    for (const row of own) if ((await table.row(row)).at === wanted) return facets.group[row];
  }
  return null;
}

async function follow() {
  let address = location.hash.slice(1);
  const [name, query] = address.split("?");
  if (query !== undefined && sections[name]?.form) {
    const list = sections[name];
    list.reset();
    for (const [key, value] of new URLSearchParams(query)) {
      const field = list.form.elements[key];
      if (field && field.type === "checkbox") field.checked = true;
      else if (field) field.value = value;
      else list.extra[key] = value;
    }
    if (name === "quotes") pressSpeaker(list.extra.speaker ?? null);
    if (name === "timeline") pressBar(list.extra.bar ?? null);
    list.page = 0;
    await list.update();
    byId(name).scrollIntoView();
    list.result.tabIndex = -1;
    list.result.focus({ preventScroll: true });
    return;
  }
  try {
    address = decodeURIComponent(address);
  } catch {
    return;
  }
  const wording = /^wording-(\d+)$/.exec(address);
  if (wording && wordings.element) await wordings.reveal(Number(wording[1]) - 1, address);
  const row = /^(quote|claim)-(.+)-(\d+-\d+(?:\.\d+)?)$/.exec(address);
  if (!row) return;
  const found = await findRow(row[1], row[2], row[3]);
  if (found === null) {
    const list = row[1] === "quote" ? quotes : claims;
    if (!list.result) return;
    list.result.textContent = `This report has no ${row[1]} ${address.slice(0, 120)}: its article has changed or is gone. ${list.result.textContent}`;
    byId(list.name).scrollIntoView();
    return;
  }
  await (row[1] === "quote" ? quotes : claims).reveal(found, address);
}

// ---- beginning ----

function soon(list, fill) {
  if (!list.element) return Promise.resolve();
  const ready = (async () => {
    await fill?.();
    await list.update();
  })();
  return ready;
}

function theme() {
  const button = byId("theme");
  const dark = () => (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const show = () => button.setAttribute("aria-pressed", String(dark()));
  button.hidden = false;
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    show();
  });
  show();
}

async function begin() {
  theme();
  if (quotes.element) {
    speakerRows = await speakers.rows(range(speakers.length));
    quotes.speakerNumber = new Map(speakerRows.map((row, place) => [row.id, place]));
    byId("speaker-words").addEventListener("input", showSpeakers);
    byId("speakers-more").addEventListener("click", () => {
      const before = speakersShown;
      speakersShown += 20;
      showSpeakers();
      byId("speakers").children[before]?.querySelector("button").focus();
    });
    byId("find-speaker").hidden = speakerRows.length <= speakersShown;
    showSpeakers();
    quotes.form.elements.about.append(
      ...meta.tables.quotes.topics.slice(0, 100).map(([id, name, count]) => el("option", { value: id }, `${name.slice(0, 60)} (${number(count)})`)),
    );
  }
  await soon(quotes, async () => fillChoices(quotes, (await tables.quotes.facets()).article));
  await soon(wordings);
  await soon(claims, async () => {
    const facets = await tables.claims.facets();
    const spec = meta.tables.claims;
    const option = (value, name, count) => (count ? [el("option", { value }, `${name.slice(0, 60)} (${number(count)})`)] : []);
    claims.form.elements.claimant.append(
      ...option(-1, "the article itself", spec.article_itself),
      ...option(-2, "someone not identified", spec.unnamed),
      ...spec.claimants.flatMap(([, name, count], place) => option(place, name, count)),
      ...option(-3, "other names", spec.further),
    );
    await fillChoices(claims, facets.article);
  });
  await soon(timeline, async () => {
    await fillChoices(timeline, (await tables.timeline.facets()).article);
    for (const button of document.querySelectorAll("#timeline-bars button"))
      button.addEventListener("click", () => {
        pressBar(button.getAttribute("aria-pressed") === "true" ? null : button.dataset.bar);
        timeline.changed();
      });
  });
  await soon(articles, async () => {
    const facets = await tables.articles.facets();
    await fillChoices(articles, range(tables.articles.length));
    byId("articles-filters").querySelector(".check").hidden = !facets.copy.some(Boolean);
  });
  network();
  window.addEventListener("hashchange", follow);
  await follow();
  document.documentElement.dataset.ready = "true";
}

function network() {
  for (const drawing of document.querySelectorAll(".network")) lively(drawing);
}

function lively(drawing) {
  const light = (left, right) => {
    drawing.classList.toggle("lit", left !== undefined || right !== undefined);
    for (const band of drawing.querySelectorAll("path"))
      band.classList.toggle("on", (left === undefined || band.dataset.left === left) && (right === undefined || band.dataset.right === right));
  };
  for (const item of drawing.querySelectorAll("path, .node")) {
    item.addEventListener("pointerenter", () => light(item.dataset.left, item.dataset.right));
    item.addEventListener("pointerleave", () => light());
    item.addEventListener("click", () => {
      const query = new URLSearchParams();
      if (item.dataset.left) query.set("speaker", item.dataset.left);
      if (item.dataset.right) query.set("about", item.dataset.right);
      location.hash = `quotes?${query}`;
    });
  }
}

begin().catch((error) => {
  const told = el("p", { class: "notice wrap", role: "alert" }, `The lists can’t be shown: ${error.message}`);
  document.querySelector("main").prepend(told);
  document.documentElement.dataset.ready = "failed";
  throw error;
});
