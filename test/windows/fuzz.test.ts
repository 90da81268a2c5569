/**
 * Small formats of Windows with bytes changed, doubled, moved and cut, for a bounded time each and from a seed that a failure
 * tells: tasks in their three forms, links, accounts, histories. Hives, event logs and the cache of programs have their own.
 */
import { expect, test } from 'bun:test';
import { seeded } from '../../src/formats/compress/compress.fixture.ts';
import { consoleHistory } from '../../src/formats/powershell/console-history.ts';
import { parseTranscript } from '../../src/formats/powershell/transcript.ts';
import { numbersBytes, textsBytes } from '../../src/formats/sam/sam.fixture.ts';
import { parseUserNumbers, parseUserTexts } from '../../src/formats/sam/user.ts';
import { parseSecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import { linkFile } from '../../src/formats/shell-link/shell-link.fixture.ts';
import { parseShellLink } from '../../src/formats/shell-link/shell-link.ts';
import { parseCacheActions, parseCacheTriggers } from '../../src/formats/task/cache-values.ts';
import { parseJob } from '../../src/formats/task/job.ts';
import {
  actionsValue,
  bootTrigger,
  eventTrigger,
  jobFile,
  logonTrigger,
  runAction,
  timeTrigger,
  triggersValue,
} from '../../src/formats/task/task.fixture.ts';
import { readTaskFile } from '../../src/formats/task/task-xml.ts';

const milliseconds = 400;
const utf16 = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
const telling = [
  0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10_000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
] as const;

/** A copy with up to eight changes, each of a byte, of a number, or of a stretch; some are cut as well. */
function changed(original: Buffer, next: (below: number) => number): Buffer {
  let bytes = Buffer.from(original);
  for (let changes = 1 + next(8); changes > 0; changes -= 1) {
    const at = next(Math.max(1, bytes.length - 4));
    const size = next(64);
    switch (next(4)) {
      case 0:
        bytes[at] = next(256);
        break;
      case 1:
        if (bytes.length >= 4) bytes.writeUInt32LE(telling[next(telling.length)] ?? 0, at);
        break;
      case 2:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          bytes.subarray(Math.max(0, at - size), at),
          bytes.subarray(at),
        ]);
        break;
      case 3:
        bytes.copy(bytes, at, next(bytes.length), bytes.length);
        break;
    }
  }
  return next(6) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes;
}

const xml = `<?xml version="1.0" encoding="UTF-16"?><Task><RegistrationInfo><Author>H\\a &amp; &#x6316;</Author></RegistrationInfo>
<Triggers><TimeTrigger><Repetition><Interval>PT1M</Interval></Repetition><StartBoundary>2024-03-01T00:00:00</StartBoundary>
</TimeTrigger><BootTrigger/></Triggers><Settings><Hidden>true</Hidden></Settings><Actions><Exec><Command>cmd.exe</Command>
<Arguments><![CDATA[/c x]]></Arguments></Exec></Actions></Task>`;
const stars = '*'.repeat(22);
const transcript = `${stars}\nWindows PowerShell transcript start\nStart time: 20240301081530\nUsername: H\\a\nMachine: H\n${stars}\nPS C:\\> whoami\nh\\a\n`;
const user = { rid: 1001, name: 'alice', lastLogon: 133_000_000_000_000_001n, logons: 40 };
const descriptor = Buffer.from(
  '010004801400000000000000000000003000000002001c000100000000001400ff011f0001010000000000051200000001010000000000051200000000000000',
  'hex',
);
/** What each makes of the bytes, and the bytes it begins from. */
const readers: Readonly<Record<string, readonly [Buffer, (bytes: Buffer) => unknown]>> = {
  'task as XML in UTF-16': [utf16(xml), readTaskFile],
  'task as XML in UTF-8': [Buffer.from(xml), readTaskFile],
  'task as .job': [
    jobFile({ command: 'C:\\b.exe', parameters: '/all', flags: 0, every: 1, trigger: 6 }),
    parseJob,
  ],
  'actions of a task': [actionsValue(runAction('cmd.exe', '/c x', 'C:\\')), parseCacheActions],
  'triggers of a task': [
    triggersValue(
      0,
      bootTrigger(60),
      logonTrigger(),
      eventTrigger('<QueryList/>'),
      timeTrigger(133_000_000_000_000_000n, 1, 60),
    ),
    parseCacheTriggers,
  ],
  link: [
    linkFile({ items: ['C:', 'T', 'x.exe'], localPath: 'C:\\T\\x.exe', name: 'x', machine: 'h' }),
    parseShellLink,
  ],
  'numbers of an account': [numbersBytes(user), parseUserNumbers],
  'texts of an account': [textsBytes(user), parseUserTexts],
  descriptor: [descriptor, parseSecurityDescriptor],
  'history of the console': [
    Buffer.from('whoami\r\nGet-ChildItem |`\r\n Select x\r\n'),
    (bytes) => [...consoleHistory(bytes.toString('latin1'))],
  ],
  transcript: [Buffer.from(transcript), (bytes) => parseTranscript(bytes.toString('utf8'))],
};

const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

test.each(Object.keys(readers))('%s: changed bytes end, within what they can hold', (name) => {
  const [original, read] = readers[name] ?? [Buffer.alloc(0), () => undefined];
  // What is read here is what is changed: else nothing would be shown.
  const whole = read(original);
  expect(whole).toBeDefined();
  const began = performance.now();
  let rounds = 0;
  let known = 0;
  for (let seed = 1; performance.now() - began < milliseconds || rounds < 50; seed += 1) {
    const bytes = changed(original, seeded(seed));
    const told = read(bytes);
    if (told !== undefined) known += 1;
    const size = JSON.stringify(told ?? null, plain).length;
    // A byte becomes six characters of JSON at most (an escape), twice where a text is told in two ways; names are ours.
    expect([name, seed, size <= 4096 + 64 * bytes.length]).toEqual([name, seed, true]);
    rounds += 1;
  }
  expect(known).toBeGreaterThan(0);
});
