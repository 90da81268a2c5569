import { describe, expect, test } from 'bun:test';
import { parseJob } from './job.ts';
import { jobFile } from './task.fixture.ts';

const spec = { command: 'C:\\backup.exe', parameters: '/all', flags: 0, every: 0, trigger: 1 };

describe('a .job file', () => {
  test('of an administrator runs every day at its time', () => {
    expect(parseJob(jobFile(spec))).toMatchObject({
      command: 'C:\\backup.exe',
      arguments: '/all',
      author: 'SYSTEM',
      comment: 'made for a test',
      enabled: true,
      hidden: false,
      lastRun: undefined,
      cut: false,
      triggers: [{ kind: 'calendar', start: '2024-03-01T08:15:00', end: undefined, detail: 'Day 1 0 0' }],
    });
  });

  test('of a miner is hidden and comes back every minute', () => {
    const command = {
      ...spec,
      command: 'cmd.exe',
      parameters: '/c c:\\windows\\temp\\u.exe',
      every: 1,
      trigger: 6,
    };
    expect(parseJob(jobFile({ ...command, flags: 0x200 }))).toMatchObject({
      hidden: true,
      arguments: '/c c:\\windows\\temp\\u.exe',
      triggers: [{ kind: 'boot', everySeconds: 60 }],
    });
  });

  test('that is cut anywhere gives what is left and says so; other bytes are none', () => {
    const whole = jobFile(spec);
    for (let size = 0; size < whole.length; size += 1) {
      const job = parseJob(whole.subarray(0, size));
      expect([size, job === undefined || job.cut || job.triggers.length === 0]).toEqual([size, true]);
    }
    expect(parseJob(Buffer.alloc(500))).toBeUndefined();
    const far = jobFile(spec);
    far.writeUInt16LE(0xffff, 20);
    far.writeUInt16LE(0xffff, 22);
    expect(parseJob(far)).toMatchObject({ command: '', triggers: [], cut: true });
    const many = jobFile(spec);
    many.writeUInt16LE(0xffff, many.readUInt16LE(22));
    expect(parseJob(many)).toMatchObject({ cut: true, triggers: [{ kind: 'calendar' }] });
  });
});
