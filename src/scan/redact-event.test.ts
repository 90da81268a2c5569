import { expect, test } from 'bun:test';
import type { LogEvent } from '../model/facts/event.ts';
import { printableText } from '../model/text.ts';
import { redactor } from './redact.ts';

const { event: masked } = redactor(false);

function command(text: string, given: string): LogEvent {
  const [line, said, none] = [text, given, ''].map(printableText);
  if (line === undefined || said === undefined || none === undefined) throw new TypeError('no text');
  const at = {
    source: { source: printableText('a'), line: 1 },
    us: 0,
    precision: 'second',
    certain: true,
  } as const;
  return {
    kind: 'event',
    ...at,
    host: none,
    text: line,
    what: 'command',
    origin: 'audit',
    account: none,
    command: said,
  };
}

test('a secret that only the decoded command shows is masked there', () => {
  const hex = Buffer.from('mysql -phunter2Correct').toString('hex');
  expect(masked(command(`a0=${hex}`, 'mysql -phunter2Correct'))).toMatchObject({
    text: `a0=${hex}`,
    command: 'mysql -p***',
  });
});

test('what begins in the middle of a word of the line is looked at by itself', () => {
  expect(masked(command('run=mysql-phunter2Correct9', '-phunter2Correct9'))).toMatchObject({
    command: '-p***',
  });
});

test('a line and its command are masked together, and one without a secret is the same event', () => {
  const shown = command('ran "curl -u admin:hunter2Correct x"', 'curl -u admin:hunter2Correct x');
  expect(masked(shown)).toMatchObject({
    text: 'ran "curl -u admin:*** x"',
    command: 'curl -u admin:*** x',
  });
  const quiet = command('ran "ls -l /tmp"', 'ls -l /tmp');
  expect(masked(quiet)).toBe(quiet);
});
