import { expect, test } from 'bun:test';
import { entry, left, miner, scene, text } from '../incident/incident.fixture.ts';
import { redactor } from './redact.ts';
import { sceneFrom, storedScene } from './stored-scene.ts';

const secret = 'zqHidden77';
const path = text(`/srv/api_key=${secret}/x`);

const full = scene({
  files: [left(path, '2024-03-10 02:33:00')],
  entries: [
    entry('cron-user', path, '2024-03-10 02:34:00', { command: text(`${path} --password ${secret}`) }),
  ],
  miners: [
    miner('2024-03-10 02:35:00', 'root', { executable: path, folder: path, parents: [path], text: path }),
  ],
  keys: [
    {
      account: text('root'),
      file: path,
      fingerprint: 'SHA256:x',
      comment: text(`password=${secret}`),
      accused: true,
    },
  ],
  logWriters: new Map([[path, text('app')]]),
  containers: [
    {
      runtime: 'docker',
      id: 'c1',
      name: path,
      image: text(`registry.test/token=${secret}`),
      hostAccess: true,
      accused: true,
      source: { source: path },
      text: path,
    },
  ],
});

test('a scene in a case holds no secret in any of its paths and texts, and is read back', () => {
  const stored = storedScene(full, redactor(false));
  expect(JSON.stringify(full)).toContain(secret);
  expect(JSON.stringify(stored)).not.toContain(secret);
  const back = sceneFrom(JSON.parse(JSON.stringify(stored)));
  expect(back?.miners[0]?.folder).toBe(text('/srv/api_key=***/x'));
  expect(back?.addresses.size).toBe(0);
  expect([...(back?.logWriters ?? [])]).toEqual([[text('/srv/api_key=***/x'), text('app')]]);
});

test('secrets are kept where that was asked for', () => {
  expect(JSON.stringify(storedScene(full, redactor(true)))).toContain(secret);
});
