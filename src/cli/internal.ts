/** Tasks that Demine runs in child processes of its own; not a command for people. */
import { drillTasks } from '../drill/tasks.ts';
import { runInternal } from '../native/child.ts';
import { nativeTasks } from '../native/tasks.ts';
import { probeTasks } from '../probe/tasks.ts';
import { scanTasks } from '../scan/tasks.ts';
import { targetTasks } from '../target/tasks.ts';

export function internal([task = '', ...args]: readonly string[]): Promise<number> {
  return runInternal(
    { ...nativeTasks, ...targetTasks, ...probeTasks, ...scanTasks, ...drillTasks },
    task,
    args,
  );
}
