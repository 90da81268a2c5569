/** Processes and threads that come and go while they are read: nothing fails, nothing is called hidden. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { alarms, type LabHost, openLabHost, type Running } from '../lab/harness.ts';
import { scanCase } from './case-files.ts';

let host: LabHost;
beforeAll(async () => {
  host = await openLabHost();
});
afterAll(async () => {
  await host.stop();
});

/**
 * Each bounded by itself: a number of children at a time, and an end after two minutes. The process that was
 * started lives as long as its storm, because ending it is what ends the storm.
 */
const storms = {
  'a storm of forks': `
    $SIG{ALRM} = sub { exit }; alarm 120;
    while (1) {
      for (1 .. 20) { my $pid = fork; if (defined $pid && $pid == 0) { exit } }
      1 while wait > 0;
      select undef, undef, undef, 0.005;
    }`,
  'processes that exec again and again': `
    my $n = ($ENV{N} // 0) + 1; exit if $n > 20000; $ENV{N} = $n;
    print "ready\\n" if $n == 1;
    select undef, undef, undef, 0.002;
    exec $^X, "-e", $ENV{SELF}`,
  'three hundred zombies': `
    $SIG{ALRM} = sub { exit }; alarm 120;
    for (1 .. 300) { my $pid = fork; exit unless $pid }
    sleep 120 while 1`,
  'a chain of orphans': `
    my ($starter, $end) = ($$, time + 120);
    my $first = fork;
    if ($first) { waitpid $first, 0; $SIG{ALRM} = sub { exit }; alarm 120; sleep 120 while 1 }
    while (kill(0, $starter) && time < $end) {
      my $pid = fork; exit if $pid;
      select undef, undef, undef, 0.01;
    }`,
} as const;

const threads = `
import threading, time
print("ready", flush=True)
end = time.time() + 120
while time.time() < end:
    batch = [threading.Thread(target=time.sleep, args=(0.002,)) for _ in range(40)]
    for one in batch: one.start()
    for one in batch: one.join()
`;

async function clean(storm: Running): Promise<void> {
  try {
    const { result, code } = await scanCase(host, ['--interval', '1']);
    const told = alarms(result).map(({ rule, severity, title }) => `${severity} ${rule}: ${title}`);
    expect(told).toEqual([]);
    expect(result.findings.filter(({ bearing }) => bearing === 'hides')).toEqual([]);
    expect({ verdict: result.verdict, why: result.why }).toMatchObject({ verdict: 'clean' });
    expect(code).toBe(0);
  } finally {
    await storm.stop();
  }
}

/** Links of a chain see that the one who started it is gone, and end by themselves. */
async function untilNonePerl(): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if ((await host.run(['pgrep', '-x', 'perl'])).stdout === '') return;
    await Bun.sleep(50);
  }
  throw new Error('a storm runs on after it was stopped');
}

for (const [what, script] of Object.entries(storms)) {
  test(`${what} is clean`, async () => {
    const environment = { SELF: script };
    await clean(
      await host.start(
        ['perl', '-e', `$| = 1; ${script.includes('ready') ? '' : 'print "ready\\n";'} ${script}`],
        { readyLine: 'ready', environment },
      ),
    );
    await untilNonePerl();
  });
}

test('a storm of threads is clean', async () => {
  await clean(await host.start(['python3', '-c', threads], { readyLine: 'ready' }));
});

test('all of it at once is clean', async () => {
  const running: Running[] = [await host.start(['python3', '-c', threads], { readyLine: 'ready' })];
  for (const script of [storms['a storm of forks'], storms['three hundred zombies']]) {
    running.push(
      await host.start(['perl', '-e', `$| = 1; print "ready\\n"; ${script}`], { readyLine: 'ready' }),
    );
  }
  const [last, ...others] = running.reverse();
  try {
    if (last !== undefined) await clean(last);
  } finally {
    for (const one of others) await one.stop();
  }
});
