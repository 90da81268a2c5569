/** The drill's child processes; the command line hands `--internal TASK` to them. */
import type { InternalTasks } from '../native/child.ts';

export const drillTasks: InternalTasks = {
  'drill-launch': async (args) => (await import('./launch.ts')).launch(args),
  'drill-stage': async (args) => (await import('./perform.ts')).performAll(args),
  'drill-stand-in': async () => (await import('./standins/stand-in.ts')).standIn(),
};
