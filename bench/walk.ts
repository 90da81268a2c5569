/**
 * The shared walk against `find FOLDER -xdev`, in one run: `bun bench/walk.ts [FOLDER]`.
 *
 * Both are run in turn, several times, over a warm cache; the walk includes modes, inode flags, capabilities and all
 * topics. Prints the tree and its file system, the medians of time and of CPU, their ratios and the memory. `find`
 * prints to nowhere. The first walk pays for what is not compiled or cached yet; on a busy machine CPU tells more.
 */

import { sharedWalk } from '../src/artifacts/linux/files/walk.ts';
import { FactSet } from '../src/model/fact.ts';
import { SourceLog } from '../src/model/source-log.ts';
import { folderTarget } from '../src/target/folder.ts';

const folder = process.argv[2] ?? '/';
const rounds = 9;
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const finds: number[] = [];
const walks: number[] = [];
const findsCpu: number[] = [];
const walksCpu: number[] = [];
let names = 0;
let folders = 0;
for (let round = 0; round < rounds; round += 1) {
  const begun = performance.now();
  const found = Bun.spawnSync(['find', folder, '-xdev'], {
    stdout: Bun.file('/dev/null'),
    stderr: 'ignore',
  });
  finds.push(performance.now() - begun);
  findsCpu.push(Number(found.resourceUsage.cpuTime.total) / 1000);
  const target = folderTarget(folder);
  const started = performance.now();
  const cpu = process.cpuUsage();
  const context = { target, log: new SourceLog(), facts: new FactSet(), nowUs: 0, thorough: false };
  const walk = sharedWalk(context);
  walks.push(performance.now() - started);
  const { user, system } = process.cpuUsage(cpu);
  walksCpu.push((user + system) / 1000);
  names = walk.entries;
  folders = walk.folders;
  await target.close();
}
const [first = 0] = walks;
const megabytes = Math.round(process.memoryUsage.rss() / 1e6);
const ratio = median(walks) / median(finds);
const cpuRatio = median(walksCpu) / median(findsCpu);
const fileSystem = Bun.spawnSync(['stat', '-f', '-c', '%T', folder]).stdout.toString().trim();
process.stdout.write(
  `${folder} (${fileSystem}): ${names} names in ${folders} folders, ${rounds} rounds\n` +
    `find -xdev ${median(finds).toFixed(1)} ms, shared walk ${median(walks).toFixed(1)} ms (first ${first.toFixed(1)} ms)\n` +
    `CPU: find ${median(findsCpu).toFixed(1)} ms, shared walk ${median(walksCpu).toFixed(1)} ms, ratio ${cpuRatio.toFixed(2)}\n` +
    `ratio ${ratio.toFixed(2)}, first ${(first / median(finds)).toFixed(2)}; ${megabytes} MB\n`,
);
