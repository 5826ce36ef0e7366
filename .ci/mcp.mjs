// Calls every tool of `flowvet mcp`. The arguments are the binary and the folder of a project.
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [command, cwd] = process.argv.slice(2);
const transport = new StdioClientTransport({ command, args: ["mcp"], cwd });
const client = new Client({ name: "flowvet-ci", version: "1.0.0" });
await client.connect(transport);
assert.equal(client.getServerVersion().name, "flowvet");
assert.match(client.getInstructions(), /run `check`/);
await client.ping();

const { tools } = await client.listTools();
assert.deepEqual(
  tools.map((tool) => tool.name),
  ["check", "fix", "explain", "order", "compare"],
);

// The SDK refuses structured content that does not match the schema of the tool.
const call = (name, args) => client.callTool({ name, arguments: args });
const checked = await call("check", {});
assert.equal(checked.structuredContent.total, 2);
assert.match(checked.content[0].text, /error\[child-flow-off\] src\/Workflows\/Lend/);
const fixed = await call("fix", { unsafe: true });
assert.match(fixed.content[0].text, /would fix .*\n(.*\n)*--- src\/customizations.xml/);
const explained = await call("explain", { what: "child-flow-off" });
assert.match(explained.content[0].text, /child-flow-off/);
const ordered = await call("order", { paths: ["src"] });
assert.match(ordered.content[0].text, /wave 2\n.*貸出 📚/);
const compared = await call("compare", { old: "src", new: "src" });
assert.match(compared.content[0].text, /no differences/);
const refused = await call("check", { paths: [".."] });
assert.equal(refused.isError, true);
await assert.rejects(call("nothing", {}), /unknown tool/);

await client.close();
console.log("the SDK of the Model Context Protocol used the server for agents");
