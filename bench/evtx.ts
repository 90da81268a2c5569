/**
 * What event logs of Windows cost: fields, full JSON, with two processes, memory; beside winevtx and libevtx.
 *
 * The log of 30 MB is made of a real one: the chunks of that log of the corpus which has the most records, one after the other
 * and again from the first, behind its head. One core is CPU seconds of a process from its start to its end, all threads
 * together; what two processes bring is told by the clock. Peers run between ours, over the same file, and write as
 * much: winevtx a line of JSON for each record, evtxexport its XML.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { windowsTools } from '../scripts/windows-tools.ts';
import { chunkSize, fileHeadSize } from '../src/formats/evtx/layout.ts';
import { readEvtx } from '../src/formats/evtx/log-file.ts';
import { BenchError, type Cost, costOf, type Stage } from './stage.ts';
import { line, median, type Row } from './table.ts';

const megabyte = 1e6;
const repository = join(import.meta.dir, '..');
const corpus = join(process.env['DEMINE_CORPUS'] ?? join(repository, '..', 'shared', 'corpus'), 'evtx');

/** The log with the most records, and how many. */
function fullest(): { readonly name: string; readonly bytes: Buffer; readonly records: number } {
  if (!existsSync(corpus)) throw new BenchError(`no event logs at ${corpus}: set DEMINE_CORPUS`);
  const names = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.evtx'),
  );
  let best = { name: '', bytes: Buffer.alloc(0), records: 0 };
  for (const name of names) {
    const bytes = readFileSync(join(corpus, name));
    const log = readEvtx({ read: (at, size) => bytes.subarray(at, at + size) }, bytes.length, {
      carve: false,
    });
    let records = 0;
    for (const _ of log.records()) records += 1;
    if (records > best.records) best = { name, bytes, records };
  }
  return best;
}

/** `bytes` long, or a chunk less. @returns its size */
function repeated(source: Buffer, path: string, bytes: number): number {
  const magic = Buffer.from('ElfChnk\0', 'latin1');
  const chunks: Buffer[] = [];
  for (let at = fileHeadSize; at + chunkSize <= source.length; at += chunkSize)
    if (source.subarray(at, at + magic.length).equals(magic))
      chunks.push(source.subarray(at, at + chunkSize));
  const count = Math.floor((bytes - fileHeadSize) / chunkSize);
  const head = Buffer.from(source.subarray(0, fileHeadSize));
  // libevtx reads as many chunks as the head counts.
  head.writeBigUInt64LE(BigInt(count - 1), 16);
  head.writeUInt16LE(count, 42);
  head.writeUInt32LE(crc32(head.subarray(0, 120)), 124);
  const pieces = Array.from({ length: count }, (_, at) => chunks[at % chunks.length] ?? head);
  writeFileSync(path, Buffer.concat([head, ...pieces]));
  return statSync(path).size;
}

const repeat = <T>(times: number, once: () => T): readonly T[] => Array.from({ length: times }, once);
const cpuOf = (costs: readonly Cost[]): number => median(costs.map((cost) => cost.cpuSeconds));
const secondsOf = (costs: readonly Cost[]): number => median(costs.map((cost) => cost.seconds));
const peakOf = (costs: readonly Cost[]): number =>
  Math.max(...costs.map((cost) => cost.peakBytes)) / megabyte;

function measured(stage: Stage, command: readonly string[]): Cost {
  const cost = costOf(stage, command);
  if (cost.exitCode !== 0) throw new BenchError(`${command.join(' ')} ended with ${cost.exitCode}`);
  return cost;
}

export function evtxRows(stage: Stage, runs: number): readonly Row[] {
  const { name, bytes, records } = fullest();
  const folder = join(stage.folder, 'evtx');
  mkdirSync(folder);
  const tools = windowsTools();
  try {
    const log = join(folder, 'log.evtx');
    const size = repeated(bytes, log, 30e6);
    const large = join(folder, 'large.evtx');
    const largeSize = repeated(bytes, large, 300e6);
    const json = (path: string, workers: number): readonly string[] => [
      ...[stage.demine, 'evtx', path, '--json'],
      ...['--workers', String(workers)],
    ];
    const mount = 'mount --bind "$1" "$0/srv" && exec chroot "$0" evtxexport -f xml /srv/log.evtx';
    const rounds = repeat(runs, () => ({
      fields: measured(stage, [stage.part, 'evtx', log]),
      json: measured(stage, json(log, 1)),
      winevtx: measured(stage, [process.execPath, join(import.meta.dir, 'evtx-peer.mjs'), log]),
      libevtx: measured(stage, [
        'unshare',
        '--mount',
        '--propagation',
        'private',
        'sh',
        '-euc',
        mount,
        tools,
        folder,
      ]),
      one: measured(stage, json(large, 1)),
      two: measured(stage, json(large, 2)),
    }));
    const of = (which: keyof (typeof rounds)[number]): readonly Cost[] => rounds.map((round) => round[which]);
    const rate = (costs: readonly Cost[]): number => size / megabyte / cpuOf(costs);
    const cost = (costs: readonly Cost[]): string =>
      `CPU ${cpuOf(costs).toFixed(2)} s, ${peakOf(costs).toFixed(0)} MB`;
    const made = `${(size / megabyte).toFixed(0)} MB of the chunks of ${name.split('/').at(-1)} (${records} records)`;
    const rows: readonly Row[] = [
      {
        what: `event log, ${made}: six fields of every record, ten data of every tenth`,
        target: 150,
        measured: rate(of('fields')),
        unit: 'MB/s',
        note: cost(of('fields')),
      },
      {
        what: 'the same to full JSON (`demine evtx --json --workers 1`)',
        target: Math.max(60, 2 * rate(of('winevtx'))),
        measured: rate(of('json')),
        unit: 'MB/s',
        note: cost(of('json')),
        peer: { name: 'winevtx 0.1.2 to JSON', measured: rate(of('winevtx')) },
      },
      {
        what: 'the same beside libevtx',
        target: 4 * rate(of('libevtx')),
        measured: rate(of('json')),
        unit: 'MB/s',
        peer: { name: 'evtxexport -f xml', measured: rate(of('libevtx')) },
      },
      {
        what: `${(largeSize / megabyte).toFixed(0)} MB by two processes, by the clock`,
        target: secondsOf(of('one')) / 1.5,
        measured: secondsOf(of('two')),
        unit: 's',
        note: `${cost(of('two'))} of both together; by one CPU ${cpuOf(of('one')).toFixed(2)} s`,
        peer: { name: 'by one', measured: secondsOf(of('one')) },
      },
      {
        what: 'memory, the largest of all these processes',
        target: 128,
        measured: Math.max(...(['fields', 'json', 'one', 'two'] as const).map((which) => peakOf(of(which)))),
        unit: 'MB',
      },
    ];
    for (const row of rows) process.stderr.write(`${line(row)}\n`);
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
