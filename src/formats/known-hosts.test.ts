import { describe, expect, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import { isHashOf, parseKnownHosts } from './known-hosts.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExample';
const parsed = (text: string) => [...parseKnownHosts(Buffer.from(text, 'latin1'))];
const hashed = (name: string, salt = 'a salt of twenty by.'): string =>
  `|1|${Buffer.from(salt).toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;

describe('known_hosts', () => {
  test('names hosts, without ports and in lower case, with their lines', () => {
    expect(
      parsed(
        `# mine\n\nDB-1,192.0.2.4 ${key} root@db-1\n[jump.example.test]:2222 ${key}\n2001:db8::5 ${key}\n`,
      ),
    ).toEqual([
      { line: 3, names: ['db-1', '192.0.2.4'] },
      { line: 4, names: ['jump.example.test'] },
      { line: 5, names: ['2001:db8::5'] },
    ] as never);
  });

  test('of patterns, authorities, revoked keys and lines without a key names none', () => {
    expect(
      parsed(`*.example.test,!bad.example.test ${key}\n@cert-authority * ${key}\n@revoked h ${key}\nhost\n`),
    ).toEqual([]);
  });

  test('a hashed line tells only whether it is of a name', () => {
    const [line] = parsed(`${hashed('192.0.2.4')} ${key}\n`);
    if (line?.hashed === undefined) throw new Error('not read');
    expect(line.names).toEqual([]);
    expect(isHashOf(line.hashed, '192.0.2.4')).toBe(true);
    expect(isHashOf(line.hashed, '192.0.2.5')).toBe(false);
  });

  test('hostile lines give nothing, or bounded text without a control character', () => {
    const odd = parsed(
      [
        `|1|x|y ${key}`,
        `|1|${'A'.repeat(60)}|AAAA ${key}`,
        `|2|a|b ${key}`,
        `\x1b[2Jhost ${key}`,
        `${'a,'.repeat(5_000)} ${key}`,
        '\0'.repeat(9_000),
        `[]:22 ${key}`,
      ].join('\n'),
    );
    expect(odd.flatMap(({ names }) => names).join('')).not.toMatch(/[\x00-\x1f]/);
    for (const { names } of odd) expect(names.length).toBeLessThanOrEqual(64);
    expect(parsed(`h ${key}\n`.repeat(30_000)).length).toBe(20_000);
  });
});
