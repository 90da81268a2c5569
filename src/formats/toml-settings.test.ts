import { expect, test } from 'bun:test';
import { parseToml } from './toml-settings.ts';

const read = (text: string) =>
  parseToml(Buffer.from(text)).map(({ table, key, values, line }) => [line, table, key, ...values]);

test('tables, dotted and quoted names, lists over lines, comments', () => {
  expect(
    read(
      'version = 2 # x\n[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]\n  endpoint = [\n    "https://a", # one\n    \'http://b#c\',\n  ]\n[[registry]]\nlocation = "x\\"y"\n"a b".c = true\n',
    ),
  ).toEqual([
    [1, '', 'version', '2'],
    [
      3,
      'plugins.io.containerd.grpc.v1.cri.registry.mirrors.docker.io',
      'endpoint',
      'https://a',
      'http://b#c',
    ],
    [8, 'registry', 'location', 'x"y'],
    [9, 'registry', 'a b.c', 'true'],
  ]);
});

test('noise gives nothing, and a list without end takes no more than its bound', () => {
  expect(read('\x00\xff\n===\n[[[\n')).toEqual([]);
  const [only, ...more] = parseToml(Buffer.from(`a = [\n${'"x",\n'.repeat(19_000)}`));
  expect(only?.key).toBe('a');
  expect(only?.values.length).toBeLessThan(17_000);
  expect(more).toEqual([]);
});
