import { describe, expect, test } from 'bun:test';
import { parseGroup } from './group.ts';

const parse = (text: string, file?: 'group' | 'gshadow') => parseGroup(Buffer.from(text, 'latin1'), file);

describe('group', () => {
  test('a group has its members and its line', () => {
    expect(parse('root:x:0:\n# c\nsudo:x:27:ada, bob,\n')).toMatchObject([
      { name: 'root', gid: 0, members: [], line: 1 },
      { name: 'sudo', gid: 27, members: ['ada', 'bob'], line: 3 },
    ]);
  });

  test('gshadow tells administrators and a password without its hash', () => {
    const lines = parse('docker:$6$salt$SECRET:eve:ada\nsudo:!::ada\n', 'gshadow');
    expect(lines).toMatchObject([
      { name: 'docker', password: { state: 'set' }, administrators: ['eve'], members: ['ada'] },
      { name: 'sudo', password: { state: 'locked' }, administrators: [] },
    ]);
    expect(JSON.stringify(lines)).not.toContain('SECRET');
  });

  test('compat lines and noise are no groups; members have a bound', () => {
    expect(parse('+:::\nx:x\ny:x:-1:\n\xff\0')).toEqual([]);
    expect(parse(`many:x:5:${'a,'.repeat(20_000)}\n`)[0]?.members).toHaveLength(4096);
  });
});
