import { afterAll, describe, expect, test } from 'bun:test';
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemineError } from '../model/error.ts';
import { nothingTold, type Told } from '../model/told.ts';
import { pastTime } from './time-argument.ts';
import { checkOrder, networkFrom } from './told-answers.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-answers-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const nowUs = Date.parse('2024-03-10T12:00:00Z') * 1000;
const names = { appeared: 'a', discovered: 'd', handled: 'h' };

function toldOf(times: Readonly<Record<string, string>>): Told {
  let told: Told = nothingTold;
  for (const [moment, text] of Object.entries(times))
    told = { ...told, [moment]: pastTime(moment, text, nowUs) };
  return told;
}

/** What an error says of a network file. */
function problemOf(path: string): string | undefined {
  try {
    networkFrom(path);
  } catch (thrown) {
    return thrown instanceof DemineError ? (thrown.problem ?? thrown.code) : 'no error of ours';
  }
  return undefined;
}

describe('the three times', () => {
  test('may be of today, and none of them lies ahead', () => {
    expect(pastTime('a', '2024-03-10', nowUs)).toEqual({
      us: Date.parse('2024-03-10T00:00:00Z') * 1000,
      lengthUs: 86_400e6,
    });
    expect(pastTime('a', '2024-03-10 20:00+08:00', nowUs).us).toBe(nowUs);
    for (const text of ['2024-03-10 20:00', '2024-03-11', '9999-12-31']) {
      expect(() => pastTime('a', text, nowUs)).toThrow('in-future: a');
    }
  });

  test('come in their order; a day and an hour of it contradict nothing', () => {
    for (const times of [
      { appeared: '2024-03-01', discovered: '2024-03-01 09:00', handled: '2024-03-02' },
      { appeared: '2024-03-01 23:00', discovered: '2024-03-01', handled: '2024-03-01 23:30' },
      { appeared: '2024-03-01 23:00', handled: '2024-03-01' },
      { discovered: '2024-03-02' },
    ]) {
      expect(() => checkOrder(toldOf(times), names)).not.toThrow();
    }
    expect(() => checkOrder(toldOf({ appeared: '2024-03-03', handled: '2024-03-02' }), names)).toThrow(
      'not-order: h',
    );
    expect(() =>
      checkOrder(
        toldOf({ appeared: '2024-03-01 23:00', discovered: '2024-03-01', handled: '2024-03-01 08:00' }),
        names,
      ),
    ).toThrow('not-order: h');
  });
});

describe('the network file', () => {
  test('may begin with the mark of an office program', () => {
    const path = join(scratch, 'office.csv');
    writeFileSync(path, '\ufeffsubnet,zone,reach\r\n192.0.2.0/24,dmz,*\r\n');
    expect(networkFrom(path)).toHaveLength(1);
  });

  test('of a gigabyte is refused before it is read, and so is what just fits no more', () => {
    const huge = join(scratch, 'huge.csv');
    closeSync(openSync(huge, 'w'));
    truncateSync(huge, 2 ** 30);
    expect(problemOf(huge)).toBe('network-large');
    truncateSync(huge, (4 << 20) + 1);
    expect(problemOf(huge)).toBe('network-large');
  });

  test('that is a folder, a device, a pipe or nothing is refused, and nobody waits for it', () => {
    const pipe = join(scratch, 'pipe');
    expect(Bun.spawnSync(['mkfifo', pipe]).exitCode).toBe(0);
    for (const path of [scratch, '/dev/zero', pipe]) expect(problemOf(path)).toBe('no-regular-file');
    expect(problemOf(join(scratch, 'nowhere'))).toBe('network-invalid');
  });

  test('of bytes that are no text names the line that is none of it', () => {
    const path = join(scratch, 'bytes.csv');
    writeFileSync(path, Buffer.from([0x1b, 0x5b, 0x32, 0x4a, 0xff, 0xfe, 0x00, 0x0a]));
    expect(problemOf(path)).toBe('network-columns');
  });
});
