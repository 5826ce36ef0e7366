"use strict";
// Filters, links that filter, and boxes that stay ticked. Texts of the report are only ever read, and set as text.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);

  // What a link leads to may be folded.
  const unfold = (element) => {
    for (let at = element; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  };
  const follow = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    unfold(target);
    target.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.getAttribute("href") === location.hash) follow();
  });

  // Filters.
  const panel = byId("filters");
  const shown = byId("shown");
  if (panel) {
    const cards = all("#findings .card").map((card) => ({
      card,
      severity: card.dataset.severity,
      rule: card.dataset.rule,
      more: card.querySelector(".more"),
      items: all(".item", card).map((item) => ({ item, flows: (item.dataset.flow ?? "none").split(" "), text: null })),
    }));
    const groups = all("#findings .severity");
    const boxes = all('input[name="severity"]', panel);
    const [rule, flow, text] = ["filter-rule", "filter-flow", "filter-text"].map(byId);
    const total = Number(shown.dataset.total);

    const textOf = (entry) => {
      entry.text ??= entry.item.textContent.toLowerCase();
      return entry.text;
    };
    const apply = () => {
      const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      const wanted = text.value.trim().toLowerCase();
      const narrowed = Boolean(wanted || (flow && flow.value));
      let number = 0;
      for (const { card, severity, rule: id, more, items } of cards) {
        const fits = severities.has(severity) && (!rule.value || rule.value === id);
        let left = 0;
        for (const entry of items) {
          const isLeft =
            fits &&
            (!flow || !flow.value || entry.flows.includes(flow.value)) &&
            (!wanted || id.includes(wanted) || textOf(entry).includes(wanted));
          entry.item.hidden = !isLeft;
          left += Number(isLeft);
        }
        card.hidden = left === 0;
        if (more) {
          const others = left - Number(!items[0].item.hidden);
          more.hidden = others === 0;
          if (narrowed && others > 0 && items[0].item.hidden) more.open = true;
        }
        number += left;
      }
      for (const group of groups) group.hidden = !group.querySelector(".card:not([hidden])");
      const noun = total === 1 ? "finding" : "findings";
      shown.textContent = number === total ? `${total} ${noun}` : `${number} of ${total} ${noun} shown`;
    };
    const set = ({ severity, rule: id = "", flow: number = "", words = "" }) => {
      for (const box of boxes) box.checked = !severity || box.value === severity;
      rule.value = id;
      if (flow) flow.value = number;
      text.value = words;
      apply();
    };
    panel.addEventListener("input", apply);
    byId("filter-clear").addEventListener("click", () => set({}));
    for (const link of all("[data-filter-severity]")) {
      link.addEventListener("click", () => set({ severity: link.dataset.filterSeverity }));
    }
    for (const link of all("[data-filter-rule]")) {
      link.addEventListener("click", () => set({ rule: link.dataset.filterRule }));
    }
    for (const link of all("[data-filter-flow]")) {
      link.addEventListener("click", () => set({ flow: link.dataset.filterFlow }));
    }
    for (const node of all("#picture [data-flow]")) {
      node.addEventListener("click", () => {
        const row = byId(`flow-${node.dataset.flow}`);
        if (row?.dataset.flow) set({ flow: row.dataset.flow });
      });
    }
    panel.hidden = false;
    // A browser that reloads a page may keep what was chosen.
    apply();
  }

  // A flow of the picture and its row point at each other.
  for (const node of all("#picture [data-flow]")) {
    const row = byId(`flow-${node.dataset.flow}`);
    for (const [event, isOn] of [["mouseenter", true], ["mouseleave", false]]) {
      node.addEventListener(event, () => row?.classList.toggle("hot", isOn));
      row?.addEventListener(event, () => node.classList.toggle("hot", isOn));
    }
  }

  // Boxes stay ticked. A step is known by its text, so that a report that was made again keeps them.
  const runbook = byId("runbook");
  if (runbook) {
    const steps = all(".task > input", runbook);
    const key = `flowvet runbook ${runbook.dataset.key}`;
    const seen = new Map();
    const named = steps.map((box) => {
      const words = box.nextElementSibling.textContent;
      const count = (seen.get(words) ?? 0) + 1;
      seen.set(words, count);
      return { box, name: `${count} ${words}` };
    });
    const progress = byId("ticked");
    const tell = () => {
      const done = steps.filter((box) => box.checked).length;
      progress.textContent = steps.length ? `${done} of ${steps.length} done.` : "";
    };
    try {
      const ticked = new Set(JSON.parse(localStorage.getItem(key) ?? "[]"));
      for (const { box, name } of named) box.checked = ticked.has(name);
    } catch {
      // The browser keeps nothing for files, or somebody else wrote there.
    }
    runbook.addEventListener("change", () => {
      tell();
      const ticked = named.filter(({ box }) => box.checked).map(({ name }) => name);
      try {
        localStorage.setItem(key, JSON.stringify(ticked));
      } catch {
        // The boxes still work until the page is closed.
      }
    });
    tell();
  }

  // Print what is folded, except what the runbook lists as well, and the pages of rules.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all(".fate, .packages, .waves details, .more").filter((details) => !details.open);
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });

  if (location.hash) follow();
})();
