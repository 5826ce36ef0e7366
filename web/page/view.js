// A plain view of the findings and of what will happen to each flow.

const OUTCOMES = {
  "turns-on": "turns on",
  "stays-off": "stays off, as exported",
  "will-not-turn-on": "will not turn on",
  unknown: "unknown",
};

function summaryOf({ summary, flows }) {
  const { errors, warnings, infos } = summary;
  const found = [counted(errors, "error"), counted(warnings, "warning"), counted(infos, "note")].join(", ");
  return `${found} in ${counted(flows.length, "flow")}.`;
}

function view(report) {
  return [...findings(report.findings), ...flows(report.flows)];
}

function findings(list) {
  if (list.length === 0) return [];
  const items = list.map(({ rule, severity, message, help, file, line, column }) =>
    element("li", { class: severity },
      element("p", {}, element("b", {}, severity), ` ${rule}: `, ...marked(message)),
      ...(help ? [element("p", { class: "help" }, ...marked(help))] : []),
      element("p", { class: "place" }, `${file}:${line}:${column}`)));
  return [element("h3", {}, "Findings"), element("ul", { class: "findings" }, ...items)];
}

function flows(list) {
  if (list.length === 0) return [];
  const items = list.map(({ name, verdict }) => element("li", {}, `${name}: ${OUTCOMES[verdict.outcome]}`));
  return [element("h3", {}, "Flows after the import"), element("ul", {}, ...items)];
}
