import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";
import { type Binary, findBinary, isExecutable } from "./binary";
import { PAGES, failed, restricted } from "./page";
import { run } from "./run";

let client: LanguageClient | undefined;

/** The scheme of the runbook, which is Markdown, and which the editor renders by itself. */
const RUNBOOK = "flowvet-runbook";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const pages = Object.entries(PAGES).map(([command, page]) =>
    vscode.commands.registerCommand(command, () => show(page.title, page.args)),
  );
  context.subscriptions.push(
    ...pages,
    vscode.commands.registerCommand("flowvet.showRunbook", showRunbook),
    vscode.workspace.registerTextDocumentContentProvider(RUNBOOK, { provideTextDocumentContent: runbook }),
    vscode.commands.registerCommand("flowvet.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("flowvet.path")) void restart();
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
  client = undefined;
}

function binary(): Binary {
  return findBinary({
    setting: vscode.workspace.getConfiguration("flowvet").get<string>("path", ""),
    workspaceFolder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
    environment: process.env,
    platform: process.platform,
    isExecutable,
  });
}

/** Starts the server, or says how to get the program. */
async function start(): Promise<void> {
  const found = binary();
  if ("problem" in found) {
    const settings = "Open Settings";
    void vscode.window.showWarningMessage(found.problem, settings).then((chosen) => {
      if (chosen === settings) void vscode.commands.executeCommand("workbench.action.openSettings", "flowvet.path");
    });
    return;
  }
  const server: ServerOptions = { command: found.file, args: ["server", "--stdio"] };
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: "file", pattern: "**/*.{json,xml,yml,yaml,toml}" }],
    outputChannelName: "flowvet",
  };
  client = new LanguageClient("flowvet", "flowvet", server, options);
  await client.start();
}

async function restart(): Promise<void> {
  await deactivate();
  await start();
}

/** Shows the runbook as a preview. Each one has a new address, so that the editor does not show an older one. */
async function showRunbook(): Promise<void> {
  const folder = await chosenFolder();
  if (folder === undefined) return;
  const query = encodeURIComponent(JSON.stringify({ folder, time: Date.now() }));
  const address = vscode.Uri.parse(`${RUNBOOK}:runbook.md?${query}`);
  await vscode.commands.executeCommand("markdown.showPreviewToSide", address);
}

async function runbook(address: vscode.Uri): Promise<string> {
  const { folder } = JSON.parse(address.query) as { folder: string };
  const found = binary();
  if ("problem" in found) return found.problem;
  const output = await run(found.file, ["runbook", "--format", "markdown", "--", "."], folder);
  return "text" in output ? output.text : output.reason;
}

/** Shows a page of the program about the folder of the active file, or the only folder. */
async function show(title: string, args: string[]): Promise<void> {
  const folder = await chosenFolder();
  if (folder === undefined) return;
  const found = binary();
  const panel = vscode.window.createWebviewPanel("flowvet", title, vscode.ViewColumn.Beside, {
    enableScripts: false,
    enableForms: false,
    localResourceRoots: [],
  });
  if ("problem" in found) {
    panel.webview.html = failed(title, found.problem);
    return;
  }
  const output = await run(found.file, [...args, "--", "."], folder);
  panel.webview.html = "text" in output ? restricted(output.text) : failed(title, output.reason);
}

async function chosenFolder(): Promise<string | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const around = active === undefined ? undefined : vscode.workspace.getWorkspaceFolder(active);
  const folders = vscode.workspace.workspaceFolders ?? [];
  const only = folders.length === 1 ? folders[0] : undefined;
  const folder = around ?? only ?? (folders.length > 1 ? await vscode.window.showWorkspaceFolderPick() : undefined);
  if (folder === undefined && folders.length === 0) {
    void vscode.window.showWarningMessage("Open a folder with a solution first.");
  }
  return folder?.uri.fsPath;
}
