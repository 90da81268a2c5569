import { expect, test } from 'bun:test';
import { emptyConfig } from '../model/config.ts';
import { FactSet } from '../model/fact.ts';
import { printableText } from '../model/text.ts';
import { floodedFolder } from './flooded-folder.ts';

const path = printableText('/etc/cron.d');
const told = (names: number) =>
  floodedFolder
    .analyze(new FactSet([{ kind: 'flooded-folder', source: { source: path }, path, names, unread: 7 }]), {
      config: emptyConfig,
      nowUs: 0,
      interval: 0,
    })
    .map(({ severity, bearing, params }) => ({ severity, bearing, params }));

test('thousands of tables of cron are a note: a host of many customers has them', () => {
  expect(told(5_000)).toEqual([
    { severity: 'low', bearing: 'context', params: { path: '/etc/cron.d', names: 5_000, unread: 7 } },
  ]);
});

test('a million files where things start by themselves are more than a note', () => {
  expect(told(1_000_000)).toMatchObject([{ severity: 'medium', bearing: 'hides' }]);
});

test('nothing is told of a host without', () => {
  expect(floodedFolder.analyze(new FactSet(), { config: emptyConfig, nowUs: 0, interval: 0 })).toEqual([]);
});
