// Where the program is. No part of this needs the editor, so that tests can run it.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

export interface Surroundings {
  /** The setting `flowvet.path`. */
  setting: string;
  /** The first folder of the workspace. */
  workspaceFolder: string | undefined;
  environment: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  isExecutable(file: string): boolean;
}

export type Binary = { file: string } | { problem: string };

/** How to get the program, for messages. */
export const HOW_TO_GET = "Install it with `cargo install flowvet`, `npm install --global flowvet` or `pip install flowvet`.";

/** Finds the program: at the path of the setting, or else in `PATH`. */
export function findBinary(around: Surroundings): Binary {
  const setting = around.setting.trim();
  if (setting !== "") {
    const file = expanded(setting, around);
    if (around.isExecutable(file)) return { file };
    return { problem: `The setting flowvet.path is "${setting}", but there is no program.` };
  }
  for (const folder of searchPath(around)) {
    for (const name of names(around.platform)) {
      const file = path.join(folder, name);
      if (around.isExecutable(file)) return { file };
    }
  }
  return { problem: `flowvet was not found in PATH. ${HOW_TO_GET} Or set flowvet.path.` };
}

function names(platform: NodeJS.Platform): string[] {
  // A `.cmd` of npm cannot be started without a shell, which this extension does not use.
  return platform === "win32" ? ["flowvet.exe"] : ["flowvet"];
}

/** The folders of `PATH`. Relative ones are left out: they would mean a folder of the workspace. */
function searchPath({ environment, platform }: Surroundings): string[] {
  const key = Object.keys(environment).find((name) => name.toUpperCase() === "PATH");
  const all = (key === undefined ? undefined : environment[key]) ?? "";
  return all.split(platform === "win32" ? ";" : ":").filter((folder) => path.isAbsolute(folder));
}

function expanded(setting: string, { workspaceFolder, environment }: Surroundings): string {
  const home = environment["HOME"] ?? environment["USERPROFILE"] ?? os.homedir();
  const file = setting
    .replace(/^~(?=[/\\])/, () => home)
    .replace("${workspaceFolder}", () => workspaceFolder ?? "");
  return path.isAbsolute(file) || workspaceFolder === undefined ? file : path.join(workspaceFolder, file);
}

/** Whether a file can be run. */
export function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
