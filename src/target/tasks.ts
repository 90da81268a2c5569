/** Tasks that this room runs in child processes. */
import type { InternalTasks } from '../native/child.ts';
import { readerChild } from './reader-child.ts';
import { readerTask } from './reader-frames.ts';

export const targetTasks: InternalTasks = { [readerTask]: () => readerChild() };
