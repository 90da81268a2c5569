/** From who brought something back to what of it is planned: on root folders, of which nothing is ever run. */
import { afterEach, describe, expect, test } from 'bun:test';
import { type Files, inertProgram } from '../../../test/persistence/case.ts';
import { plantRoot } from '../../../test/persistence/root.ts';
import type { Plan } from '../../model/plan.ts';
import { printableText } from '../../model/text.ts';
import type { ProcessLink } from '../../model/watch.ts';
import { folderTarget } from '../../target/folder.ts';
import { pathsToSurvey, planCase } from '../plan/plan-case.ts';
import { scanRoot } from '../plan/plan-root.fixture.ts';
import { readSurvey } from '../survey/read-survey.ts';
import { recordOf } from './watch.fixture.ts';
import { type Sighting, sightingsOf, withSightings } from './witness.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

let pid = 100;
const link = (exe: string, more: Partial<ProcessLink> = {}): ProcessLink => {
  pid += 1;
  return { pid, startTicks: 5, name: printableText('x'), exe: printableText(exe), argv: [], ...more };
};
const first = link('/usr/lib/systemd/systemd', { pid: 1 });

async function planned(
  planted: Files,
  chain: readonly ProcessLink[],
  packaged: Files = {},
  started: readonly ProcessLink[] = [],
): Promise<Plan> {
  const root = plantRoot({
    mechanism: 'systemd-service',
    dress: 'unowned-binary',
    what: 'of this test',
    packaged,
    planted,
  });
  cleanups.push(() => root.remove());
  const sightings: readonly Sighting[] = [
    { id: 'W1', kind: 'file', chain },
    ...(started.length === 0 ? [] : [{ id: 'W2', kind: 'program' as const, chain: started }]),
  ];
  const target = folderTarget(root.path);
  try {
    const survey = (paths: readonly string[]) => readSurvey(root.path, target, paths);
    const view = await withSightings(await scanRoot(root.path), sightings, survey);
    return planCase(view, await survey(pathsToSurvey(view)), {
      made: '2026-01-02T03:04:05.000Z',
      target: { kind: 'folder', name: printableText(root.path) },
      added: [],
    });
  } finally {
    await target.close();
  }
}

const changesOf = ({ steps }: Plan): readonly string[] =>
  steps.flatMap(({ change, findings }) =>
    'path' in change ? [`${change.kind} ${change.path} ${findings.includes('W1')}`] : [],
  );
const leftOf = ({ left }: Plan): readonly string[] =>
  left.filter(({ why }) => why === 'one-signal').map(({ what, addable }) => `${what} ${addable}`);

const unit = '/etc/systemd/system/agentd.service';
const enabled = '/etc/systemd/system/multi-user.target.wants/agentd.service';
const agent = '/usr/lib/agentd/agentd';
const unitText = `[Unit]\nDescription=Agent\n[Service]\nExecStart=${agent}\n[Install]\nWantedBy=multi-user.target\n`;

describe('who brought it back', () => {
  test('is planned with the unit that starts it, where a second source speaks against it', async () => {
    const chain = [
      link('/usr/bin/cp', { unit: 'agentd.service' }),
      link(agent, { unit: 'agentd.service' }),
      first,
    ];
    const plan = await planned(
      { [unit]: unitText, [enabled]: { link: unit }, [agent]: inertProgram() },
      chain,
      { '/usr/bin/cp': inertProgram() },
    );
    expect(changesOf(plan)).toEqual([
      `quarantine ${enabled} true`,
      `quarantine ${unit} true`,
      `quarantine ${agent} true`,
    ]);
    expect(leftOf(plan)).toEqual([]);
  });

  test('is a script that a shell runs, and never the shell', async () => {
    const script = '/var/tmp/.f/keep.sh';
    const chain = [link('/usr/bin/dash', { script: printableText(script) }), first];
    const plan = await planned({ [script]: { content: '#!/bin/sh\nsleep 60\n', mode: 0o755 } }, chain, {
      '/usr/bin/dash': inertProgram(),
    });
    expect(changesOf(plan)).toContain(`quarantine ${script} true`);
    expect(changesOf(plan).some((change) => change.includes('dash'))).toBe(false);
  });

  test('is only told where nothing else speaks against it: a server that is broken into writes too', async () => {
    const server = '/opt/shop/server';
    const plan = await planned({ [server]: inertProgram() }, [link('/usr/bin/dash'), link(server), first], {
      '/usr/bin/dash': inertProgram(),
    });
    expect(changesOf(plan)).toEqual([]);
    expect(leftOf(plan)).toEqual([`${server} false`]);
  });

  test('that was seen to write it and to start it is planned, though no scan tells of it', async () => {
    const guard = link('/usr/local/libexec/agentd', { unit: 'agentd.service' });
    const files = {
      [unit]: unitText.replace(agent, '/usr/local/libexec/agentd'),
      '/usr/local/libexec/agentd': inertProgram(),
    };
    const started = [link('/var/tmp/.x/kdump'), guard, first];
    expect(changesOf(await planned(files, [guard, first], {}, started))).toEqual(
      expect.arrayContaining([`quarantine ${unit} true`, 'quarantine /usr/local/libexec/agentd true']),
    );
    // Only one of them, or through a server in between, is not enough.
    expect(changesOf(await planned(files, [guard, first]))).toEqual([]);
    const server = link('/opt/shop/server');
    const between = await planned({ ...files, '/opt/shop/server': inertProgram() }, [guard, first], {}, [
      link('/var/tmp/.x/kdump'),
      server,
      guard,
    ]);
    expect(changesOf(between)).toEqual([]);
  });

  test('of packages alone is nobody: an administrator with an editor, a cron, a shell', async () => {
    const tools = ['/usr/bin/vi', '/usr/bin/bash', '/usr/sbin/sshd'];
    const plan = await planned(
      {},
      [...tools.map((tool) => link(tool)), first],
      Object.fromEntries(tools.map((tool) => [tool, inertProgram()])),
    );
    expect([changesOf(plan), leftOf(plan)]).toEqual([[], []]);
  });

  test('in a container is left to people', async () => {
    const chain = [link('/var/tmp/.f/keep', { container: 'docker x' }), first];
    const plan = await planned({ '/var/tmp/.f/keep': inertProgram() }, chain);
    expect(changesOf(plan).some((change) => change.endsWith('true'))).toBe(false);
  });

  test('that is nobody, gone, or names a folder of all, plans nothing', async () => {
    for (const chain of [[], [link('/gone')], [link('/etc/passwd')], [link('/tmp')]]) {
      expect(changesOf(await planned({}, chain))).toEqual([]);
    }
  });
});

test('what a watch has removed already is not seen again', () => {
  const record = recordOf();
  const writer = { known: 'seen', pid: 7, chain: [link('/x')] } as const;
  const comeback = {
    kind: 'file',
    what: printableText('/x'),
    first: record.begun,
    last: record.begun,
    times: 1,
    how: 'event',
  } as const;
  const answer = { plan: 2, steps: [], left: [], removed: 'done' } as const;
  const returns = [
    { ...comeback, id: 'W1', writer: { ...writer, chain: [...writer.chain] } },
    {
      ...comeback,
      id: 'W2',
      writer: { ...writer, chain: [...writer.chain] },
      answer: { ...answer, steps: [], left: [] },
    },
    { ...comeback, id: 'W3' },
  ];
  expect(sightingsOf({ returns }).map(({ id }) => id)).toEqual(['W1']);
});
