// What a page of the preview does beside being read: it remembers theme and width, makes tabs of its parts, and shows
// what changed. Without it the page is whole: its parts stand one below the other.
"use strict";
(() => {
  const root = document.documentElement;
  const CHOICES = ["theme", "width"];

  const recall = (name) => {
    try { return localStorage.getItem(`cardgen.${name}`); } catch { return null; }
  };
  const remember = (name, value) => {
    try { localStorage.setItem(`cardgen.${name}`, value); } catch { /* a browser that keeps nothing */ }
  };
  const choose = (name, value) => {
    if (value === "auto") delete root.dataset[name];
    else root.dataset[name] = value;
  };
  for (const name of CHOICES) choose(name, recall(name) ?? "auto"); // before anything is painted

  const offerChoices = () => {
    for (const name of CHOICES) {
      for (const radio of document.querySelectorAll(`body > header [name="page:${name}"]`)) {
        if (radio.value === recall(name)) radio.checked = true;
        radio.addEventListener("change", () => { remember(name, radio.value); choose(name, radio.value); });
      }
    }
  };

  // Tabs: https://www.w3.org/WAI/ARIA/apg/patterns/tabs/
  const panelOf = (tab) => document.getElementById(tab.hash.slice(1));
  const tabsIn = (main) => [...main.querySelectorAll(":scope > [data-tabs] > a")];

  const select = (tabs, chosen) => {
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      panelOf(tab).hidden = tab !== chosen;
    }
  };
  const placeInAddress = () => {
    try { return document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return null; }
  };
  const followAddress = (main) => {
    const tabs = tabsIn(main);
    const place = placeInAddress();
    const holder = place && tabs.find((tab) => panelOf(tab).contains(place));
    if (!holder) return;
    select(tabs, holder);
    if (place !== panelOf(holder)) place.scrollIntoView();
  };
  const move = { ArrowRight: (at, count) => (at + 1) % count, ArrowLeft: (at, count) => (at + count - 1) % count,
    Home: () => 0, End: (_, count) => count - 1 };

  const makeTabs = (main) => {
    const tabs = tabsIn(main);
    if (!tabs.length) return;
    tabs[0].parentElement.setAttribute("role", "tablist");
    for (const tab of tabs) {
      const panel = panelOf(tab);
      tab.id = `${panel.id}-tab`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      tab.addEventListener("click", (event) => {
        event.preventDefault();
        history.replaceState(null, "", tab.hash);
        select(tabs, tab);
      });
      tab.addEventListener("keydown", (event) => {
        if (event.key === " ") { event.preventDefault(); tab.click(); }
        const to = move[event.key];
        if (!to) return;
        event.preventDefault();
        const next = tabs[to(tabs.indexOf(tab), tabs.length)];
        next.focus();
        next.click();
      });
    }
    select(tabs, tabs[0]);
    followAddress(main);
  };

  // What changed: the server tells the number of what it shows; another number than the page's, and the page is fetched.
  let served = "";
  const say = (text) => { document.getElementById("page:status").textContent = text; };
  const show = (fresh) => {
    const before = document.querySelector("main");
    const main = fresh.querySelector("main");
    root.dataset.number = fresh.documentElement.dataset.number ?? "";
    if (main.outerHTML === served) return;
    served = main.outerHTML;
    const focused = before.contains(document.activeElement) ? document.activeElement.id : "";
    document.title = fresh.title;
    before.replaceWith(document.adoptNode(main));
    makeTabs(main);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    say("Updated.");
  };
  const refresh = async () => {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  };
  let changes = null;
  const listen = () => {
    changes = new EventSource(root.dataset.changes);
    changes.addEventListener("message", (event) => {
      if (event.data !== root.dataset.number) refresh().catch(() => say("The preview does not answer."));
    });
    changes.addEventListener("error", () => say("The preview is not running; this page is as it was."));
    changes.addEventListener("open", () => say(""));
  };
  // A page that nobody looks at gives its connection back: browsers have six of them for a server.
  const listenWhileSeen = () => {
    changes?.close();
    if (document.visibilityState === "visible") listen();
  };

  document.addEventListener("DOMContentLoaded", () => {
    const main = document.querySelector("main");
    served = main.outerHTML;
    offerChoices();
    makeTabs(main);
    window.addEventListener("hashchange", () => followAddress(document.querySelector("main")));
    if (!root.dataset.changes) return;
    document.addEventListener("visibilitychange", listenWhileSeen);
    listenWhileSeen();
  });
})();
