/**
 * From the first signal to the last kill of a removal, with timers and persistence between them, on a host of the lab that
 * boots systemd: two guards that start each other and a hundred workers each.
 *
 * Read from the ledger, which is on the disk before and after each step. Who is ended is compared with who was held: a
 * process that was born between them would be one that a respawner started, and ends the benchmark.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ledgerEntries } from '../src/respond/ledger/ledger-file.ts';
import { bootLabHost, processesOf } from '../test/lab/booted.ts';
import { demine, type LabHost, scan } from '../test/lab/harness.ts';
import { minerArguments, Planter } from '../test/respond/infection.ts';
import { BenchError } from './stage.ts';
import { median, type Row } from './table.ts';

const kept = '/run/case';
const folder = '/var/tmp/.font';
const workers = 100;

function plant(root: string): void {
  const planter = new Planter(root);
  planter.miner(`${folder}/fontd`);
  planter.script(`${folder}/worker`, 'while :; do sleep 1; done');
  const guard = (own: string, other: string): string =>
    [
      `for n in $(seq ${workers / 2}); do ${folder}/worker ${own} & done`,
      `while :; do pgrep -f ${folder}/${other} >/dev/null || setsid ${folder}/${other} &`,
      `pgrep -f ${folder}/fontd >/dev/null || ${folder}/fontd ${minerArguments} >/dev/null 2>&1 &`,
      'sleep 1; done',
    ].join('\n');
  planter.script(`${folder}/left`, guard('l', 'right'));
  planter.script(`${folder}/right`, guard('r', 'left'));
  planter.unit(
    'font-cache.service',
    `[Service]\nExecStart=${folder}/left\nRestart=always\nRestartSec=1\nKillMode=process\n[Install]\nWantedBy=multi-user.target\n`,
  );
  planter.put('/etc/cron.d/font', `* * * * * root ${folder}/left\n`);
}

interface Measured {
  readonly seconds: number;
  readonly held: number;
}

function fromLedger(host: LabHost): Measured {
  const path = join(host.root, kept, 'plan-1');
  const { steps } = JSON.parse(readFileSync(join(path, 'plan.json'), 'utf8'));
  const kill = steps.find((step: { phase: string }) => step.phase === 'kill')?.id;
  const entries = ledgerEntries(join(path, 'ledger'));
  const held = entries.flatMap(({ record }) => (record.kind === 'freezing' ? record.members : []));
  const first = entries.find(({ record }) => record.kind === 'freezing');
  const last = entries.find(({ record }) => record.kind === 'done' && record.step === kill);
  const began = entries.find(({ record }) => record.kind === 'began' && record.step === kill);
  if (first === undefined || last === undefined || began?.record.kind !== 'began')
    throw new BenchError('the removal did not come to its kill');
  const known = new Set(held.map(({ pid, startTicks }) => `${pid} ${startTicks}`));
  const { before } = began.record;
  const ended = before.kind === 'processes' ? before.processes : [];
  const born = ended.filter(({ pid, startTicks }) => !known.has(`${pid} ${startTicks}`));
  const ran = ended.filter(({ state }) => state === 'R');
  if (born.length + ran.length > 0)
    throw new BenchError(`${born.length} processes were born and ${ran.length} ran while all were held`);
  return { seconds: (Date.parse(last.time) - Date.parse(first.time)) / 1000, held: held.length };
}

async function once(): Promise<Measured> {
  const host = await bootLabHost({ before: plant });
  try {
    for (let tries = 0; processesOf(host, [`${folder}/fontd`]).length === 0 && tries < 300; tries += 1)
      await Bun.sleep(100);
    await scan(host, ['--interval', '1', '--out', kept]);
    await demine(host, ['plan', kept]);
    const { code, stderr } = await demine(host, ['clean', kept, '--yes', '--accept-irreversible']);
    if (stderr !== '') throw new BenchError(`the removal ended with ${code}: ${stderr}`);
    return fromLedger(host);
  } finally {
    await host.stop();
  }
}

export async function removalRows(runs: number): Promise<readonly Row[]> {
  const all: Measured[] = [];
  for (let run = 0; run < runs; run += 1) all.push(await once());
  const worst = Math.max(...all.map(({ seconds }) => seconds));
  return [
    {
      what: `from holding ${median(all.map(({ held }) => held))} processes to the last kill, timers and persistence between`,
      target: 1,
      measured: median(all.map(({ seconds }) => seconds)),
      unit: 's',
      note: `the longest ${worst.toFixed(2)} s; none of them ran, none was born`,
    },
  ];
}
