/** Names of control groups that a drill left: in the first three levels of every hierarchy that is mounted. */
import { readdirSync } from 'node:fs';

export function drillGroups(folder = '/sys/fs/cgroup', depth = 3): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => [
      ...(entry.name.startsWith('demine-drill-') ? [entry.name] : []),
      ...(depth > 1 ? drillGroups(`${folder}/${entry.name}`, depth - 1) : []),
    ]);
}
