import { expect, test } from 'bun:test';
import { mayChange, outerNamespaces, ownNamespaces } from './apart.ts';

test('people may change their system', () => {
  expect(mayChange({}).status).toBe('ok');
});

test('tests may in namespaces of their own, all three of them', () => {
  expect(mayChange().status).toBe('ok');
  const own = ownNamespaces();
  const [net, mnt, pid] = own.split(' ');
  for (const outer of [
    own,
    `${net} mnt:[1] pid:[1]`,
    `net:[1] ${mnt} pid:[1]`,
    `net:[1] mnt:[1] ${pid}`,
    '',
    undefined,
  ]) {
    for (const asTest of [{ NODE_ENV: 'test' }, { DEMINE_IN_NAMESPACE: '1' }])
      expect(mayChange({ ...asTest, [outerNamespaces]: outer }).status).toBe('denied');
  }
});
