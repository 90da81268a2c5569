/** Tasks that this room runs in child processes. */
import type { InternalTasks } from '../native/child.ts';
import { runDecoy } from './decoy.ts';

export const probeTasks: InternalTasks = { decoy: runDecoy };
