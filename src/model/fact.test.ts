import { describe, expect, test } from 'bun:test';
import { type Fact, FactSet } from './fact.ts';
import { printableText } from './text.ts';

const setting = (name: string): Fact => ({
  kind: 'setting',
  source: { source: printableText(`/proc/sys/${name}`), line: 1 },
  name,
  value: printableText('1'),
});
const taint: Fact = {
  kind: 'taint',
  source: { source: printableText('/proc/sys/kernel/tainted') },
  mask: 0,
  text: printableText(''),
};

describe('a set of facts that is drained', () => {
  test('gives each once, in the order of the iterator', () => {
    const all = [setting('vm.one'), taint, setting('vm.two'), setting('vm.three')];
    const facts = new FactSet(all);
    const inOrder = [...facts];
    expect([...facts.drain()]).toEqual(inOrder);
    expect(inOrder).toHaveLength(all.length);
    expect([...facts.drain()]).toEqual([]);
  });

  test('holds no more than what it has not given', () => {
    const facts = new FactSet([setting('vm.one'), setting('vm.two')]);
    const rest = facts.drain();
    rest.next();
    expect([facts.size, facts.of('setting').length]).toEqual([1, 1]);
    rest.next();
    expect([facts.size, facts.of('setting').length]).toEqual([0, 0]);
  });
});
