/** Processes that end with whoever started them, however that ends: also when it is killed. */
import { spawn } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";

const self = fileURLToPath(import.meta.url);

/**
 * Starts a command in a group of its own, below a process that hears when we are gone.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {{ close: () => Promise<void> }} `close` ends it, with whatever it has started
 */
export function startKept(command, args, env = process.env) {
  const keeper = spawn(process.execPath, [self, command, ...args], {
    env,
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  keeper.stdin.on("error", () => {});
  const ended = new Promise((resolve) => keeper.once("exit", resolve));
  return {
    close: async () => {
      keeper.stdin.end();
      await ended;
    },
  };
}

/** Runs in the keeper, whose input ends with the process that it is kept by. */
function keep(/** @type {string} */ command, /** @type {string[]} */ ...args) {
  const endAll = () => process.kill(-process.pid, "SIGKILL");
  spawn(command, args, { stdio: "ignore" }).on("exit", endAll).on("error", endAll);
  process.stdin.on("end", endAll).on("error", endAll).resume();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [command = "", ...args] = process.argv.slice(2);
  keep(command, ...args);
}
