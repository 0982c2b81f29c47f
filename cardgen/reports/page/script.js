"use strict";
// Filters the rows of the report and shows as many as somebody asks for. Everything is put in as text, never as markup.
(() => {
  const STEP = 200;
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const form = byId("filters");
  const body = byId("rows").tBodies[0];
  const more = byId("more");
  const texts = new Array(data.rows.length);
  let matches = [];
  let shown = 0;

  const what = (row) => (typeof row[1] === "number" ? data.texts[row[1]] : row[1]);
  const isLink = (row) => typeof row[1] !== "number";
  const host = (row) => (isLink(row) ? /^https?:\/\/(?:[^/?#]*@)?([^/?#:]*)/i.exec(row[1])?.[1].toLowerCase() ?? "" : "");
  const place = ([source, card, line, column]) => {
    const at = (card >= 0 ? data.cards[card] : "") + (line ? `:${line}` : "") + (column ? `:${column}` : "");
    return source < 0 ? at : data.texts[source] + (card >= 0 ? ` (on ${at})` : "");
  };
  const textOf = (number) => {
    const row = data.rows[number];
    texts[number] ??= [what(row), data.texts[row[2]], data.rules[row[3]]?.[0], ...row[4].map(place)].join(" ").toLowerCase();
    return texts[number];
  };

  const onCards = (row, cards) => {
    const [places, runs] = [row[4], row[5]];
    for (let at = 0; at < runs.length; at += 2) {
      for (let card = runs[at]; card <= runs[at + 1]; card += 1) {
        if (cards[card]) return true;
      }
    }
    return !runs.length && places.some((each) => cards[each[1]]);
  };

  const wanted = () => {
    const value = (name) => form.elements[name].value.trim().toLowerCase();
    const [words, state, severity, rule, ofHost, ofCard] = ["text", "state", "severity", "rule", "host", "card"].map(value);
    const cards = ofCard && data.cards.map((card) => card.toLowerCase().includes(ofCard));
    return (row, number) =>
      (!state || data.states[row[0]] === state) &&
      (!severity || data.severities[row[0]] === severity) &&
      (!rule || data.rules[row[3]]?.[0].toLowerCase() === rule) &&
      (!ofHost || host(row).includes(ofHost)) &&
      (!ofCard || onCards(row, cards)) &&
      (!words || textOf(number).includes(words));
  };

  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  // Only what a browser opens as a page of the web becomes a link: never javascript:, data: or a hidden password.
  const linked = (address, text) => {
    const made = element("a", text);
    try {
      const url = new URL(address);
      const isPage = /^https?:$/.test(url.protocol) && !url.username && !url.password;
      if (!isPage || address.endsWith("…")) return element("span", text); // … is where a long one was cut
      made.href = url.href;
      made.rel = "noreferrer noopener nofollow";
      return made;
    } catch {
      return element("span", text);
    }
  };

  const rowOf = (row) => {
    const made = element("tr");
    const told = element("td");
    const where = element("td");
    const [name, page] = data.rules[row[3]] ?? [];
    told.append(isLink(row) ? linked(row[1], row[1]) : element("span", what(row)));
    if (row[2] >= 0) told.append(element("br"), element("span", data.texts[row[2]], "quiet"));
    if (name) told.append(element("br"), page ? linked(page, name) : element("code", name));
    row[4].forEach((each, number) => where.append(...(number ? [element("br")] : []), element("code", place(each))));
    if (row[6]) where.append(element("br"), `and ${row[6]} more places`);
    made.append(element("td", data.states[row[0]], data.states[row[0]]), told, where);
    return made;
  };

  const show = () => {
    body.append(...matches.slice(shown, shown + STEP).map(rowOf));
    shown = Math.min(shown + STEP, matches.length);
    more.hidden = shown === matches.length;
    byId("count").textContent = `${matches.length} of ${data.rows.length} match; ${shown} are shown`;
  };

  const filter = () => {
    matches = data.rows.filter(wanted());
    shown = 0;
    body.replaceChildren();
    show();
  };

  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    filter();
  });
  more.addEventListener("click", show);
  byId("all").hidden = false;
  byId("without").hidden = true;
  filter();
})();
