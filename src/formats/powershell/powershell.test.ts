import { describe, expect, test } from 'bun:test';
import { consoleHistory } from './console-history.ts';
import { parseTranscript } from './transcript.ts';

describe('the history of the console', () => {
  test('has each command once, with those of several lines in one', () => {
    const text = 'whoami\r\nGet-ChildItem |`\r\n  Select Name\r\n\r\nnet user svc$ P@ss /add\r\n';
    expect([...consoleHistory(text)]).toEqual([
      { line: 1, text: 'whoami' },
      { line: 2, text: 'Get-ChildItem |\n  Select Name' },
      { line: 5, text: 'net user svc$ P@ss /add' },
    ]);
  });

  test('is empty of an empty file, and keeps what ends within a command', () => {
    expect([...consoleHistory('')]).toEqual([]);
    expect([...consoleHistory('\n\n')]).toEqual([]);
    expect([...consoleHistory('a`')]).toEqual([{ line: 1, text: 'a' }]);
    expect([...consoleHistory('挖矿 \ud800')]).toEqual([{ line: 1, text: '挖矿 \ud800' }]);
  });

  test('of an attacker is bounded: a command without end and commands without number', () => {
    const endless = [...consoleHistory('aaaaaaaaaaaaaaa`\n'.repeat(100_000))];
    expect(endless.length).toBe(1);
    expect(endless[0]?.text.length).toBeLessThan(70_000);
    expect([...consoleHistory('a\n'.repeat(300_000))].length).toBe(200_000);
  });
});

const stars = '*'.repeat(22);
const head = [
  ...[stars, 'Windows PowerShell transcript start', 'Start time: 20240301081530', 'Username: HOST\\alice'],
  ...['RunAs User: HOST\\admin', 'Configuration Name: ', 'Machine: HOST (Microsoft Windows NT 10.0.17763.0)'],
  ...['Host Application: powershell.exe -w hidden -e SQBFAFgA', 'Process ID: 4711', 'PSVersion: 5.1', stars],
];

describe('a transcript', () => {
  test('tells who ran it, with which command line, and what was typed', () => {
    const text = [
      ...[
        ...head,
        'Transcript started, output file is C:\\x.txt',
        'PS C:\\Users\\alice> whoami',
        'host\\alice',
      ],
      ...['PS C:\\> foreach ($a in 1..3) {', '>> net user svc$ /add', '>> }'],
      ...[stars, 'Windows PowerShell transcript end', 'End time: 20240301082000', stars],
    ];
    expect(parseTranscript(text.join('\r\n'))).toEqual({
      start: '2024-03-01T08:15:30',
      user: 'HOST\\alice',
      runAs: 'HOST\\admin',
      machine: 'HOST',
      application: 'powershell.exe -w hidden -e SQBFAFgA',
      processId: 4711,
      end: '2024-03-01T08:20:00',
      commands: [
        { line: 13, folder: 'C:\\Users\\alice', text: 'whoami', time: undefined },
        { line: 17, folder: 'C:\\', text: 'foreach ($a in 1..3) {\nnet user svc$ /add\n}', time: undefined },
      ],
      cut: false,
    });
  });

  test('with times of commands and remote prompts has them', () => {
    const text = [
      ...[...head, stars, 'Command start time: 20240301081600', stars, 'PS>IEX (New-Object Net.WebClient)'],
      ...[stars, 'Command start time: 20240301081700', stars, '[db1]: PS C:\\> hostname'],
    ].join('\n');
    expect(parseTranscript(text)?.commands).toMatchObject([
      { text: 'IEX (New-Object Net.WebClient)', folder: '', time: '2024-03-01T08:16:00' },
      { text: 'hostname', folder: 'C:\\', time: '2024-03-01T08:17:00' },
    ]);
  });

  test('of a system in another language is the same', () => {
    const text = [
      ...[stars, 'Windows PowerShell 脚本开始', '开始时间: 20240301081530', '用户名: HOST\\alice'],
      ...['RunAs 用户: HOST\\alice', '配置名称: ', '计算机: HOST (Microsoft Windows NT 10.0.17763.0)'],
      ...['主机应用程序: powershell.exe', '进程 ID: 9', stars, 'PS C:\\> dir'],
    ].join('\n');
    expect(parseTranscript(text)).toMatchObject({
      user: 'HOST\\alice',
      machine: 'HOST',
      application: 'powershell.exe',
      processId: 9,
      commands: [{ text: 'dir' }],
      end: undefined,
    });
  });

  test('that is none, or made to be endless, is refused or ends', () => {
    expect(parseTranscript('')).toBeUndefined();
    expect(parseTranscript(`${stars}\nPS C:\\> dir`)).toBeUndefined();
    expect(parseTranscript([stars, 'a', 'b', stars].join('\n'))).toBeUndefined();
    expect(parseTranscript(`${stars}\n`.repeat(50_000))).toBeUndefined();
    const many = parseTranscript([...head, ...new Array<string>(120_000).fill('PS> x')].join('\n'));
    expect([many?.commands.length, many?.cut]).toEqual([100_000, true]);
    const rules = parseTranscript([...head, ...new Array<string>(50_000).fill(stars)].join('\n'));
    expect(rules?.commands).toEqual([]);
  });
});
