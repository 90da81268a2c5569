import { expect, spyOn, test } from 'bun:test';
import { cryptonoteWallet } from '../coins/cryptonote.ts';
import { scenarioIds } from '../messages/drill.ts';
import { childCommand } from '../native/child.ts';
import { runDrill } from './drill.ts';
import { entryFile } from './entry.ts';
import { exampleWallet } from './pool.ts';
import { scenarios } from './scenarios/all.ts';
import { table } from './table.ts';

test('every scenario has texts, a twin, and its place in the order of the list', () => {
  expect(scenarios.map(({ id }) => id)).toEqual([...scenarioIds]);
  expect(scenarios.length).toBeGreaterThanOrEqual(10);
});

test('the wallet of the drill has a right checksum', () => {
  expect(cryptonoteWallet(exampleWallet())?.coin.toLowerCase()).toContain('monero');
});

test('a no starts nothing and is no failure', async () => {
  const said: string[] = [];
  const asked: string[] = [];
  const code = await runDrill({
    language: 'en',
    yes: false,
    list: false,
    scenarios: [],
    out: (line) => said.push(line),
    ask: async (question) => {
      asked.push(question);
      return 'n\n';
    },
  });
  expect(code).toBe(0);
  expect(asked).toHaveLength(1);
  expect(said.join(' ')).toContain('may raise an alarm');
  expect(said.at(-1)).toBe('Nothing was started.');
});

test('without a terminal it starts only with --yes', async () => {
  const options = { language: 'en', yes: false, list: false, scenarios: [], ask: undefined } as const;
  await expect(runDrill({ ...options, out: () => undefined })).rejects.toMatchObject({ code: 'usage' });
});

test('a scenario that does not exist is named', async () => {
  const options = {
    language: 'zh-CN',
    yes: true,
    list: false,
    ask: undefined,
    out: () => undefined,
  } as const;
  await expect(runDrill({ ...options, scenarios: ['no-such'] })).rejects.toMatchObject({
    code: 'usage',
    subject: 'no-such',
  });
});

test('an ordinary user is told to become root', async () => {
  const user = spyOn(process, 'geteuid').mockReturnValue(1000);
  try {
    const options = { language: 'en', yes: true, list: false, scenarios: [], ask: undefined } as const;
    await expect(runDrill({ ...options, out: () => undefined })).rejects.toMatchObject({
      code: 'drill-unavailable',
      hint: 'Run it as root: sudo demine drill',
    });
  } finally {
    user.mockRestore();
  }
});

test('a stand-in refuses outside a drill', async () => {
  const child = Bun.spawn(childCommand('drill-stand-in', [], entryFile), {
    stdio: [new Blob(['{"part":{"kind":"hog"}}']), 'pipe', 'pipe'],
  });
  expect(await child.exited).not.toBe(0);
  expect(await new Response(child.stdout).text()).toBe('');
  expect(await new Response(child.stderr).text()).toContain('only inside the namespaces of a drill');
});

test('columns line up when a character takes two cells', () => {
  expect(
    table([
      ['场景', 'x'],
      ['a', 'y'],
    ]),
  ).toEqual(['场景  x', 'a     y']);
});
