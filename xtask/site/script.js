"use strict";
(() => {
  const find = (id) => document.getElementById(id);
  const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

  // What scrolls has to be reachable with the keyboard.
  for (const box of document.querySelectorAll("pre, .scroll")) {
    if (box.scrollWidth > box.clientWidth) {
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", box.matches("pre") ? "Code" : "Table");
    }
  }

  const filter = find("filter-text");
  if (filter) {
    const severity = find("filter-severity");
    const status = filter.form.querySelector("[role=status]");
    const groups = [...document.querySelectorAll(".group")].map((group) => ({
      group,
      entries: [...group.querySelectorAll("li")].map((entry) => ({ entry, text: entry.textContent.toLowerCase() })),
    }));
    const apply = () => {
      const wanted = words(filter.value);
      let shown = 0;
      let all = 0;
      for (const { group, entries } of groups) {
        let any = false;
        for (const { entry, text } of entries) {
          const fits = wanted.every((word) => text.includes(word)) &&
            (!severity || !severity.value || entry.dataset.severity === severity.value);
          entry.hidden = !fits;
          any ||= fits;
          shown += fits;
          all += 1;
        }
        group.hidden = !any;
      }
      status.textContent = `${shown} of ${all} ${status.dataset.what}`;
    };
    filter.form.hidden = false;
    filter.form.addEventListener("submit", (event) => event.preventDefault());
    filter.form.addEventListener("input", apply);
    apply();
  }

  const search = find("search-text");
  if (search) {
    const targets = JSON.parse(find("search-index").textContent).map((target) => ({
      ...target,
      name: target.title.toLowerCase(),
      text: ` ${target.title} ${target.about} ${target.words}`.toLowerCase(),
    }));
    const status = search.form.querySelector("[role=status]");
    const results = find("search-results");
    const LIMIT = 50;

    const score = (target, wanted) => {
      let sum = 0;
      for (const word of wanted) {
        if (target.name === word) sum += 100;
        else if (target.name.startsWith(word)) sum += 30;
        else if (target.name.includes(word)) sum += 20;
        else if (target.text.includes(` ${word} `)) sum += 5;
        else if (target.text.includes(` ${word}`)) sum += 3;
        else if (target.text.includes(word)) sum += 1;
        else return 0;
      }
      return sum;
    };
    const element = (name, text, className) => {
      const made = document.createElement(name);
      made.textContent = text;
      if (className) made.className = className;
      return made;
    };
    const apply = () => {
      const wanted = words(search.value);
      const found = wanted.length
        ? targets.map((target) => ({ target, sum: score(target, wanted) })).filter(({ sum }) => sum)
        : [];
      found.sort((a, b) => b.sum - a.sum || (a.target.title < b.target.title ? -1 : 1));
      results.replaceChildren(...found.slice(0, LIMIT).map(({ target }) => {
        const item = document.createElement("li");
        const link = element("a", target.title);
        link.href = target.url;
        item.append(link, " ", element("span", target.kind, "kind"));
        if (target.about) item.append(element("p", target.about));
        return item;
      }));
      const count = found.length > LIMIT ? `the best ${LIMIT} of ${found.length} results` : `${found.length} results`;
      status.textContent = wanted.length ? (found.length === 1 ? "1 result" : count) : "";
      document.title = wanted.length ? `${search.value}: search - flowvet` : "Search - flowvet";
    };
    search.value = new URLSearchParams(location.search).get("q") ?? "";
    search.form.hidden = false;
    search.addEventListener("input", apply);
    apply();
  }
})();
