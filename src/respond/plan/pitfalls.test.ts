/**
 * Names that look like others (knowledge on eradication §6.4): what is like a kernel thread, a part of systemd or an
 * agent of a cloud is taken for what speaks against it, and what has such a name by right is left alone.
 */
import { afterEach, expect, test } from 'bun:test';
import { inertProgram, type MechanismCase } from '../../../test/persistence/case.ts';
import { plantRoot } from '../../../test/persistence/root.ts';
import { planRoot } from './plan-root.fixture.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const program = () => ({ content: inertProgram(), mode: 0o755 });
const unit = (command: string): string =>
  `[Unit]\nDescription=x\n[Service]\nExecStart=${command}\nRestart=always\n[Install]\nWantedBy=multi-user.target\n`;
const options = '-o stratum+tcp://pool.example.test:3333 --donate-level 1';
const wants = '/etc/systemd/system/multi-user.target.wants';

const byRight: Pick<MechanismCase, 'packaged'> = {
  packaged: {
    '/usr/lib/systemd/systemd-resolved': program(),
    '/usr/lib/systemd/system/systemd-resolved.service': unit('/usr/lib/systemd/systemd-resolved'),
    '/usr/sbin/watchdog': program(),
    '/usr/lib/systemd/system/watchdog.service': unit('/usr/sbin/watchdog'),
  },
};
/** An agent of a cloud is of no package. */
const agent = {
  '/usr/local/qcloud/YunJing/YDEyes/YDService': program(),
  '/etc/systemd/system/YDService.service': unit('/usr/local/qcloud/YunJing/YDEyes/YDService'),
  [`${wants}/YDService.service`]: unit('/usr/local/qcloud/YunJing/YDEyes/YDService'),
};
const fakes = [
  '/usr/lib/systemd/systemd-resolveld',
  '/usr/sbin/watchdogs',
  '/usr/bin/kswapd0',
  '/tmp/YDService',
];

function plant(planted: MechanismCase['planted']): string {
  const root = plantRoot({
    mechanism: 'systemd-service',
    dress: 'unowned-binary',
    what: 'x',
    ...byRight,
    planted,
  });
  cleanups.push(() => root.remove());
  return root.path;
}

test('only what has a look-alike name and more against it is taken, and never what has the name by right', async () => {
  const lines = fakes.map((path) => `* * * * * root ${path} ${options}\n`).join('');
  const root = plant({
    ...agent,
    ...Object.fromEntries(fakes.map((path) => [path, program()])),
    '/etc/cron.d/x': lines,
  });
  const { plan } = await planRoot(root);
  const changed = plan.steps.flatMap(({ change }) => ('path' in change ? [change.path as string] : []));
  expect(changed.toSorted()).toEqual(['/etc/cron.d/x', ...fakes].toSorted());
});

test('without anything else against them, programs with such names are not planned', async () => {
  const root = plant({
    ...agent,
    '/usr/local/bin/kswapd0': program(),
    '/opt/watchdogs/watchdogs': program(),
  });
  const { plan } = await planRoot(root);
  expect(plan.steps).toEqual([]);
});
