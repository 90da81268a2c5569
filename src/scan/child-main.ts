/** Entry of the child processes of this room when we run from source. */
import { internalFlag, runInternal } from '../native/child.ts';
import { scanTasks } from './tasks.ts';

const [flag, task = '', ...args] = process.argv.slice(2);
process.exitCode = flag === internalFlag ? await runInternal(scanTasks, task, args) : 2;
