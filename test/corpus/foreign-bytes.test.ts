/**
 * Real evidence that nobody here wrote, as bytes that are not what a decoder expects: event logs, hives,
 * prefetch, logs. Nothing in it is a miner, and no decoder may throw or be slow over any of it.
 */
import { describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findWallets } from '../../src/coins/find-wallets.ts';
import { findTraces } from '../../src/coins/traces.ts';
import { parseCgroup } from '../../src/formats/cgroup.ts';
import { parseDrmFdinfo } from '../../src/formats/drm-fdinfo.ts';
import { decodeElf } from '../../src/formats/elf.ts';
import { parseEnabledFunctions, parseKprobes } from '../../src/formats/ftrace.ts';
import { parseHosts } from '../../src/formats/hosts-file.ts';
import { parseIptablesForwards } from '../../src/formats/iptables.ts';
import { journalFile } from '../../src/formats/journal/journal.fixture.ts';
import { type JournalRequest, readJournal } from '../../src/formats/journal/reader.ts';
import { parseLooseJson } from '../../src/formats/loose-json.ts';
import { parseKallsymsModules, parseModules, parseVmallocModules } from '../../src/formats/modules.ts';
import { parseMountInfo } from '../../src/formats/mountinfo.ts';
import { parseMapElements, parseNftRule } from '../../src/formats/nf-tables.ts';
import { parseOsRelease } from '../../src/formats/os-release.ts';
import { parseApkPackages, parseDiversions, parseDpkgStatus } from '../../src/formats/package-files.ts';
import { parsePasswd } from '../../src/formats/passwd.ts';
import { parseCmdline } from '../../src/formats/proc-cmdline.ts';
import { decodeEnviron } from '../../src/formats/proc-environ.ts';
import { parseLimits } from '../../src/formats/proc-limits.ts';
import { decodeMaps } from '../../src/formats/proc-maps.ts';
import { parseInetTable, parsePacketTable, parseUnixTable } from '../../src/formats/proc-net.ts';
import { parseProcStat } from '../../src/formats/proc-pid-stat.ts';
import { parseProcStatus } from '../../src/formats/proc-pid-status.ts';
import { decodeSmaps } from '../../src/formats/proc-smaps.ts';
import {
  parseCpuInfo,
  parseLoadAverage,
  parseMemoryInfo,
  parseUptime,
} from '../../src/formats/proc-system.ts';
import { parseSystemStat } from '../../src/formats/proc-system-stat.ts';
import { parsePressure } from '../../src/formats/psi.ts';
import type { RandomAccess } from '../../src/formats/random-access.ts';
import { parseInetDiag, parsePacketDiag, parseUnixDiag } from '../../src/formats/socket-diag.ts';
import { parseTcpInfo } from '../../src/formats/tcp-info.ts';
import { readLastlog } from '../../src/formats/utmp/lastlog.ts';
import { readWtmpdb } from '../../src/formats/utmp/login-databases.ts';
import { UtmpReader } from '../../src/formats/utmp/reader.ts';
import { maskSecrets } from '../../src/model/mask.ts';
import { bytesOf, printableBytes, printableText } from '../../src/model/text.ts';

const corpus = process.env['DEMINE_CORPUS'] ?? join(import.meta.dir, '../../../shared/corpus');

/** Files of a folder of the corpus, with how many there must be at least: a missing corpus is a failure. */
function filesOf(folder: string, atLeast: number): readonly string[] {
  const root = join(corpus, folder);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, name))
    .filter((path) => statSync(path).isFile());
  if (files.length < atLeast)
    throw new Error(`${root} holds ${files.length} files, expected ${atLeast} or more`);
  return files;
}

const evidence = [
  ...filesOf('evtx', 277),
  ...filesOf('hives', 10),
  ...filesOf('prefetch', 21),
  ...filesOf('srum', 1),
  ...filesOf('linux-logs', 10),
];

const source = printableText('/evidence');
const fileOf = (bytes: Uint8Array): RandomAccess => ({
  read: (offset, length) => bytes.subarray(offset, offset + length),
});
/** With a journal's head before them, so that its objects are looked for in them. */
function journalOf(bytes: Uint8Array): JournalRequest {
  const given = Buffer.concat([journalFile({ entries: [], spare: 0 }), bytes]);
  const decompress = { xz: () => undefined, lz4: () => undefined, zstd: () => undefined };
  return { file: fileOf(given), size: given.length, fields: ['MESSAGE'], decompress };
}

const decoders: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  parseApkPackages,
  parseCgroup,
  parseCmdline,
  parseCpuInfo,
  parseDiversions,
  parseDpkgStatus,
  parseDrmFdinfo,
  parseEnabledFunctions,
  parseHosts,
  parseKallsymsModules,
  parseKprobes,
  parseLimits,
  parseLoadAverage,
  parseLooseJson,
  parseMemoryInfo,
  parseModules,
  parseMountInfo,
  parseOsRelease,
  parsePacketDiag,
  parsePacketTable,
  parsePasswd,
  parsePressure,
  parseProcStat,
  parseProcStatus,
  parseSystemStat,
  parseTcpInfo,
  parseUnixDiag,
  parseUnixTable,
  parseUptime,
  parseVmallocModules,
  decodeElf,
  decodeEnviron,
  decodeMaps,
  decodeSmaps,
  parseInetDiag: (bytes) => parseInetDiag(bytes, 'tcp'),
  parseInetTable: (bytes) => parseInetTable(bytes, 'tcp6'),
  parseIptablesForwards: (bytes) => parseIptablesForwards(bytes, 'ip'),
  parseMapElements: (bytes) => parseMapElements(0, bytes),
  parseNftRule: (bytes) => parseNftRule(0, bytes),
  readJournal: (bytes) => readJournal(journalOf(bytes), () => {}),
  readLastlog: (bytes) => readLastlog({ source, file: fileOf(bytes), size: bytes.length }, () => {}),
  readUtmp: (bytes) => {
    const reader = new UtmpReader(source, 'wtmp', () => {});
    reader.push(bytes);
    return reader.end();
  },
  readWtmpdb: (bytes) => readWtmpdb(source, bytes, () => {}),
};

describe('real evidence without a miner', () => {
  test('holds no wallet with a verified checksum', () => {
    const found = evidence.flatMap((path) =>
      findWallets(readFileSync(path))
        .filter((hit) => hit.verified)
        .map((hit) => `${path}: ${hit.coin}`),
    );
    expect(found).toEqual([]);
  });

  test('holds no pool session and no miner configuration', () => {
    const found = evidence.flatMap((path) =>
      findTraces(readFileSync(path))
        .filter(({ found: { kind } }) => kind === 'stratum' || kind === 'config')
        .map(({ found: { kind } }) => `${path}: ${kind}`),
    );
    expect(found).toEqual([]);
  });

  test('detection rules that only speak of mining hold no wallet and no session', () => {
    const rules = filesOf('sigma', 3000).filter((path) => /mining|miner|xmrig/i.test(path));
    expect(rules.length).toBeGreaterThan(5);
    for (const path of rules) {
      const bytes = readFileSync(path);
      expect(findWallets(bytes).filter((hit) => hit.verified)).toEqual([]);
      expect(findTraces(bytes).filter((hit) => hit.found.kind === 'stratum')).toEqual([]);
    }
  });
});

describe('foreign bytes', () => {
  test.each(Object.keys(decoders))('%s takes them all without an error', (name) => {
    const decode = decoders[name];
    if (decode === undefined) throw new Error(name);
    for (const path of evidence) {
      const bytes = readFileSync(path).subarray(0, 128 * 1024);
      expect(() => decode(bytes)).not.toThrow();
    }
  });

  test('come back from their printable form, which holds no control character', () => {
    for (const path of evidence) {
      const bytes = readFileSync(path).subarray(0, 16 * 1024);
      const text = printableBytes(bytes);
      expect(/[\x00-\x1f\x7f]/.test(text)).toBe(false);
      expect(Buffer.compare(Buffer.from(bytesOf(text)), bytes)).toBe(0);
    }
  });

  test('are masked without growing beyond measure', () => {
    for (const path of filesOf('linux-logs', 10)) {
      const text = readFileSync(path, 'latin1');
      expect(maskSecrets(text).length).toBeLessThan(text.length * 2 + 64);
    }
  });
});
