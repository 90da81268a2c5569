/** Names that an attacker chose: nothing is lost, and nothing acts on whoever reads the result. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { demine, type LabHost, listedSources, openLabHost, type Running } from '../lab/harness.ts';
import { type ScannedCase, scanCase } from './case-files.ts';
import { bytes, sleeper, startBytes } from './perl-process.ts';

let host: LabHost;
const running = new Map<string, { readonly process: Running; readonly expected: Expected }>();
let scanned: ScannedCase;

interface Expected {
  readonly path: Uint8Array;
  readonly argv: readonly Uint8Array[];
  readonly cwd: Uint8Array;
}

const notUtf8 = Uint8Array.from({ length: 255 }, (_, index) => 0x80 + (index % 128));
/** More than 4 KiB of bytes that are no UTF-8, behind every name. */
const tail = Uint8Array.from({ length: 5000 }, (_, index) => 0x80 + (index % 128));

const hostile: Readonly<Record<string, Uint8Array>> = {
  'terminal escapes': bytes('\x1b[2J\x1b]0;owned\x07\x1b[31m'),
  'line breaks': bytes('a\nok 1\r\n\t✓ CLEAN\n'),
  markup: bytes('"><script>alert(1)<&lt;'),
  'bidirectional text': bytes('\u202egpj.\u2066exe\u200b\u2028'),
  'C1 controls': Uint8Array.from([0x41, 0x9b, 0x32, 0x4a, 0xc2, 0x9b, 0x42]),
  'the form of /proc/pid/stat': bytes(') R 0 0 (x'),
  percent: bytes('100%25%1B%'),
  'a whole component that is not UTF-8': notUtf8,
  'broken UTF-8': Uint8Array.from([0xed, 0xa0, 0x80, 0xf8, 0x88, 0xc0, 0xaf, 0xe2, 0x82]),
};

const join3 = (...parts: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat(parts.map((part) => Buffer.from(part)));

beforeAll(async () => {
  host = await openLabHost();
  appendFileSync(
    join(host.root, 'etc/passwd'),
    '<b>\u001b[31m:x:4242:4242::/:/bin/sh\n:::::\nx:x:-1:99999999999:\n',
  );
  let count = 0;
  for (const [what, name] of Object.entries(hostile)) {
    count += 1;
    const folder = join3(bytes(`/tmp/${count}-`), name.subarray(0, 240));
    const expected: Expected = {
      path: join3(folder, bytes('/'), name),
      argv: sleeper(name, name, tail),
      cwd: folder,
    };
    running.set(what, { expected, process: await startBytes(host, expected) });
  }
  // The worst of them mines, so that its name stands on the screen and in every finding.
  const path = join3(
    bytes('/var/tmp/.x\x1b[2J<img src=x onerror=alert(1)>\u202e/'),
    bytes('kworker\n\x1b[31m'),
  );
  const expected: Expected = {
    path,
    argv: [bytes('[kworker/0:0]\x1b[31m<script>\n'), bytes('light'), bytes('1')],
    cwd: bytes('/'),
  };
  const miner = await startBytes(host, {
    ...expected,
    program: '/opt/standins/randomx-hasher',
    readyLine: 'ready',
  });
  running.set('a miner', { expected, process: miner });
  scanned = await scanCase(host, ['--interval', '2']);
  await miner.stop();
}, 120_000);
afterAll(async () => {
  await host.stop();
});

/** The bytes that a text of the result stands for: `%XX` is a byte. */
const original = (text: string | undefined): Buffer =>
  Buffer.concat(
    (text ?? '')
      .split(/(%[0-9A-F]{2})/)
      .map((part) =>
        /^%[0-9A-F]{2}$/.test(part) ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part, 'utf8'),
      ),
  );

/** Every text of a value, keys too. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [key, ...textsOf(one)]);
}

const acting = /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

const row = (what: string) => {
  const pid = running.get(what)?.process.pid;
  return scanned.result.processes.find((one) => one.pid === pid);
};

for (const what of [...Object.keys(hostile), 'a miner']) {
  test(`${what}: the process is listed with every byte`, () => {
    const expected = running.get(what)?.expected;
    const found = row(what);
    expect(original(found?.exe)).toEqual(Buffer.from(expected?.path ?? []));
    const line = Buffer.from(
      (expected?.argv ?? []).map((one) => Buffer.from(one).toString('hex')).join('20'),
      'hex',
    );
    expect(original(found?.commandLine)).toEqual(line);
  });
}

test('no text of the result acts on a screen', () => {
  expect(textsOf(scanned.result).filter((text) => acting.test(text))).toEqual([]);
});

test('the miner is named, and its name acts neither on the screen nor in the page', () => {
  expect(scanned.result.verdict).toBe('mining');
  expect(scanned.result.miners.map(({ pid }) => pid)).toEqual([running.get('a miner')?.process.pid ?? 0]);
  expect(scanned.screen.split('\n').filter((line) => acting.test(line))).toEqual([]);
  expect(scanned.html.split('\n').filter((line) => acting.test(line))).toEqual([]);
  expect(scanned.html).not.toMatch(/<img|<script>alert|onerror=alert\(1\)>/);
  expect(scanned.html).toContain('&lt;img');
});

describe.each([
  ['ps', '--all'],
  ['net', '--all'],
] as const)('demine %s', (...args) => {
  test('shows the names without letting them act', async () => {
    const { code, stdout } = await demine(host, [...args, '--interval', '0']);
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => acting.test(line))).toEqual([]);
  });
});

test('demine ps PID shows folder, path and arguments without letting them act', async () => {
  for (const what of ['terminal escapes', 'a whole component that is not UTF-8']) {
    const pid = running.get(what)?.process.pid ?? 0;
    const { code, stdout } = await demine(host, ['ps', String(pid), '--interval', '0']);
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => acting.test(line))).toEqual([]);
  }
});

test('a program whose path is longer than the kernel can tell is listed, and the host is not clean', async () => {
  const deep = `
import os, shutil
os.chdir("/tmp")
for _ in range(20):
    os.mkdir("d" * 250)
    os.chdir("d" * 250)
shutil.copy("/usr/bin/perl", "worker")
print("launched", flush=True)
os.execv("./worker", ["worker", "-e", "sleep 600"])
`;
  const worker = await host.start(['python3', '-c', deep], { readyLine: 'launched' });
  try {
    const { result } = await scanCase(host, ['--interval', '1']);
    expect(result.processes.map(({ pid }) => pid)).toContain(worker.pid);
    const told = listedSources(result).filter(({ source }) => source === `/proc/${worker.pid}/exe`);
    expect(told.map(({ reason }) => reason)).toEqual(['ENAMETOOLONG']);
    expect(result.verdict).not.toBe('clean');
  } finally {
    await worker.stop();
  }
});

test('files in drop folders with odd names, moments and links are walked over', async () => {
  const odd = `
import os
os.chdir("/tmp")
for name in (b"\\x1b[2J.sh", b"a\\nb.json", b"\\xff" * 255, b"<script>.py", b"-rf", b"$(id)", b"%1B"):
    with open(name, "wb") as file: file.write(b"#!/bin/sh\\n./xmrig -o 192.0.2.1:3333\\n")
for moment in (-(2 ** 55), -1, 2 ** 40, 2 ** 55):
    name = "moment%d" % moment
    open(name, "w").close()
    os.utime(name, (moment, moment))
os.symlink("loop", "loop"); os.symlink("/", "root"); os.symlink("/dev/zero", "endless.json"); os.mkfifo("pipe.json")
`;
  expect(await host.run(['python3', '-c', odd])).toMatchObject({ code: 0, stderr: '' });
  const { result, screen, html } = await scanCase(host, ['--interval', '0']);
  expect(textsOf(result).filter((text) => acting.test(text))).toEqual([]);
  expect(screen.split('\n').filter((line) => acting.test(line))).toEqual([]);
  expect(html).not.toContain('<script>.py');
});
