/** Tasks that this room runs in child processes. */
import type { InternalTasks } from './child.ts';
import { mountRootTask, runMountRoot } from './mount-root.ts';
import { runSweepChild } from './sweep-child.ts';

export const nativeTasks: InternalTasks = {
  'pid-sweep': runSweepChild,
  [mountRootTask]: runMountRoot,
};
