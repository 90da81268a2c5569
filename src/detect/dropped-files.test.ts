import { describe, expect, test } from 'bun:test';
import type { FileOwnerFact, FileTraceFact } from '../model/facts/host.ts';
import type { MiningTrace } from '../model/facts/process.ts';
import { declaredFile, droppedFiles } from './dropped-files.ts';
import { factSet, judgeContext, judgedBy, nowUs, ownerConfig, text, told } from './facts.fixture.ts';
import { judge } from './judge.ts';

const judged = judgedBy(droppedFiles);

const config: MiningTrace = {
  kind: 'config',
  program: 'xmrig',
  keys: ['donate-level', 'huge-pages', 'rig-id'],
};
const anyConfig: MiningTrace = { kind: 'config', program: 'unknown', keys: ['pass', 'url', 'user'] };
const wallet: MiningTrace = { kind: 'wallet', coin: 'monero', address: '4wallet', verified: true };
const pool: MiningTrace = { kind: 'pool', host: '192.0.2.7', port: 3333, scheme: '', known: false };
const stratum: MiningTrace = { ...pool, scheme: 'stratum+tcp' };
const donation: MiningTrace = {
  kind: 'pool',
  host: 'donate.v2.xmrig.com',
  port: 3333,
  scheme: '',
  known: true,
};
const login: MiningTrace = { kind: 'stratum', dialect: 'xmrig', method: 'login', direction: 'client' };
const algorithm: MiningTrace = { kind: 'algorithm', name: 'rx/0' };
const mark = (program: string, words = `${program}/`): MiningTrace => ({
  kind: 'program',
  program,
  mark: words,
});
const minerMarks = [mark('xmrig', 'XMRig/'), mark('xmrig', 'speed 10s/60s/15m')];

const file = (
  path: string,
  format: FileTraceFact['format'],
  ...found: readonly MiningTrace[]
): FileTraceFact[] =>
  found.map((trace, index) => ({
    kind: 'file-trace',
    source: { source: text(path), line: index + 1 },
    path: text(path),
    found: trace,
    text: text(`line ${index + 1}`),
    format,
    executable: format === 'elf',
    size: 1000,
    ownerUid: 33,
    changed: { us: nowUs, precision: 'microsecond', source: 'file ctime', certain: true },
    sha256: 'ab12',
  }));

const owner = (path: string, name: string): FileOwnerFact => ({
  kind: 'file-owner',
  source: { source: text('/var/lib/dpkg/info') },
  path: text(path),
  manager: 'dpkg',
  package: name,
});

describe('programs on the disk', () => {
  test('a miner that nobody owns is high where droppers write, medium elsewhere', () => {
    expect(told(judged(...file('/tmp/.x/kswapd0', 'elf', ...minerMarks)))).toEqual([
      'file.miner-program high',
    ]);
    expect(told(judged(...file('/dev/shm/a', 'elf', ...minerMarks)))).toEqual(['file.miner-program high']);
    expect(told(judged(...file('/opt/moo/xmrig', 'elf', ...minerMarks)))).toEqual([
      'file.miner-program medium',
    ]);
    expect(told(judged(...file('/home/ann/p', 'elf', mark('xmrig'), algorithm)))).toEqual([
      'file.miner-program medium',
    ]);
    expect(told(judged(...file('/root/p', 'elf', wallet, login)))).toEqual(['file.miner-program medium']);
  });

  test('the finding names file, owner, time and hash, and says how sure it is', () => {
    const [one] = judged(...file('/tmp/m', 'elf', ...minerMarks), owner('/tmp/m', ''));
    expect(one).toMatchObject({
      subject: { kind: 'file', path: '/tmp/m' },
      params: { path: '/tmp/m', program: 'xmrig' },
      bearing: 'supports',
      witness: 'file',
      confidence: 69,
    });
    expect(one?.evidence.at(-1)?.text as string).toBe(
      '1000 bytes, executable, owner uid 33, changed 2023-11-14T22:13:20.000Z, sha256 ab12',
    );
    expect(judged(...file('/tmp/m', 'elf', ...minerMarks))[0]?.confidence).toBe(59);
  });

  test('what a package owns is no finding', () => {
    expect(judged(...file('/opt/m/xmrig', 'elf', ...minerMarks), owner('/opt/m/xmrig', 'xmrig'))).toEqual([]);
  });

  test('a security program knows many miners, and a name or a single word is little', () => {
    const many = ['xmrig', 'cpuminer', 't-rex', 'gminer'].flatMap((name) => [
      mark(name),
      mark(name, `${name} again`),
    ]);
    expect(judged(...file('/opt/agent/scan', 'elf', ...many, stratum, wallet))).toEqual([]);
    expect(told(judged(...file('/tmp/a', 'elf', mark('xmrig'))))).toEqual(['file.miner-program low']);
    expect(told(judged(...file('/tmp/xmrig', 'elf', mark('xmrig', 'name'))))).toEqual([
      'file.miner-program low',
    ]);
    // A list of pools holds the hosts of a program's donation too.
    expect(
      judged(...file('/opt/agent/dns', 'elf', mark('xmrig', 'donate.v2.xmrig.com'), donation, stratum)),
    ).toEqual([]);
  });
});

describe('settings, scripts and logs on the disk', () => {
  test("a miner's own keys beside a pool or a wallet are medium", () => {
    expect(told(judged(...file('/root/.a', 'settings', config, pool)))).toEqual([
      'file.miner-configuration medium',
    ]);
    const [one] = judged(...file('/root/.a', 'settings', config, donation, pool, wallet));
    expect(one?.params).toEqual({
      path: '/root/.a',
      program: 'xmrig',
      pool: '192.0.2.7:3333',
      wallet: '4wallet',
    });
  });

  test("the example in a miner's sources names nobody's pool or wallet", () => {
    expect(told(judged(...file('/home/a/xmrig/src/config.json', 'settings', config, donation)))).toEqual([
      'file.miner-configuration low',
    ]);
  });

  test('keys that anybody may have need a wallet and a mining pool', () => {
    expect(judged(...file('/opt/app/db.json', 'settings', anyConfig, pool))).toEqual([]);
    expect(judged(...file('/opt/app/db.json', 'settings', anyConfig, wallet))).toEqual([]);
    expect(told(judged(...file('/opt/app/x.json', 'settings', anyConfig, stratum, wallet)))).toEqual([
      'file.miner-configuration medium',
    ]);
  });

  test('a script that starts a miner names wallet and pool', () => {
    expect(told(judged(...file('/tmp/a.sh', 'script', wallet, stratum)))).toEqual([
      'file.miner-configuration medium',
    ]);
    expect(told(judged(...file('/tmp/a.sh', 'script', config, stratum)))).toEqual([
      'file.miner-configuration low',
    ]);
    expect(judged(...file('/tmp/block.sh', 'script', stratum, donation))).toEqual([]);
    expect(judged(...file('/tmp/pay.sh', 'script', wallet))).toEqual([]);
  });

  test('a text is no alarm, whatever it mentions', () => {
    expect(
      judged(...file('/root/.bash_history', 'text', config, wallet, stratum, login, ...minerMarks)),
    ).toEqual([]);
  });

  test('a log is medium where it is named so or lies where droppers write', () => {
    expect(told(judged(...file('/root/m/xmrig.log', 'log', pool, mark('xmrig', 'log line'))))).toEqual([
      'file.miner-log medium',
    ]);
    expect(told(judged(...file('/var/tmp/o', 'log', pool)))).toEqual(['file.miner-log medium']);
    expect(told(judged(...file('/home/ann/pasted', 'log', pool)))).toEqual(['file.miner-log low']);
  });
});

describe('the whole judgement', () => {
  const facts = factSet(
    ...file('/opt/m/xmrig', 'elf', ...minerMarks),
    ...file('/opt/m/config.json', 'settings', config, pool, wallet),
  );
  const declared = (parts: object) =>
    ownerConfig({ mining: [{ exe: '/opt/m/xmrig', reason: 'our farm', ...parts }] });

  test('files alone are suspicious traces', () => {
    const { verdict, state } = judge(facts, judgeContext(), []);
    expect({ verdict, state }).toEqual({ verdict: 'suspicious', state: 'traces' });
  });

  test("the owner's declared miner is excused, with the settings beside it", () => {
    const { verdict, excused } = judge(
      facts,
      judgeContext({ config: declared({ wallet: '4wallet.rig', pools: ['192.0.2.7'] }) }),
      [],
    );
    expect(verdict).toBe('clean');
    expect(excused.map((one) => `${one.finding.rule} ${one.reason}`).sort()).toEqual([
      'file.miner-configuration our farm',
      'file.miner-program our farm',
    ]);
  });

  test('settings that pay somebody else, and files elsewhere, are not excused', () => {
    const other = judge(facts, judgeContext({ config: declared({ wallet: '4other' }) }), []);
    expect(told(other.findings)).toEqual(['file.miner-configuration medium']);
    const pools = judge(facts, judgeContext({ config: declared({ pools: ['pool.example.net:3333'] }) }), []);
    expect(told(pools.findings)).toEqual(['file.miner-configuration medium']);
    const elsewhere = judged(...file('/tmp/config.json', 'settings', config, pool))[0];
    expect(elsewhere === undefined ? 'none' : declaredFile(elsewhere, facts, declared({}))).toBeUndefined();
  });

  test('thousands of files give a bounded list', () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      file(`/tmp/${index}`, 'elf', ...minerMarks),
    ).flat();
    expect(judged(...many)).toHaveLength(200);
  });
});
