/** Tasks that Demine runs in child processes of its own; not a command for people. */
import { drillTasks } from '../drill/tasks.ts';
import { type InternalTasks, runInternal } from '../native/child.ts';
import { nativeTasks } from '../native/tasks.ts';
import { probeTasks } from '../probe/tasks.ts';
import { scanTasks } from '../scan/tasks.ts';
import { targetTasks } from '../target/tasks.ts';

/** Loaded only where they are asked for: each needs much that the others do not. */
const watchTasks: InternalTasks = {
  look: async () => (await import('./watch-look.ts')).runLook(),
  places: async () => (await import('./watch-places.ts')).runPlaces(),
  watch: async () => (await import('./commands/watch.ts')).runStartedWatch(),
};

export function internal([task = '', ...args]: readonly string[]): Promise<number> {
  return runInternal(
    { ...nativeTasks, ...targetTasks, ...probeTasks, ...scanTasks, ...drillTasks, ...watchTasks },
    task,
    args,
  );
}
