// Tabs: the radio buttons of a page become a real list of tabs with arrow
// keys; the same label is chosen everywhere on the page and remembered.
"use strict";
(() => {
  const KEY = "docent-tabs";
  const sets = [];

  const remembered = () => {
    try {
      const labels = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(labels) ? labels : [];
    } catch {
      return [];
    }
  };
  const remember = (label) => {
    try {
      const others = remembered().filter((other) => other !== label);
      localStorage.setItem(KEY, JSON.stringify([label, ...others].slice(0, 20)));
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  };

  function show(set, chosen) {
    for (const tab of set) {
      const on = tab === chosen;
      tab.button.setAttribute("aria-selected", on);
      tab.button.tabIndex = on ? 0 : -1;
      tab.panel.classList.toggle("shown", on);
    }
  }

  function choose(set, tab) {
    // What the reader clicked at stays where it is while others change.
    const before = tab.button.getBoundingClientRect().top;
    for (const other of sets) {
      const same = other === set ? tab : other.find(({ label }) => label === tab.label);
      if (same) show(other, same);
    }
    remember(tab.label);
    scrollBy({ top: tab.button.getBoundingClientRect().top - before, behavior: "instant" });
  }

  function move(set, event) {
    const at = set.findIndex(({ button }) => button === event.target);
    const back = getComputedStyle(event.target).direction === "rtl" ? "ArrowRight" : "ArrowLeft";
    const steps = { ArrowLeft: 1, ArrowRight: 1, [back]: -1, Home: -at, End: set.length - 1 - at };
    if (at < 0 || !(event.key in steps)) return;
    event.preventDefault();
    const tab = set[(at + steps[event.key] + set.length) % set.length];
    choose(set, tab);
    tab.button.focus();
  }

  function enhance(box) {
    const list = document.createElement("div");
    list.setAttribute("role", "tablist");
    const set = [];
    let chosen;
    for (const input of box.querySelectorAll(":scope > input")) {
      const label = input.nextElementSibling;
      const panel = label.nextElementSibling;
      const button = document.createElement("button");
      button.type = "button";
      button.id = input.id;
      button.setAttribute("role", "tab");
      button.append(...label.childNodes);
      panel.id ||= `${input.id}_panel`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", button.id);
      panel.tabIndex = 0;
      button.setAttribute("aria-controls", panel.id);
      const tab = { button, panel, label: button.textContent.trim() };
      panel.dataset.title = tab.label;
      if (input.checked) chosen = tab;
      button.addEventListener("click", () => choose(set, tab));
      label.remove();
      input.remove();
      list.append(button);
      set.push(tab);
    }
    if (!set.length) return;
    list.addEventListener("keydown", (event) => move(set, event));
    box.prepend(list);
    const labels = remembered();
    const known = labels.map((label) => set.find((tab) => tab.label === label)).find(Boolean);
    show(set, known || chosen || set[0]);
    sets.push(set);
  }

  // A link to something in a tab or in a note that is folded shows it.
  function reveal() {
    let target;
    try {
      target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch {
      return;
    }
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
      for (const set of sets) {
        const tab = set.find(({ panel, button }) => panel === at || button === at);
        if (tab) show(set, tab);
      }
    }
    if (target) target.scrollIntoView();
  }

  function start() {
    // Those that are still shown stay linked with the new ones.
    const shown = sets.filter((set) => set[0].button.isConnected);
    sets.splice(0, sets.length, ...shown);
    document.querySelectorAll("article .tabs").forEach(enhance);
    if (location.hash) reveal();
  }
  start();
  addEventListener("hashchange", reveal);
  document.addEventListener("docent:page", start);
})();
