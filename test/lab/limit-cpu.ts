/**
 * Holds a process to some percent of a core by a control group, in the namespaces it is started in:
 * `limit-cpu PID PERCENT FOLDER`. Prints the path of the group, which is to be removed once the process has ended;
 * FOLDER is empty and takes the hierarchy where none is mounted.
 */
import { cpuHierarchy, limitByQuota } from '../../src/drill/throttle.ts';

const [pid = '', percent = '', folder = ''] = process.argv.slice(2);
const hierarchy = cpuHierarchy(folder);
if (hierarchy === undefined) {
  process.stderr.write('no control group may be limited here\n');
  process.exitCode = 1;
} else {
  process.stdout.write(limitByQuota(hierarchy, Number(pid), Number(percent)).folder);
}
