import { afterAll, describe, expect, test } from 'bun:test';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chunksOf, fileOf, type GivenEvent } from '../../formats/evtx/evtx.fixture.ts';
import { DemineError } from '../../model/error.ts';
import { findEventLogs } from './find-files.ts';
import { answerOf, resultText } from './part-protocol.ts';
import { runEventLogs } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'demine-evtx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Larger than one part: so many chunks of two events. */
function bigLog(name: string, chunks: number): string {
  const events = (chunk: number): readonly GivenEvent[] =>
    [1, 2].map((event) => ({ computer: name, eventId: event, data: { N: `${chunk}` } }));
  const path = join(folder, `${name}.evtx`);
  writeFileSync(
    path,
    fileOf(chunksOf(Array.from({ length: chunks }, (_, at) => events(at))).map(({ bytes }) => bytes)),
  );
  return path;
}

let outputs = 0;

async function run(paths: readonly string[], more: { workers?: number; where?: string } = {}) {
  outputs += 1;
  const path = join(folder, `output-${outputs}`);
  const output = openSync(path, 'w');
  const { files } = findEventLogs(paths);
  const { where, workers } = more;
  const { summary, fitting } = await runEventLogs({
    files,
    where,
    lines: true,
    tally: true,
    workers,
    output,
  });
  closeSync(output);
  const text = readFileSync(path, 'utf8');
  return { text, lines: text.split('\n').filter((line) => line !== ''), summary, fitting };
}

describe('event logs', () => {
  const paths = [bigLog('A', 150), bigLog('B', 3)];

  test('are the same by one process and by several, in the order of the files', async () => {
    const alone = await run(paths, { workers: 1 });
    expect(alone.lines).toHaveLength(306);
    expect(alone.summary.files.map(({ records, status, problems }) => [records, status, problems])).toEqual([
      [300, 'read', []],
      [6, 'read', []],
    ]);
    const beside = await run(paths, { workers: 3 });
    expect(beside).toEqual(alone);
  }, 60_000);

  test('are lines of JSON that say where each record stands', async () => {
    const { lines } = await run([paths[1] ?? ''], { where: 'EventID = 2 and N >= 1' });
    const told: readonly unknown[] = lines.map((line): unknown => JSON.parse(line));
    expect(told).toMatchObject([
      { file: paths[1], Event: { System: { EventID: 2 }, EventData: { N: '1' } } },
      { file: paths[1], Event: { System: { EventID: 2 }, EventData: { N: '2' } } },
    ]);
    expect(lines[0]).toMatch(/"offset":\d+,"Event"/);
  });

  test('of which only some fit are counted by these', async () => {
    const { summary, fitting } = await run(paths, { where: 'Computer = b', workers: 2 });
    expect(fitting).toBe(6);
    expect(summary).toMatchObject({ events: 6, hosts: [{ computer: 'B', count: 6 }] });
    expect(summary.files[0]?.records).toBe(300);
  }, 60_000);

  test('that cannot be read are told, and the others are read', async () => {
    const none = join(folder, 'none.evtx');
    writeFileSync(none, 'no log');
    const gone = { path: join(folder, 'gone.evtx'), bytes: 8 << 20 };
    for (const workers of [1, 2]) {
      const { summary } = await runEventLogs({
        files: [gone, { path: none, bytes: 6 }, ...findEventLogs([paths[1] ?? '']).files],
        where: undefined,
        lines: false,
        tally: true,
        workers,
        output: 1,
      });
      expect(summary.files.map(({ status }) => status)).toEqual(['unread', 'foreign', 'read']);
      expect(summary.files[0]?.reason).toContain('ENOENT');
      expect(summary.events).toBe(6);
    }
  }, 60_000);
});

describe('files of event logs', () => {
  test('are found in folders by their ending, and links are not followed', () => {
    const inner = join(folder, 'deep', 'er');
    mkdirSync(inner, { recursive: true });
    writeFileSync(join(inner, 'System.EVTX'), '');
    writeFileSync(join(inner, 'notes.txt'), '');
    symlinkSync(inner, join(folder, 'deep', 'link'));
    symlinkSync(join(inner, 'System.EVTX'), join(inner, 'x.evtx'));
    expect(findEventLogs([join(folder, 'deep')]).files).toEqual([
      { path: join(inner, 'System.EVTX'), bytes: 0 },
    ]);
    expect(findEventLogs([join(inner, 'notes.txt')]).files).toHaveLength(1);
  });

  test('that are not there are a mistake of the one who asks', () => {
    expect(() => findEventLogs([join(folder, 'nothing')])).toThrow(DemineError);
  });

  test('that are pipes are refused without waiting', async () => {
    const pipe = join(folder, 'pipe.evtx');
    Bun.spawnSync(['mkfifo', pipe]);
    const { summary } = await run([pipe]);
    expect(summary.files[0]).toMatchObject({ status: 'unread', reason: 'no regular file' });
  });
});

describe('what a child answers', () => {
  test('keeps numbers above 2^53', () => {
    const result = { status: 'unread', reason: 'x', next: 2n ** 63n } as const;
    expect(answerOf(resultText({ result }))).toEqual({ result });
  });

  test('is told apart from what a runtime says that dies', () => {
    for (const line of ['', 'panic: out of memory', '{}', '[1]', 'null'])
      expect(answerOf(line)).toBeUndefined();
    expect(answerOf('{"closed":true}')).toEqual({ closed: true });
  });
});
