/** Tasks of this room that run in child processes. */
import type { InternalTasks } from '../native/child.ts';

export const scanTasks: InternalTasks = {
  'event-log-parts': async () => (await import('./event-logs/part-child.ts')).partChild(),
};
