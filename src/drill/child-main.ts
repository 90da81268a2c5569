/** Entry of the drill's child processes when we run from source. */
import { internalFlag, runInternal } from '../native/child.ts';
import { drillTasks } from './tasks.ts';

const [flag, task = '', ...args] = process.argv.slice(2);
process.exitCode = flag === internalFlag ? await runInternal(drillTasks, task, args) : 2;
