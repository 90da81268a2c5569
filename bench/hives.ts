/**
 * What a large hive costs: a million keys with the names and types of their values, memory, and the same file by reglookup,
 * hivexml and regfexport, which write out what they read.
 *
 * CPU seconds of a process from its start to its end. The hive is written anew (`written-hive.ts`).
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { windowsTools } from '../scripts/windows-tools.ts';
import { withinRoot } from './made-in-root.ts';
import { BenchError, type Cost, costOf, type Stage } from './stage.ts';
import { median, type Row } from './table.ts';
import { writeHive } from './written-hive.ts';

const keys = 1_000_000;
const peers = ['reglookup', 'hivexml', 'regfexport'] as const;
const megabyte = 1e6;

function ended(cost: Cost, name: string): Cost {
  if (cost.exitCode !== 0) throw new BenchError(`${name} ended with ${cost.exitCode}`);
  return cost;
}

export function hiveRows(stage: Stage, runs: number): readonly Row[] {
  const folder = join(stage.folder, 'hives');
  mkdirSync(folder);
  try {
    const path = join(folder, 'hive');
    const hive = writeHive(path, keys);
    const command = [stage.part, 'hive', `${hive.keys}`, `${hive.values}`, path];
    const ours = Array.from({ length: runs }, () => ended(costOf(stage, command), 'part hive'));
    const cpu = median(ours.map(({ cpuSeconds }) => cpuSeconds));
    const peak = Math.max(...ours.map(({ peakBytes }) => peakBytes)) / megabyte;
    const size = `${hive.keys.toLocaleString('en-US')} keys, ${hive.values.toLocaleString('en-US')} values, ${Math.round(hive.bytes / megabyte)} MB`;
    const rows = peers.map((name, index): Row => {
      const cost = withinRoot(stage, windowsTools(), folder, [name, '/srv/hive'], (whole) =>
        costOf(stage, whole),
      );
      const theirs = ended(cost, name);
      return {
        what: index === 0 ? `hive with names and types of values: ${size}` : 'the same',
        ...(index === 0 ? { target: keys } : {}),
        measured: hive.keys / cpu,
        unit: 'keys/s',
        note: `CPU ${cpu.toFixed(2)} s; theirs ${theirs.cpuSeconds.toFixed(2)} s, ${(theirs.peakBytes / megabyte).toFixed(0)} MB`,
        peer: { name, measured: hive.keys / theirs.cpuSeconds },
      };
    });
    return [...rows, { what: 'its memory', target: 128, measured: peak, unit: 'MB' }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
