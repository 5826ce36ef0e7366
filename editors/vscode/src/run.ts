// Runs a command of flowvet. No part of this needs the editor, so that tests can run it.
import { execFile } from "node:child_process";

/** The most bytes of a page. */
const LONGEST_OUTPUT = 64 * 1024 * 1024;

export type Output = { text: string } | { reason: string };

/** Runs a command without a shell. Findings are a result (exit code 1), and only other codes are failures. */
export function run(file: string, args: string[], folder: string): Promise<Output> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd: folder, maxBuffer: LONGEST_OUTPUT, windowsHide: true }, (error, stdout, stderr) => {
      if (error === null || (error.code === 1 && stdout !== "")) resolve({ text: stdout });
      else resolve({ reason: stderr.trim() || error.message });
    });
  });
}
