/**
 * Child processes of our own: work that may hang, or that must not hold up the rest.
 *
 * A child is this program again, started with `--internal TASK ARGUMENTS…`. In the executable the command line
 * hands that to `runInternal`; from source, an entry file of the room that owns the task does.
 */
import { join } from 'node:path';

/** Ends with the exit code. */
export type InternalTask = (args: readonly string[]) => number | Promise<number>;
export type InternalTasks = Readonly<Record<string, InternalTask>>;

export const internalFlag = '--internal';

/** True in an executable that `bun build --compile` made: its files are under a root of their own. */
export const compiled: boolean = Bun.main.startsWith('/$bunfs/') || /^[A-Z]:[\\/]~BUN[\\/]/.test(Bun.main);

/** The entry for the tasks of `native/`, when we run from source. */
const ownEntry = join(import.meta.dir, 'child-main.ts');

let nameless = false;

/** From now on children are started by a path that does not name us: who looks for our name finds none. */
export const namelessChildren = (): void => {
  nameless = true;
};

/**
 * The argv that starts a task. `entry` is the file that knows the task when we run from source; the executable
 * knows them all.
 */
export function childCommand(task: string, args: readonly string[], entry: string = ownEntry): string[] {
  const call = [internalFlag, task, ...args];
  // No .env and no bunfig of the folder we stand in: it may be the attacker's.
  return compiled
    ? [nameless ? '/proc/self/exe' : process.execPath, ...call]
    : [process.execPath, '--no-env-file', '--config=/dev/null', entry, ...call];
}

/** Runs a task by name. Not knowing it is a mistake of ours, told on stderr. */
export async function runInternal(
  tasks: InternalTasks,
  task: string,
  args: readonly string[],
): Promise<number> {
  const run = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
  if (run === undefined) {
    process.stderr.write(`demine: no internal task ${JSON.stringify(task)}\n`);
    return 2;
  }
  return await run(args);
}
