/** Entry of the child processes of this room when we run from source. */
import { internalFlag, runInternal } from './child.ts';
import { nativeTasks } from './tasks.ts';

const [flag, task = '', ...args] = process.argv.slice(2);
process.exitCode = flag === internalFlag ? await runInternal(nativeTasks, task, args) : 2;
